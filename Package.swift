// swift-tools-version: 6.2
import PackageDescription

// x86-64 builds use AVX2 + FMA, the floor that `main` checks at start; other architectures build portably.
#if arch(x86_64)
  let floor: [SwiftSetting] = [.unsafeFlags(["-target-cpu", "haswell"])]
#else
  let floor: [SwiftSetting] = []
#endif

let settings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + floor

func module(_ name: String, _ imports: [String] = []) -> Target {
  .target(name: name, dependencies: imports.map { .byName(name: $0) }, swiftSettings: settings)
}

func tests(_ name: String, _ imports: [String] = [], fixtures: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: ([name, "TestSupport"] + imports).map { .byName(name: $0) },
    exclude: fixtures, swiftSettings: settings)
}

let package = Package(
  name: "stet",
  products: [.executable(name: "stet", targets: ["stet"])],
  targets: [
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
    // Headers alone: Swift compiles for one processor, and these few loops are for one that has AVX-512.
    .systemLibrary(name: "CAVX512"),
    module("Platform"),
    module("Tensors", ["CAVX512", "COpenBLAS", "Platform"]),
    module("ModelFiles", ["Tensors", "Platform"]),
    module("Tokenizers"),
    module("Transformer", ["Tensors", "ModelFiles"]),
    module("Learning", ["Transformer", "ModelFiles", "Tensors"]),
    .target(
      name: "Curation", dependencies: ["Tokenizers", "Platform"], exclude: ["README.md"], swiftSettings: settings),
    module("ReplayStore", ["CSQLite", "Curation", "Platform"]),
    module("AdapterStore", ["ModelFiles", "Platform"]),
    module(
      "Daemon",
      [
        "AdapterStore", "ReplayStore", "Curation", "Learning", "Transformer", "Tokenizers", "ModelFiles", "Tensors",
        "Platform", "Reports",
      ]),
    module("Reports"),
    module(
      "Commands",
      [
        "Daemon", "Reports", "AdapterStore", "ReplayStore", "Curation", "Learning", "Transformer", "Tokenizers",
        "ModelFiles", "Tensors", "Platform",
      ]),
    .executableTarget(name: "stet", dependencies: ["Commands"], swiftSettings: settings),
    .target(
      name: "TestSupport", dependencies: ["CSQLite", "ModelFiles", "Tensors", "Platform"], path: "Tests/TestSupport",
      swiftSettings: settings),
    // `stet` over a disk that fails at a planned step: the fault sweep's, never installed.
    .executableTarget(
      name: "FaultyStet", dependencies: ["Commands", "Platform", "TestSupport"], path: "Tests/FaultyStet",
      swiftSettings: settings),
    // Feeds changed files to the parsers that strangers' bytes reach.
    .executableTarget(
      name: "Fuzz",
      dependencies: ["Daemon", "Curation", "Tokenizers", "ModelFiles", "Tensors", "Platform", "TestSupport"],
      path: "Tests/Fuzz", swiftSettings: settings),
    tests("Platform"),
    tests("Tensors"),
    tests("ModelFiles", ["Tensors", "Platform"]),
    tests("Tokenizers", fixtures: ["Fixtures"]),
    tests("Transformer", ["ModelFiles", "Tensors"]),
    tests("Learning", ["Transformer", "ModelFiles", "Tensors", "Platform"], fixtures: ["Fixtures"]),
    tests("Curation", ["Tokenizers"], fixtures: ["Corpus"]),
    tests("ReplayStore", ["Curation", "Platform"]),
    tests("AdapterStore", ["ModelFiles", "Platform"]),
    tests(
      "Daemon",
      [
        "AdapterStore", "ReplayStore", "Curation", "Learning", "Transformer", "Tokenizers", "ModelFiles", "Tensors",
        "Platform", "Reports",
      ]),
    tests("Reports"),
    tests("Commands", ["Platform"]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "TestSupport", "AdapterStore", "ReplayStore", "Daemon", "ModelFiles", "Platform", "stet", "FaultyStet", "Fuzz",
      ], swiftSettings: settings),
  ]
)
