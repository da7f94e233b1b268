// T tokens of a row · C hidden · I intermediate · R ranks of a group

import ModelFiles
import Tensors

/// What backward needs of one layer's forward pass, beside the layer's input.
final class LayerCache {
  let reciprocal1: FloatBuffer
  /// Rotated queries and keys, and values: [T, (heads + 2·keyValueHeads)·D].
  let qkv: FloatBuffer
  let hAttentionInput: FloatBuffer
  /// [T, heads·D + R]: the heads' outputs, with h of the output projection behind.
  let attention: FloatBuffer
  let logSumExp: FloatBuffer
  /// [T, C]: the residual stream after attention.
  let middle: FloatBuffer
  let reciprocal2: FloatBuffer
  let hMLPInput: FloatBuffer
  /// [T, 2·I].
  let gateUp: FloatBuffer
  let hMLPOutput: FloatBuffer

  init(tokens: Int, model: LlamaConfiguration, shapes: LayerShapes, source: BufferSource) {
    reciprocal1 = source.buffer(tokens)
    qkv = source.buffer(tokens * shapes.attentionInput.outputs)
    hAttentionInput = source.buffer(tokens * shapes.attentionInput.ranks)
    attention = source.buffer(tokens * shapes.attentionOutput.inputStride)
    logSumExp = source.buffer(tokens * model.heads)
    middle = source.buffer(tokens * model.hidden)
    reciprocal2 = source.buffer(tokens)
    hMLPInput = source.buffer(tokens * shapes.mlpInput.ranks)
    gateUp = source.buffer(tokens * shapes.mlpInput.outputs)
    hMLPOutput = source.buffer(tokens * shapes.mlpOutput.ranks)
  }
}

/// Scratch that backward alone needs.
final class BackwardScratch {
  let dx: FloatBuffer
  let dNormed: FloatBuffer
  /// [T, C + R] for the two output projections: dy with g behind.
  let dMLPOutput: FloatBuffer
  let dAttentionOutput: FloatBuffer
  let dGateUp: FloatBuffer
  let dQKV: FloatBuffer
  let dAttention: FloatBuffer
  /// Gradients of keys and values by query head, [T, heads·D] each.
  let dKeys: FloatBuffer
  let dValues: FloatBuffer
  let dAct: FloatBuffer
  /// [R, inputs]: the stacked gradients of a group's A factors.
  let stackedA: FloatBuffer
  /// The adapter's gradient, in its layout's order.
  let gradient: FloatBuffer
  /// Where set, squared gradients of the weights themselves are added up too.
  var squares: WeightSquares?

  init(tokens: Int, model: LlamaConfiguration, shapes: LayerShapes, parameters: Int, source: BufferSource) {
    dx = source.buffer(tokens * model.hidden)
    dNormed = source.buffer(tokens * model.hidden)
    dMLPOutput = source.buffer(tokens * shapes.mlpOutput.outputStride)
    dAttentionOutput = source.buffer(tokens * shapes.attentionOutput.outputStride)
    dGateUp = source.buffer(tokens * shapes.mlpInput.outputStride)
    dQKV = source.buffer(tokens * shapes.attentionInput.outputStride)
    dAttention = source.buffer(tokens * model.queryWidth)
    dKeys = source.buffer(tokens * model.queryWidth)
    dValues = source.buffer(tokens * model.queryWidth)
    dAct = source.buffer(tokens * model.intermediate)
    stackedA = source.buffer(LinearGroup.allCases.map { shapes[$0].ranks * shapes[$0].inputs }.max() ?? 0)
    gradient = source.buffer(parameters)
  }
}

/// What decides how large a workspace is.
struct WorkspacePlan {
  let model: LlamaConfiguration
  let shapes: LayerShapes
  let memory: MemoryMode
  let precision: Precision
  /// Of the longest row.
  let tokens: Int
  /// That may be inside a row.
  let threads: Int
  /// Topmost layers that keep what backward needs; the others recompute it.
  let kept: Int
  let purpose: Workspace.Purpose
}

/// Hands out a workspace's buffers and counts them.
final class BufferSource {
  /// Handed out so far.
  private(set) var floats = 0
  private let measures: Bool

  /// - Parameter measures: counts only; the buffers are empty.
  init(measures: Bool = false) { self.measures = measures }

  func buffer(_ count: Int) -> FloatBuffer {
    floats += count
    return FloatBuffer(count: measures ? 0 : count)
  }
}

/// The memory in which one row goes through the decoder; made once, used for every row of a round.
final class Workspace {
  enum Purpose: Sendable {
    case evaluation
    case training(parameters: Int)
  }

  let tokens: Int
  /// Residual stream in front of each layer (training), or two that take turns (evaluation), then the final one.
  let inputs: [FloatBuffer]
  /// One that the lowest `shared` layers take in turn, then one for each other layer.
  let caches: [LayerCache]
  private let shared: Int
  let normed: FloatBuffer
  let act: FloatBuffer
  let finalReciprocal: FloatBuffer
  /// The final norm's output at the positions that predict a supervised token, and its gradient.
  let hidden: FloatBuffer
  let dHidden: FloatBuffer
  let logits: FloatBuffer
  let vocabularyScratch: FloatBuffer?
  let layerScratch: FloatBuffer?
  /// Rows of activations in bf16, where training multiplies in it.
  let half: BFloat16Rows?
  /// One block of attention scores for each thread that may be inside this row.
  let scores: [FloatBuffer]
  let backward: BackwardScratch?

  /// - Parameter source: a measuring one makes no memory, to tell how much it would be.
  init(_ plan: WorkspacePlan, source: BufferSource = BufferSource()) {
    tokens = plan.tokens
    let (tokens, model, shapes) = (plan.tokens, plan.model, plan.shapes)
    let parameters: Int?
    switch plan.purpose {
    case .evaluation: parameters = nil
    case .training(let count): parameters = count
    }
    shared = parameters == nil ? model.layers : max(model.layers - plan.kept, 0)
    inputs = (0...(parameters == nil ? 1 : model.layers)).map { _ in source.buffer(tokens * model.hidden) }
    caches = (0..<model.layers - shared + min(shared, 1)).map { _ in
      LayerCache(tokens: tokens, model: model, shapes: shapes, source: source)
    }
    normed = source.buffer(tokens * max(shapes.attentionInput.inputStride, shapes.mlpInput.inputStride))
    act = source.buffer(tokens * shapes.mlpOutput.inputStride)
    finalReciprocal = source.buffer(tokens)
    hidden = source.buffer(tokens * model.hidden)
    dHidden = source.buffer(parameters == nil ? 0 : tokens * model.hidden)
    logits = source.buffer(min(VocabularyHead.chunk, tokens) * model.vocabulary)
    let slice = VocabularyHead.scratchCount(model, plan.memory)
    vocabularyScratch = slice > 0 ? source.buffer(slice) : nil
    layerScratch = plan.memory == .small ? source.buffer(shapes.weightCount) : nil
    half =
      plan.precision == .bf16 && parameters != nil
      ? BFloat16Rows(tokens: tokens, shapes: shapes, source: source) : nil
    scores = (0..<max(plan.threads, 1)).map { _ in source.buffer(CausalAttention.scratchCount(length: tokens)) }
    backward = parameters.map {
      BackwardScratch(tokens: tokens, model: model, shapes: shapes, parameters: $0, source: source)
    }
  }

  func input(_ layer: Int) -> FloatBuffer { inputs.count == 2 ? inputs[layer % 2] : inputs[layer] }

  func cache(_ layer: Int) -> LayerCache {
    caches[layer < shared ? 0 : layer - shared + min(shared, 1)]
  }

  /// Whether a layer above it has taken its cache meanwhile.
  func isOverwritten(_ layer: Int) -> Bool { layer < shared - 1 }
}
