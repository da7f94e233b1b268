// N tokens of a row · T tokens in the cache · C hidden · H query heads · D head dimension · I intermediate · R ranks

import ModelFiles
import Tensors

/// A prompt through the decoder, with training's products, in rows that go on from the cache.
///
/// A row's shapes depend on its own stream only, so a prompt's figures do not depend on other prompts.
final class PromptPass {
  /// The most tokens that go through the decoder at once.
  static let row = 512

  private let model: LanguageModel
  private let team: Team
  private let attention: CachedAttention
  private var tokens = 0
  private var x = FloatBuffer(count: 0)
  private var normed = FloatBuffer(count: 0)
  private var qkv = FloatBuffer(count: 0)
  private var attended = FloatBuffer(count: 0)
  private var gateUp = FloatBuffer(count: 0)
  private var act = FloatBuffer(count: 0)
  private var reciprocal = FloatBuffer(count: 0)
  private var scores: [FloatBuffer] = []
  private let layerScratch: FloatBuffer?

  private var shape: LlamaConfiguration { model.configuration }

  init(model: LanguageModel) {
    self.model = model
    team = Team(threads: model.threads)
    attention = CachedAttention(blas: model.blas, headDimension: model.configuration.headDimension)
    layerScratch = model.memory == .small ? FloatBuffer(count: model.shapes.weightCount) : nil
  }

  /// Takes `prompt` into `cache`; calls `body` with each row's hidden states as they come from the last layer, and the
  /// place of the first of them in the prompt. - Precondition: the adapter is bound.
  func run(_ prompt: [Int32], cache: KeyValueCache, _ body: (UnsafePointer<Float>, Range<Int>) -> Void) {
    cache.reserve(cache.count + prompt.count)
    for start in stride(from: 0, to: prompt.count, by: Self.row) {
      let range = start..<min(start + Self.row, prompt.count)
      makeRoom(tokens: min(Self.row, prompt.count), keys: cache.count + range.count)
      for (t, token) in prompt[range].enumerated() {
        unsafe model.head.embed(token, into: x.pointer + t * shape.hidden)
      }
      for index in 0..<shape.layers {
        let weights = model.weights(layer: index, scratch: layerScratch, team: team)
        attend(weights, index, count: range.count, cache: cache)
        feedForward(weights, index, count: range.count)
      }
      cache.advance(range.count)
      unsafe body(x.pointer, range)
    }
  }

  private func makeRoom(tokens: Int, keys: Int) {
    let needed = CachedAttention.scratchCount(length: keys)
    if scores.first.map({ $0.count < needed }) ?? true {
      scores = (0..<team.threads).map { _ in FloatBuffer(count: needed) }
    }
    guard tokens > self.tokens else { return }
    self.tokens = tokens
    let shapes = model.shapes
    x = FloatBuffer(count: tokens * shape.hidden)
    normed = FloatBuffer(count: tokens * max(shapes.attentionInput.inputStride, shapes.mlpInput.inputStride))
    qkv = FloatBuffer(count: tokens * shapes.attentionInput.outputs)
    attended = FloatBuffer(count: tokens * shapes.attentionOutput.inputStride)
    gateUp = FloatBuffer(count: tokens * shapes.mlpInput.outputs)
    act = FloatBuffer(count: tokens * shapes.mlpOutput.inputStride)
    reciprocal = FloatBuffer(count: tokens)
  }

  private func attend(_ weights: LayerWeights, _ layer: Int, count: Int, cache: KeyValueCache) {
    let (linear, output) = (weights[.attentionInput], weights[.attentionOutput])
    let (d, width, past) = (shape.headDimension, linear.shape.outputs, cache.count)
    let (query, keyValue) = (shape.queryWidth, shape.keyValueWidth)
    team.split(count, grain: 8) { rows in
      unsafe normalise(model.inputNorm(layer), stride: linear.shape.inputStride, rows)
      unsafe linear.forward(normed.pointer, into: qkv.pointer, stride: width, rows: rows, blas: model.blas)
      for t in rows {
        let row = unsafe qkv.pointer + t * width
        unsafe model.rotary.rotate(row, heads: shape.heads + shape.keyValueHeads, position: past + t)
        unsafe cache.key(layer, past + t).update(from: row + query, count: keyValue)
        unsafe cache.value(layer, past + t).update(from: row + query + keyValue, count: keyValue)
      }
    }
    // Late queries see more keys, so a head's queries stay together and heads are dealt out in turn.
    let (shared, parts) = (shape.heads / shape.keyValueHeads, min(team.threads, shape.heads))
    team.each(parts) { part in
      for head in stride(from: part, to: shape.heads, by: parts) {
        let (keys, values) = cache.heads(layer, head / shared, dimension: d)
        unsafe attention.prompt(
          q: CausalAttention.Head(qkv.pointer + head * d, stride: width), k: keys, v: values,
          into: CausalAttention.Head(attended.pointer + head * d, stride: output.shape.inputStride), queries: 0..<count,
          past: past, scratch: scores[part].pointer)
      }
    }
    team.split(count, grain: 8) { rows in
      unsafe output.forward(
        attended.pointer, into: x.pointer, stride: shape.hidden, accumulating: true, rows: rows, blas: model.blas)
    }
  }

  private func feedForward(_ weights: LayerWeights, _ layer: Int, count: Int) {
    let (linear, output) = (weights[.mlpInput], weights[.mlpOutput])
    team.split(count, grain: 8) { rows in
      unsafe normalise(model.postAttentionNorm(layer), stride: linear.shape.inputStride, rows)
      unsafe linear.forward(
        normed.pointer, into: gateUp.pointer, stride: linear.shape.outputs, rows: rows, blas: model.blas)
      unsafe SwiGLU.forward(
        gateUp.pointer, stride: linear.shape.outputs, into: act.pointer, outputStride: output.shape.inputStride,
        rows: rows, width: shape.intermediate)
      unsafe output.forward(
        act.pointer, into: x.pointer, stride: shape.hidden, accumulating: true, rows: rows, blas: model.blas)
    }
  }

  private func normalise(_ weight: UnsafePointer<Float>, stride: Int, _ rows: Range<Int>) {
    unsafe RMSNorm.forward(
      x.pointer, stride: shape.hidden, weight: weight, into: normed.pointer, outputStride: stride,
      reciprocal: reciprocal.pointer, rows: rows, width: shape.hidden, epsilon: shape.normEpsilon)
  }
}
