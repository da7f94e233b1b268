import AdapterStore
import Foundation
import ModelFiles
import Platform
import TestSupport

let tiny = LlamaConfiguration(
  layers: 1, hidden: 8, heads: 2, keyValueHeads: 1, headDimension: 4, intermediate: 12, vocabulary: 16, context: 32)
let layout = AdapterLayout(lora: LoRAConfiguration(rank: 2, alpha: 4), model: tiny)
let baseDigest = Digest.of("the base")
let noon = Date(timeIntervalSince1970: 1_795_000_000.25)

func version(_ number: Int) -> VersionNumber {
  guard let version = VersionNumber(rawValue: number) else { preconditionFailure("\(number) is no version") }
  return version
}

/// Contents whose every parameter is `value`; parent `nil` makes version 0's.
func contents(_ value: Float, parent: Int?) -> VersionContents {
  VersionContents(
    adapter: Adapter(layout: layout, parameters: [Float](repeating: value, count: layout.count)),
    consolidation: ConsolidationState(
      vectors: ["fisher": [value, 1], "anchor": [0, -value]], values: ["rounds": 0.1]),
    origin: Manifest.Origin(
      created: noon,
      base: Manifest.Base(
        sha256: baseDigest, name: "tiny", tokenizer: Digest.of("tokenizer"), template: Digest.of("template")),
      lora: layout.lora, settings: ["train.rate": "5e-4"], seeds: ["round": Seed(rawValue: .max)],
      documents: parent == nil ? [] : [11, 12], figures: ["legal.nll": 2.987]),
    parent: parent.map(version), round: parent.map { $0 + 1 }, baseName: "tiny",
    report: Data("{\"gate\":\(value)}".utf8),
    page: parent == nil ? nil : Data("<p>report</p>".utf8))
}

/// A store that holds version 0 and is at it.
func withStore(_ body: (AdapterStore) throws -> Void) throws {
  try withTemporaryDirectory { directory in
    let store = AdapterStore(state: directory.path)
    try store.establishBase(contents(0, parent: nil))
    try body(store)
  }
}

extension AdapterStore {
  @discardableResult
  func publish(_ value: Float, parent: Int) throws -> VersionNumber {
    switch try install(contents(value, parent: parent)) {
    case let .installed(manifest):
      try makeCurrent(manifest.number)
      return manifest.number
    case let .identical(parent): return parent
    }
  }

  func files(of version: VersionNumber) throws -> [String: Data] {
    let folder = URL(fileURLWithPath: directory(of: version).description)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).reduce(into: [:]) { files, name in
      files[name] = try Data(contentsOf: folder.appendingPathComponent(name))
    }
  }
}
