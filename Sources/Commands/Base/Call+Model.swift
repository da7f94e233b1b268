import Daemon
import Foundation
import ModelFiles
import Platform
import Tokenizers
import Transformer

extension Call {
  /// Finds base models for this State.
  package var models: BaseModelHome {
    BaseModelHome(state: state, now: surroundings.now, through: fileSystem)
  }

  /// The base model's path: `--model`, else the State's own, else the fetched default.
  /// - Throws: `BaseModelError`.
  package func locateModel() throws -> Path { try models.locate(named: modelPath) }

  /// The base model read whole, whichever it is.
  package func loadModel() throws -> LoadedBase {
    let path = try locateModel()
    output.progress("reading \(path)")
    return try models.load(path, expecting: nil)
  }

  /// The tokenizer alone, from the model file's header.
  package func loadTokenizer() throws -> Tokenizer {
    let path = try locateModel()
    let header = try GGUFFile.readHeader(path.string ?? path.description, through: fileSystem)
    return try Tokenizer(TokenizerDescription(header.metadata))
  }

  /// Threads of the engine: `round.threads`, else as many as the process may use.
  package func threads(_ settings: Settings) -> Int { settings.round.threads ?? surroundings.machine.cores }

  /// An engine that trains adapters of one layout, within `train.memory`.
  /// - Throws: `MemoryShortage`, `BLASError`.
  package func engine(_ base: LoadedBase, layout: AdapterLayout, _ settings: Settings) throws -> GradientEngine {
    let work = RoundSettings.memoryWork(settings, file: base.file, layout: layout, threads: threads(settings))
    let plan = try MemoryPlan.choose(
      settings.train.memory, for: work, available: Int(surroundings.machine.availableMemory))
    let model = try LanguageModel(
      file: base.file, memory: plan.mode, precision: plan.precision, threads: work.threads, layout: layout)
    return GradientEngine(model: model, layout: layout, lanes: plan.lanes, kept: plan.kept)
  }
}
