import ModelFiles
import Tensors

/// What may be kept in memory, as `train.memory` says it.
package enum MemoryRequest: Hashable, Sendable {
  /// One row at a time, with all threads inside it: within some 10 % of the fastest. In fp32, where rows side by side take
  /// half a gigabyte more and bf16's second copy of the weights is not there, a row for each thread, where that is no more
  /// than half of what is free. Less than one row at a time where that does not fit.
  case auto
  case mode(MemoryMode)
  /// The fastest way that fits into so many bytes.
  case budget(Int)
}

/// How training is fitted into memory.
package struct MemoryPlan: Hashable, Sendable {
  package let mode: MemoryMode
  package let precision: Precision
  /// Rows that go through the decoder side by side.
  package let lanes: Int
  /// Topmost layers that keep their activations for backward; the others compute them once more.
  package let kept: Int
  /// Resident bytes of the process at its peak, predicted.
  package let bytes: Int

  /// What is trained, as far as memory is concerned.
  package struct Work: Sendable {
    package var file: BaseModelFile
    package var layout: AdapterLayout
    /// Rows in a step.
    package var batch: Int
    /// Tokens of the longest row.
    package var sequence: Int
    package var threads: Int
    /// Copies of the adapter's parameters that the trainer holds: factors, moments, gradient, anchor, Fisher.
    package var vectors: Int
    /// Rows are measured too, between steps.
    package var evaluates: Bool
    /// Those that training may use, the preferred one first.
    package var precisions: [Precision]

    package init(
      file: BaseModelFile, layout: AdapterLayout, batch: Int, sequence: Int, threads: Int, vectors: Int,
      evaluates: Bool, precisions: [Precision] = [.fp32]
    ) {
      self.file = file
      self.layout = layout
      self.batch = batch
      self.sequence = sequence
      self.threads = threads
      self.vectors = vectors
      self.evaluates = evaluates
      self.precisions = precisions
    }
  }

  /// The program, its libraries and a tokenizer of 49,152 words, measured.
  private static let program = 90 << 20
  /// Of twenty answers behind a prompt that fills a row.
  private static let answerTokens = 300

  /// What `mode` takes with `lanes` rows at once.
  /// - Parameter kept: `nil` is all layers in fast mode, none in small mode.
  package init(_ mode: MemoryMode, _ precision: Precision = .fp32, lanes: Int, kept: Int? = nil, for work: Work) {
    self.mode = mode
    self.precision = precision
    self.lanes = lanes
    let kept = kept ?? (mode == .fast ? work.file.configuration.layers : 0)
    self.kept = kept
    let model = work.file.configuration
    let shapes = LayerShapes(model: model, lora: work.layout.lora)
    let source = BufferSource(measures: true)
    var rows: [(lanes: Int, tokens: Int, purpose: Workspace.Purpose)] = [
      (lanes, work.sequence, .training(parameters: work.layout.count))
    ]
    if work.evaluates {
      // Questions have their answers behind them.
      let longest = max(work.sequence + Self.answerTokens, GradientEngine.questionTokens)
      rows.append((work.threads, longest, .evaluation))
    }
    for (lanes, tokens, purpose) in rows {
      for lane in 0..<lanes {
        _ = Workspace(
          WorkspacePlan(
            model: model, shapes: shapes, memory: mode, precision: precision, tokens: tokens,
            threads: lane == 0 ? work.threads : 1, kept: kept, purpose: purpose), source: source)
      }
    }
    var floats = source.floats + work.vectors * work.layout.count
    // The base's and the candidate's logits of a chunk, side by side.
    if work.evaluates { floats += VocabularyHead.chunk * model.vocabulary }
    if mode == .fast { floats += model.layers * shapes.weightCount + model.vocabulary * model.hidden }
    if precision == .bf16 {
      floats +=
        model.layers * BFloat16Layer.wordCount(shapes)
        + BFloat16Matrix.wordCount(depth: model.hidden, columns: model.vocabulary)
        + BFloat16Matrix.wordCount(depth: model.vocabulary, columns: model.hidden)
    }
    bytes = Self.program + work.file.storedBytes + 4 * floats
  }

  /// What is tried, in this order. Beside weights in bf16 those in fp32 serve measuring alone; and small mode is for those
  /// who want little, unless bf16 is all that they allow.
  private static func ways(_ request: MemoryRequest, _ work: Work) -> [(MemoryMode, Precision)] {
    work.precisions.flatMap { precision -> [(MemoryMode, Precision)] in
      switch request {
      case .mode(.small) where precision == .bf16 && work.precisions.count > 1: []
      case .mode(let mode): [(mode, precision)]
      case .auto, .budget:
        precision == .fp32 || work.evaluates ? [(.fast, precision), (.small, precision)] : [(.small, precision)]
      }
    }
  }

  /// The fastest plan that fits: more rows at once before fewer, then as many layers that keep their activations as fit.
  /// - Parameter available: bytes that can be had without swapping.
  /// - Throws: `MemoryShortage` where none does.
  package static func choose(
    _ request: MemoryRequest, for work: Work, available: Int
  ) throws(MemoryShortage) -> MemoryPlan {
    let limit: Int
    switch request {
    case .auto, .mode: limit = available
    case .budget(let bytes): limit = min(bytes, available)
    }
    // Rows go side by side only where there is one for every thread.
    let most = work.batch >= work.threads ? max(work.threads, 1) : 1
    let layers = work.file.configuration.layers
    var least = Int.max
    for (mode, precision) in ways(request, work) {
      let whole = mode == .small && request == .mode(.small) ? 0 : layers
      for lanes in most > 1 && (request != .auto || precision == .fp32) ? [most, 1] : [1] {
        let plan = MemoryPlan(mode, precision, lanes: lanes, kept: whole, for: work)
        if plan.bytes <= (request == .auto && lanes > 1 ? limit / 2 : limit) { return plan }
      }
      let bare = MemoryPlan(mode, precision, lanes: 1, kept: 0, for: work)
      least = min(least, bare.bytes)
      let layer = MemoryPlan(mode, precision, lanes: 1, kept: 1, for: work).bytes - bare.bytes
      let kept = (limit - bare.bytes) / max(layer, 1)
      if bare.bytes <= limit { return MemoryPlan(mode, precision, lanes: 1, kept: min(kept, whole), for: work) }
    }
    throw MemoryShortage(
      needed: least, available: available, request: request, sequence: work.sequence, batch: work.batch)
  }
}

/// A round would not fit.
package struct MemoryShortage: Error, Hashable, Sendable, CustomStringConvertible {
  /// Bytes of the smallest way that is allowed.
  package let needed: Int
  package let available: Int
  package let request: MemoryRequest
  package let sequence: Int
  package let batch: Int

  package var description: String {
    func megabytes(_ bytes: Int) -> String { "\((bytes + 999_999) / 1_000_000) MB" }
    let size = "Training rows of \(sequence) tokens needs \(megabytes(needed))"
    let remedy = "lower train.sequence or lora.rank"
    return switch request {
    case .budget(let bytes) where bytes <= available:
      "\(size), and train.memory allows \(megabytes(bytes)): raise it to \(megabytes(needed)) or \(remedy)."
    case .mode(.fast):
      "\(size) in fast mode, and \(megabytes(available)) are free: set train.memory to auto or small, or \(remedy)."
    case .auto, .budget, .mode(.small):
      "\(size) at the least, and \(megabytes(available)) are free: stop other programs, or \(remedy)."
    }
  }
}

extension MemoryRequest {
  /// The mode for a pass that keeps no activations.
  package func modeOfReading(_ file: BaseModelFile) -> MemoryMode {
    switch self {
    case .auto: .fast
    case .mode(let mode): mode
    // fp32 weights, and half as much for the row on its way.
    case .budget(let bytes): bytes >= 6 * file.parameterCount ? .fast : .small
    }
  }
}
