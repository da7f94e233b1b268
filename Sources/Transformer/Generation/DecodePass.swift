// S streams · C hidden · H query heads · G key-value heads · D head dimension · I intermediate · V vocabulary

import ModelFiles
import Tensors

/// One new token of each of a few streams through the decoder, with threads in lockstep.
///
/// Every number of a stream is computed in one order whatever its neighbours and the thread count.
final class DecodePass {
  /// A token at the end of its stream.
  struct Input {
    let token: Int32
    let cache: KeyValueCache
  }

  private let model: LanguageModel
  private let team: LockstepTeam
  private let layers: [DecodeLayerWeights]
  private let attention: CachedAttention
  /// [S, V] after `step` or `project`.
  let logits: FloatBuffer
  /// The residual stream, [S, C].
  private let x: FloatBuffer
  private let qkv: FloatBuffer
  private let attended: FloatBuffer
  /// Of the three products of a layer that are added to x or go through SwiGLU.
  private let product: FloatBuffer
  private let act: FloatBuffer
  private let h: FloatBuffer
  /// Each thread's own normed rows and attention scores.
  private let normed: [FloatBuffer]
  private var scores: [FloatBuffer] = []

  private var shape: LlamaConfiguration { model.configuration }

  init(model: LanguageModel, adapter: Adapter?, streams: Int, team: LockstepTeam) {
    self.model = model
    self.team = team
    let shape = model.configuration
    layers = (0..<shape.layers).map { DecodeLayerWeights(model: model, layer: $0, adapter: adapter) }
    attention = CachedAttention(blas: model.blas, headDimension: shape.headDimension)
    let rows = (streams + RowProduct.group - 1) / RowProduct.group * RowProduct.group
    logits = FloatBuffer(count: rows * shape.vocabulary)
    x = FloatBuffer(count: rows * shape.hidden)
    qkv = FloatBuffer(count: rows * (shape.queryWidth + 2 * shape.keyValueWidth))
    attended = FloatBuffer(count: rows * shape.queryWidth)
    product = FloatBuffer(count: rows * max(shape.hidden, 2 * shape.intermediate))
    act = FloatBuffer(count: rows * shape.intermediate)
    h = FloatBuffer(count: rows * (layers.map(\.ranks).max() ?? 0))
    normed = (0..<team.threads).map { _ in FloatBuffer(count: rows * shape.hidden) }
  }

  /// Runs one token of each stream and leaves the logits that follow it in `logits`, row by row.
  func step(_ inputs: [Input]) {
    for (s, input) in inputs.enumerated() {
      unsafe model.head.embed(input.token, into: x.pointer + s * shape.hidden)
      input.cache.reserve(input.cache.count + 1)
    }
    let longest = inputs.map(\.cache.capacity).max() ?? 0
    if scores.first.map({ $0.count < longest }) ?? true {
      scores = (0..<team.threads).map { _ in FloatBuffer(count: longest) }
    }
    team.run { member in
      for index in layers.indices {
        attend(member, inputs, layer: index)
        feedForward(member, streams: inputs.count, layer: index)
      }
      projectOntoVocabulary(member, streams: inputs.count)
    }
    for input in inputs { input.cache.advance(1) }
  }

  /// Leaves the logits of one hidden state, as it comes from the last layer, in row 0.
  func project(_ hidden: UnsafePointer<Float>) {
    unsafe x.pointer.update(from: hidden, count: shape.hidden)
    team.run { member in projectOntoVocabulary(member, streams: 1) }
  }

  private func attend(_ member: LockstepMember, _ inputs: [Input], layer: Int) {
    let (weights, streams, d) = (layers[layer], inputs.count, shape.headDimension)
    let normed = normed[member.index]
    unsafe normalise(model.inputNorm(layer), into: normed, streams: streams)
    unsafe weights.attentionInput.projectDown(
      member, normed.pointer, stride: shape.hidden, streams: streams, into: h)
    let (query, width) = (shape.queryWidth, shape.queryWidth + 2 * shape.keyValueWidth)
    // One item a head, so that a head is turned by the thread that made it.
    member.share(width / d, grain: 1) { item in
      let head = item.lowerBound
      let (part, first) = part(ofHead: head)
      unsafe weights.attentionInput.multiply(
        part: part, outputs: first..<first + d, normed.pointer, stride: shape.hidden, h: h, streams: streams,
        into: qkv.pointer, stride: width)
      for (s, input) in inputs.enumerated() {
        let values = unsafe qkv.pointer + s * width + head * d
        let position = input.cache.count
        if part < 2 { unsafe model.rotary.rotate(values, heads: 1, position: position) }
        if part == 1 { unsafe (input.cache.key(layer, position) + first).update(from: values, count: d) }
        if part == 2 { unsafe (input.cache.value(layer, position) + first).update(from: values, count: d) }
      }
    }
    let shared = shape.heads / shape.keyValueHeads
    member.share(streams * shape.heads, grain: 1) { item in
      let (s, head) = (item.lowerBound / shape.heads, item.lowerBound % shape.heads)
      let cache = inputs[s].cache
      let (keys, values) = cache.heads(layer, head / shared, dimension: d)
      unsafe attention.newest(
        q: qkv.pointer + s * width + head * d, k: keys, v: values, length: cache.count + 1,
        into: attended.pointer + s * query + head * d, scratch: scores[member.index].pointer)
    }
    unsafe addProduct(member, weights.attentionOutput, attended.pointer, inputs: query, streams: streams)
  }

  /// The projection of q, k and v that head `head` of the three belongs to, and its first row there.
  private func part(ofHead head: Int) -> (part: Int, first: Int) {
    let d = shape.headDimension
    if head < shape.heads { return (0, head * d) }
    if head < shape.heads + shape.keyValueHeads { return (1, (head - shape.heads) * d) }
    return (2, (head - shape.heads - shape.keyValueHeads) * d)
  }

  private func feedForward(_ member: LockstepMember, streams: Int, layer: Int) {
    let (weights, width) = (layers[layer], shape.intermediate)
    let normed = normed[member.index]
    unsafe normalise(model.postAttentionNorm(layer), into: normed, streams: streams)
    unsafe weights.mlpInput.projectDown(member, normed.pointer, stride: shape.hidden, streams: streams, into: h)
    shareOutputs(member, width) { outputs in
      for part in 0..<2 {
        unsafe weights.mlpInput.multiply(
          part: part, outputs: outputs, normed.pointer, stride: shape.hidden, h: h, streams: streams,
          into: product.pointer, stride: 2 * width)
      }
      let first = outputs.lowerBound
      unsafe SwiGLU.forward(
        gate: product.pointer + first, up: product.pointer + width + first, stride: 2 * width,
        into: act.pointer + first, outputStride: width, rows: 0..<streams, width: outputs.count)
    }
    unsafe addProduct(member, weights.mlpOutput, act.pointer, inputs: width, streams: streams)
  }

  /// x += input·(W + s·BA)ᵀ.
  private func addProduct(
    _ member: LockstepMember, _ linear: DecodeLinear, _ input: UnsafePointer<Float>, inputs: Int, streams: Int
  ) {
    unsafe linear.projectDown(member, input, stride: inputs, streams: streams, into: h)
    let c = shape.hidden
    shareOutputs(member, c) { outputs in
      unsafe linear.multiply(
        part: 0, outputs: outputs, input, stride: inputs, h: h, streams: streams, into: product.pointer, stride: c)
      for s in 0..<streams {
        for o in outputs { unsafe x.pointer[s * c + o] += product.pointer[s * c + o] }
      }
    }
  }

  private func projectOntoVocabulary(_ member: LockstepMember, streams: Int) {
    let (c, frozen) = (shape.hidden, model.head.frozen)
    let normed = normed[member.index]
    unsafe normalise(model.finalNorm, into: normed, streams: streams)
    shareOutputs(member, shape.vocabulary) { outputs in
      unsafe frozen.multiply(
        outputs: outputs, normed.pointer, stride: c, streams: streams, into: logits.pointer, stride: shape.vocabulary)
    }
  }

  /// Shares the outputs of a product out among the threads, and meets.
  private func shareOutputs(_ member: LockstepMember, _ count: Int, _ body: (Range<Int>) -> Void) {
    member.share(count, grain: RowProduct.grain(of: count, threads: team.threads), body)
  }

  private func normalise(_ weight: UnsafePointer<Float>, into out: FloatBuffer, streams: Int) {
    let c = shape.hidden
    for s in 0..<streams {
      var reciprocal: Float = 0
      unsafe RMSNorm.forward(
        x.pointer + s * c, stride: c, weight: weight, into: out.pointer + s * c, outputStride: c,
        reciprocal: &reciprocal, rows: 0..<1, width: c, epsilon: shape.normEpsilon)
    }
  }
}
