import Dispatch
import Foundation
import ModelFiles
import Tensors

/// A frozen decoder with the adapter that is bound to it.
///
/// Not `Sendable`: one owner at a time; the engine spreads its work over threads inside a call. The owner may let go of
/// the file it was made from: what its `Purpose` needs is kept.
package final class LanguageModel {
  /// What a model is for decides which copies of its weights it keeps.
  package enum Purpose: String, Codable, Sendable, CaseIterable {
    /// Those of the memory mode alone; where these are fp32, generating reads them.
    case training
    /// The file's blocks alone, as in small mode: decoding reads them directly, a prompt decodes a layer at a time.
    case generation
    /// Those of the memory mode, and the file's blocks.
    case both
  }

  package let configuration: LlamaConfiguration
  package let memory: MemoryMode
  /// Of what makes gradients.
  package let precision: Precision
  package let threads: Int
  let blas: BLAS
  let rotary: RotaryEmbedding
  let attention: CausalAttention
  /// [2·layers + 1, hidden]: input and post-attention norms of each layer, then the final one.
  private let norms: FloatBuffer
  let head: VocabularyHead
  /// The layout whose ranks the weights have room for.
  package private(set) var layout: AdapterLayout?
  private(set) var shapes: LayerShapes
  /// Empty in small mode.
  private(set) var resident: [LayerWeights]
  /// Empty with fp32.
  private var half: [BFloat16Layer] = []
  /// Empty where only fp32 copies are kept.
  let stored: [BaseModelFile.Layer]
  private var bound: (adapter: Adapter, mask: RankMask?)?
  /// Whether the bf16 weights have what is bound.
  private var isHalfBound = false

  /// - Parameter layout: the adapter layout to make room for; another one can be bound later at the cost of a copy.
  /// - Throws: `BLASError` where OpenBLAS is missing.
  package init(
    file: BaseModelFile, memory: MemoryMode = .fast, precision: Precision = .fp32, threads: Int,
    layout: AdapterLayout? = nil, purpose: Purpose = .training
  ) throws {
    configuration = file.configuration
    let memory = purpose == .generation ? .small : memory
    self.memory = memory
    guard precision == .fp32 || BFloat16Matrix.isAvailable else { throw PrecisionError.noBFloat16 }
    self.precision = precision
    self.threads = max(threads, 1)
    blas = try BLAS.shared()
    let model = file.configuration
    rotary = RotaryEmbedding(headDimension: model.headDimension, theta: model.ropeTheta, positions: model.context)
    attention = CausalAttention(blas: blas, headDimension: model.headDimension)
    norms = FloatBuffer(count: (2 * model.layers + 1) * model.hidden)
    for (i, layer) in file.layers.enumerated() {
      for j in 0..<model.hidden {
        unsafe norms.pointer[2 * i * model.hidden + j] = layer.inputNorm[j]
        unsafe norms.pointer[(2 * i + 1) * model.hidden + j] = layer.postAttentionNorm[j]
      }
    }
    for j in 0..<model.hidden { unsafe norms.pointer[2 * model.layers * model.hidden + j] = file.finalNorm[j] }
    let team = Team(threads: threads)
    head = VocabularyHead(
      file: file, memory: memory, precision: precision, keepsBlocks: purpose != .training, blas: blas, team: team)
    self.layout = layout
    let shapes = LayerShapes(model: model, lora: layout?.lora)
    self.shapes = shapes
    switch memory {
    case .fast:
      stored = purpose == .training ? [] : file.layers
      resident = file.layers.map { _ in LayerWeights(shapes: shapes, buffer: FloatBuffer(count: shapes.weightCount)) }
      for (weights, layer) in zip(resident, file.layers) { weights.load(layer, team: team) }
    case .small:
      stored = file.layers
      resident = []
    }
    if precision == .bf16 { loadHalf(file.layers) }
  }

  private func loadHalf(_ layers: [BaseModelFile.Layer]) {
    half = layers.map { layer in
      let own = BFloat16Layer(shapes: shapes)
      own.load(layer, team: Team(threads: threads))
      return own
    }
  }

  /// Makes `adapter` part of every later forward pass; `nil` is the base alone.
  package func bind(_ adapter: Adapter?, mask: RankMask? = nil) {
    if let adapter { makeRoom(for: adapter.layout) }
    // Only weights that are decoded anew need it; holding it would make every step of an optimiser copy the parameters.
    bound = memory == .small ? adapter.map { ($0, mask) } : nil
    isHalfBound = false
    if memory == .fast {
      let resident = resident
      Team(threads: threads).each(configuration.layers) { layer in
        StepClock.measure(.weights) { resident[layer].bind(adapter, layer: layer, mask: mask) }
      }
    }
  }

  /// Gives the weights edges for adapters of a layout; what is bound is lost where they had others.
  func makeRoom(for layout: AdapterLayout) {
    guard layout.lora.rank != self.layout?.lora.rank || layout.lora.targets != self.layout?.lora.targets else { return }
    self.layout = layout
    shapes = LayerShapes(model: configuration, lora: layout.lora)
    for layer in resident.indices {
      let weights = LayerWeights(shapes: shapes, buffer: FloatBuffer(count: shapes.weightCount))
      weights.load(from: resident[layer])
      resident[layer] = weights
    }
    makeRoomInHalf()
  }

  private func makeRoomInHalf() {
    isHalfBound = false
    let (old, shapes) = (half, shapes)
    half = old.map { _ in BFloat16Layer(shapes: shapes) }
    let own = half
    Team(threads: threads).each(old.count) { layer in own[layer].load(from: old[layer]) }
  }

  /// The weights of a layer: resident ones, or decoded into `scratch`.
  /// - Parameter rows: of a lane that multiplies in bf16, which needs fp32 at the edges alone.
  func weights(layer: Int, scratch: FloatBuffer?, rows: BFloat16Rows? = nil, team: Team) -> LayerWeights {
    if let rows {
      var weights = edges(layer: layer, scratch: scratch)
      weights.half = (half[layer], rows)
      return weights
    }
    if memory == .fast { return resident[layer] }
    let weights = LayerWeights(shapes: shapes, buffer: scratch ?? FloatBuffer(count: shapes.weightCount))
    StepClock.measure(.weights) {
      weights.load(stored[layer], team: team)
      weights.bind(bound?.adapter, layer: layer, mask: bound?.mask)
    }
    return weights
  }

  /// Gives the bf16 weights what is bound; before a training pass.
  func bindHalf() {
    guard precision == .bf16, !isHalfBound else { return }
    isHalfBound = true
    let (half, shapes) = (half, shapes)
    Team(threads: threads).split(configuration.layers) { layers in
      let scratch = memory == .fast ? nil : FloatBuffer(count: shapes.weightCount)
      for layer in layers {
        StepClock.measure(.weights) { half[layer].bind(edges(layer: layer, scratch: scratch)) }
      }
    }
  }

  /// A layer's weights of which only the edges are there.
  private func edges(layer: Int, scratch: FloatBuffer?) -> LayerWeights {
    if memory == .fast { return resident[layer] }
    let weights = LayerWeights(shapes: shapes, buffer: scratch ?? FloatBuffer(count: shapes.weightCount))
    StepClock.measure(.weights) { weights.bind(bound?.adapter, layer: layer, mask: bound?.mask) }
    return weights
  }

  func inputNorm(_ layer: Int) -> UnsafePointer<Float> {
    unsafe UnsafePointer(norms.pointer + 2 * layer * configuration.hidden)
  }

  func postAttentionNorm(_ layer: Int) -> UnsafePointer<Float> {
    unsafe UnsafePointer(norms.pointer + (2 * layer + 1) * configuration.hidden)
  }

  var finalNorm: UnsafePointer<Float> {
    unsafe UnsafePointer(norms.pointer + 2 * configuration.layers * configuration.hidden)
  }
}
