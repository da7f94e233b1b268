// T tokens · K key-value width (keyValueHeads · D)

import ModelFiles
import Tensors

/// The rotated keys and the values of one stream's tokens, for every layer.
final class KeyValueCache {
  private let width: Int
  private let context: Int
  /// [capacity, K] a layer.
  private(set) var keys: [FloatBuffer]
  private(set) var values: [FloatBuffer]
  private(set) var capacity = 0
  /// Tokens that have been through the decoder.
  private(set) var count = 0

  init(model: LlamaConfiguration) {
    width = model.keyValueWidth
    context = model.context
    keys = (0..<model.layers).map { _ in FloatBuffer(count: 0) }
    values = keys
  }

  /// Makes room for `tokens` in all, in steps that double, up to the context.
  func reserve(_ tokens: Int) {
    precondition(tokens <= context, "cache: \(tokens) tokens, the context is \(context)")
    guard tokens > capacity else { return }
    capacity = min(max(tokens, 2 * capacity, 64), context)
    keys = keys.map(grown)
    values = values.map(grown)
  }

  private func grown(_ old: FloatBuffer) -> FloatBuffer {
    let buffer = FloatBuffer(count: capacity * width)
    unsafe buffer.pointer.update(from: old.pointer, count: count * width)
    return buffer
  }

  /// Counts tokens whose keys and values every layer has written.
  func advance(_ tokens: Int) { count += tokens }

  /// Forgets everything, but keeps the memory for the next stream.
  func clear() { count = 0 }

  /// Takes over what `other` holds.
  func copy(_ other: KeyValueCache) {
    clear()
    reserve(other.count)
    for layer in keys.indices {
      unsafe keys[layer].pointer.update(from: other.keys[layer].pointer, count: other.count * width)
      unsafe values[layer].pointer.update(from: other.values[layer].pointer, count: other.count * width)
    }
    count = other.count
  }

  /// Where token `position` of a layer lies.
  func key(_ layer: Int, _ position: Int) -> UnsafeMutablePointer<Float> {
    unsafe keys[layer].pointer + position * width
  }

  func value(_ layer: Int, _ position: Int) -> UnsafeMutablePointer<Float> {
    unsafe values[layer].pointer + position * width
  }

  /// One key-value head's columns of a layer.
  func heads(_ layer: Int, _ group: Int, dimension: Int) -> (keys: CausalAttention.Head, values: CausalAttention.Head) {
    unsafe (
      CausalAttention.Head(key(layer, 0) + group * dimension, stride: width),
      CausalAttention.Head(value(layer, 0) + group * dimension, stride: width)
    )
  }
}
