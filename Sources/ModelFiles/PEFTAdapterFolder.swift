import Foundation
import Platform

/// An adapter as PEFT saves it: `adapter_config.json` and `adapter_model.safetensors` in one directory.
package enum PEFTAdapterFolder {
  package static let configurationName = "adapter_config.json"
  package static let tensorsName = "adapter_model.safetensors"

  private static let configurationLimit = 1 << 20

  /// Reads and checks the adapter in `directory`.
  ///
  /// - Throws: `PEFTError` or `SafetensorsError` where the adapter is of another kind, does not fit `model`, lacks a
  ///   tensor or has one too many, or holds a NaN or an infinity.
  package static func read(
    _ directory: String, model: LlamaConfiguration, through fileSystem: any FileSystem = LocalFileSystem()
  ) throws -> Adapter {
    let configuration = try readConfiguration(directory, through: fileSystem)
    let path = file(tensorsName, in: directory)
    let file = try SafetensorsFile.read(path, through: fileSystem)
    let targets = configuration.targets ?? inferredTargets(file)
    guard !targets.isEmpty else { throw PEFTError(path, .noTargets) }
    // The declared rank sizes nothing before a tensor of the file bears it out.
    let one = AdapterLayout(lora: LoRAConfiguration(rank: 1, alpha: 1, targets: targets), model: model)
    guard let first = one.entries.first else { throw PEFTError(path, .noTargets) }
    guard let tensor = file[first.peftName] else { throw SafetensorsError(path, .missingTensor(first.peftName)) }
    guard tensor.shape.first == configuration.rank else {
      throw PEFTError(
        path, .wrongRank(declared: configuration.rank, tensor: first.peftName, shape: tensor.shape))
    }
    _ = try file.floats(first.peftName, shape: [configuration.rank, first.columns])

    let layout = AdapterLayout(
      lora: LoRAConfiguration(rank: configuration.rank, alpha: configuration.alpha, targets: targets), model: model)
    let known = Set(layout.entries.map(\.peftName))
    if let stranger = file.tensors.first(where: { !known.contains($0.name) }) {
      throw PEFTError(path, .unknownTensor(stranger.name))
    }
    var parameters: [Float] = []
    for entry in layout.entries {
      parameters += try file.floats(entry.peftName, shape: [entry.rows, entry.columns])
    }
    return Adapter(layout: layout, parameters: parameters)
  }

  /// Reads `adapter_config.json` alone.
  package static func readConfiguration(
    _ directory: String, through fileSystem: any FileSystem = LocalFileSystem()
  ) throws(PEFTError) -> PEFTConfiguration {
    let path = file(configurationName, in: directory)
    let text: Data
    do { text = try fileSystem.contents(of: path, limit: configurationLimit) } catch {
      throw PEFTError(path, .unreadable((error as? PlatformError)?.reason ?? String(describing: error)))
    }
    do { return try PEFTConfiguration(json: Array(text)) } catch { throw PEFTError(path, error) }
  }

  /// Writes both files durably; the directory is made where it is missing.
  ///
  /// - Parameter baseName: the base model's Hugging Face name.
  package static func write(
    _ adapter: Adapter, baseName: String, dropout: Float = 0, to directory: String,
    through fileSystem: some FileSystem = LocalFileSystem()
  ) throws {
    let lora = adapter.layout.lora
    let configuration = PEFTConfiguration(
      rank: lora.rank, alpha: lora.alpha, dropout: dropout, baseName: baseName, targets: lora.targets)
    let tensors = adapter.layout.entries.map {
      SafetensorsFile.Source(
        name: $0.peftName, shape: [$0.rows, $0.columns], values: Array(adapter.parameters[$0.range]))
    }
    try DurableFile.makeDirectory(directory, through: fileSystem)
    try SafetensorsFile.write(
      tensors, metadata: ["format": "pt"], to: file(tensorsName, in: directory), through: fileSystem)
    try DurableFile.write(
      Data(configuration.json.utf8), to: file(configurationName, in: directory), through: fileSystem)
  }

  /// The projections that the first layer's tensors name.
  private static func inferredTargets(_ file: SafetensorsFile) -> [Projection] {
    Projection.allCases.filter { file["base_model.model.model.layers.0.\($0.modulePath).lora_A.weight"] != nil }
  }

  private static func file(_ name: String, in directory: String) -> String {
    directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
  }
}
