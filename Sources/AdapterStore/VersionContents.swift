import Foundation
import ModelFiles
import Platform

/// What continues learning from a version: flat vectors such as the Fisher and the anchor, and plain numbers.
package struct ConsolidationState: Hashable, Sendable {
  package var vectors: [String: [Float]]
  package var values: [String: Double]

  package init(vectors: [String: [Float]] = [:], values: [String: Double] = [:]) {
    self.vectors = vectors
    self.values = values
  }
}

/// Everything that makes a version, before it has a number.
package struct VersionContents: Sendable {
  package var adapter: Adapter
  package var consolidation: ConsolidationState
  package var origin: Manifest.Origin
  package var parent: VersionNumber?
  package var round: Int?
  /// What PEFT's configuration calls the base model.
  package var baseName: String
  /// `report.json`.
  package var report: Data
  /// `report.html`.
  package var page: Data?

  package init(
    adapter: Adapter, consolidation: ConsolidationState, origin: Manifest.Origin, parent: VersionNumber?, round: Int?,
    baseName: String, report: Data, page: Data? = nil
  ) {
    self.adapter = adapter
    self.consolidation = consolidation
    self.origin = origin
    self.parent = parent
    self.round = round
    self.baseName = baseName
    self.report = report
    self.page = page
  }
}

/// The files of a version's directory.
enum VersionFile {
  static let adapter = "adapter_model.safetensors"
  static let configuration = "adapter_config.json"
  static let gguf = "adapter.gguf"
  static let consolidation = "consolidation.safetensors"
  static let report = "report.json"
  static let page = "report.html"
  static let manifest = "manifest.json"

  /// Without these there is no version, whatever its manifest lists.
  static let required = [adapter, configuration, gguf, consolidation, report]
}

extension VersionContents {
  /// Writes every file but the manifest, each durably.
  func write(to directory: Path, number: VersionNumber, through fileSystem: some FileSystem) throws {
    let folder = try directory.requiredString
    try PEFTAdapterFolder.write(adapter, baseName: baseName, to: folder, through: fileSystem)
    try GGUFAdapterFile.write(
      adapter, name: "\(baseName) version \(number)", to: "\(folder)/\(VersionFile.gguf)", through: fileSystem)
    try consolidation.write(to: "\(folder)/\(VersionFile.consolidation)", through: fileSystem)
    try DurableFile.write(report, to: directory.appending(VersionFile.report), through: fileSystem)
    if let page { try DurableFile.write(page, to: directory.appending(VersionFile.page), through: fileSystem) }
  }
}

extension ConsolidationState {
  private static let prefix = "stet."

  func write(to path: String, through fileSystem: some FileSystem) throws {
    var metadata: [String: String] = [:]
    // Hexadecimal, so that the number read is the number written, bit for bit.
    for (name, value) in values { metadata[Self.prefix + name] = String(value.bitPattern, radix: 16) }
    let tensors = vectors.map { SafetensorsFile.Source(name: $0.key, shape: [$0.value.count], values: $0.value) }
    try SafetensorsFile.write(tensors, metadata: metadata, to: path, through: fileSystem)
  }

  static func read(_ path: String, through fileSystem: any FileSystem) throws -> ConsolidationState {
    let file = try SafetensorsFile.read(path, through: fileSystem)
    var state = ConsolidationState()
    for tensor in file.tensors { state.vectors[tensor.name] = try file.floats(tensor.name, shape: tensor.shape) }
    for (key, text) in file.metadata where key.hasPrefix(prefix) {
      if let bits = UInt64(text, radix: 16) {
        state.values[String(key.dropFirst(prefix.count))] = Double(bitPattern: bits)
      }
    }
    return state
  }
}
