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

  init(tokens: Int, model: LlamaConfiguration, shapes: LayerShapes) {
    reciprocal1 = FloatBuffer(count: tokens)
    qkv = FloatBuffer(count: tokens * shapes.attentionInput.outputs)
    hAttentionInput = FloatBuffer(count: tokens * shapes.attentionInput.ranks)
    attention = FloatBuffer(count: tokens * shapes.attentionOutput.inputStride)
    logSumExp = FloatBuffer(count: tokens * model.heads)
    middle = FloatBuffer(count: tokens * model.hidden)
    reciprocal2 = FloatBuffer(count: tokens)
    hMLPInput = FloatBuffer(count: tokens * shapes.mlpInput.ranks)
    gateUp = FloatBuffer(count: tokens * shapes.mlpInput.outputs)
    hMLPOutput = FloatBuffer(count: tokens * shapes.mlpOutput.ranks)
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

  init(tokens: Int, model: LlamaConfiguration, shapes: LayerShapes, parameters: Int) {
    dx = FloatBuffer(count: tokens * model.hidden)
    dNormed = FloatBuffer(count: tokens * model.hidden)
    dMLPOutput = FloatBuffer(count: tokens * shapes.mlpOutput.outputStride)
    dAttentionOutput = FloatBuffer(count: tokens * shapes.attentionOutput.outputStride)
    dGateUp = FloatBuffer(count: tokens * shapes.mlpInput.outputStride)
    dQKV = FloatBuffer(count: tokens * shapes.attentionInput.outputStride)
    dAttention = FloatBuffer(count: tokens * model.queryWidth)
    dKeys = FloatBuffer(count: tokens * model.queryWidth)
    dValues = FloatBuffer(count: tokens * model.queryWidth)
    dAct = FloatBuffer(count: tokens * model.intermediate)
    stackedA = FloatBuffer(count: LinearGroup.allCases.map { shapes[$0].ranks * shapes[$0].inputs }.max() ?? 0)
    gradient = FloatBuffer(count: parameters)
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
  let caches: [LayerCache]
  let normed: FloatBuffer
  let act: FloatBuffer
  let finalReciprocal: FloatBuffer
  /// The final norm's output at the positions that predict a supervised token, and its gradient.
  let hidden: FloatBuffer
  let dHidden: FloatBuffer
  let logits: FloatBuffer
  let vocabularyScratch: FloatBuffer?
  let layerScratch: FloatBuffer?
  /// One block of attention scores for each thread that may be inside this row.
  let scores: [FloatBuffer]
  let backward: BackwardScratch?

  init(model: LanguageModel, tokens: Int, threads: Int, purpose: Purpose) {
    self.tokens = tokens
    let (configuration, shapes) = (model.configuration, model.shapes)
    let parameters: Int?
    switch purpose {
    case .evaluation: parameters = nil
    case .training(let count): parameters = count
    }
    let keepsAll = parameters != nil && model.memory == .fast
    inputs = (0...(parameters == nil ? 1 : configuration.layers)).map { _ in
      FloatBuffer(count: tokens * configuration.hidden)
    }
    caches = (0..<(keepsAll ? configuration.layers : 1)).map { _ in
      LayerCache(tokens: tokens, model: configuration, shapes: shapes)
    }
    normed = FloatBuffer(count: tokens * max(shapes.attentionInput.inputStride, shapes.mlpInput.inputStride))
    act = FloatBuffer(count: tokens * shapes.mlpOutput.inputStride)
    finalReciprocal = FloatBuffer(count: tokens)
    hidden = FloatBuffer(count: tokens * configuration.hidden)
    dHidden = FloatBuffer(count: parameters == nil ? 0 : tokens * configuration.hidden)
    logits = FloatBuffer(count: min(VocabularyHead.chunk, tokens) * configuration.vocabulary)
    vocabularyScratch = model.head.scratchCount > 0 ? FloatBuffer(count: model.head.scratchCount) : nil
    layerScratch = model.memory == .small ? FloatBuffer(count: shapes.weightCount) : nil
    scores = (0..<max(threads, 1)).map { _ in FloatBuffer(count: CausalAttention.scratchCount(length: tokens)) }
    backward = parameters.map {
      BackwardScratch(tokens: tokens, model: configuration, shapes: shapes, parameters: $0)
    }
  }

  func input(_ layer: Int) -> FloatBuffer { inputs.count == 2 ? inputs[layer % 2] : inputs[layer] }
  func cache(_ layer: Int) -> LayerCache { caches.count == 1 ? caches[0] : caches[layer] }
}
