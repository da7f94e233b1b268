import AdapterStore
import Daemon
import Foundation
import ModelFiles
import Platform
import Reports

/// A version as files that other tools read.
struct ExportVerb: Verb {
  let declaration = VerbDeclaration(
    "export", .use, operands: "[N]", count: 0...1, "write a version as files that other tools read",
    flags: [
      .value("peft", "DIR", "A PEFT adapter: adapter_config.json and adapter_model.safetensors."),
      .value("gguf", "FILE", "A GGUF adapter, for llama.cpp's --lora."),
      .value("merged", "FILE.gguf", "The base model with the adapter merged in, F16."),
    ],
    details: """
      Without N it is the current version. The adapter's files are checked against the version's manifest first. A merged
      file needs the base model, and about 2 bytes for each of its parameters.
      """,
    examples: [
      .init("stet export --peft adapter", "for transformers and vLLM"),
      .init("stet export 7 --merged legal-7.gguf", "for tools that load no adapters"),
    ])

  private struct Result: Encodable { let paths: [String] }

  func run(_ call: Call) async throws -> ExitCode {
    let (peft, gguf, merged) = (call.value("peft"), call.value("gguf"), call.value("merged"))
    guard peft != nil || gguf != nil || merged != nil else {
      throw UsageError("export needs a target: --peft DIR, --gguf FILE or --merged FILE.gguf")
    }
    try call.state.requireExisting(through: call.fileSystem)
    let adapters = AdapterStore(state: call.state.root, through: call.fileSystem)
    let version = try call.operands.first.map(VersionOperand.parse) ?? adapters.current()
    call.output.progress("checking version \(version)")
    let manifest = try adapters.verify(version)
    let folder = adapters.directory(of: version)
    var paths: [String] = []
    if let peft {
      try DurableFile.makeDirectory(peft, mode: 0o755, through: call.fileSystem)
      for name in [PEFTAdapterFolder.configurationName, PEFTAdapterFolder.tensorsName] {
        paths.append(try copy(folder.appending(name), to: Path(peft).appending(name), call))
      }
    }
    if let gguf { paths.append(try copy(folder.appending("adapter.gguf"), to: Path(gguf), call)) }
    if let merged { paths.append(try merge(manifest, adapters, to: Path(merged), call)) }
    if call.wantsJSON {
      try call.output.object(Result(paths: paths))
    } else {
      for path in paths { try call.output.row(path) }
    }
    return .done
  }

  private func copy(_ source: Path, to target: Path, _ call: Call) throws -> String {
    try DurableFile.write(
      try call.fileSystem.contents(of: source), to: target, mode: 0o644, through: call.fileSystem)
    return target.string ?? target.description
  }

  private func merge(_ manifest: Manifest, _ adapters: AdapterStore, to target: Path, _ call: Call) throws -> String {
    let model = try call.locateModel()
    let expected = manifest.origin.base.sha256
    call.output.progress("reading \(model)")
    let base = try call.models.load(model, expecting: expected, versions: manifest.number.rawValue)
    if let status = try call.fileSystem.statusIfPresent(target, followingLinks: true),
      status.identity == (try call.fileSystem.status(of: model, followingLinks: true).identity)
    {
      throw VerbError("\(target): it is the base model itself, which stays as it is. Name another file for --merged.")
    }
    let adapter = try adapters.adapter(of: manifest.number, model: base.file.configuration)
    let path = target.string ?? target.description
    call.output.progress("writing \(target)")
    try MergedGGUF.write(
      base: base.file.path, adapter: adapter, name: "\(manifest.origin.base.name) version \(manifest.number)",
      expecting: expected, to: path, mode: 0o644, through: call.fileSystem)
    return path
  }
}
