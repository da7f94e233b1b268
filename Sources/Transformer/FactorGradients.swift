import ModelFiles
import Tensors

/// Adds one layer's factor gradients to the flat gradient: dA = gᵀ·x, dB = s·dyᵀ·h.
struct FactorGradients {
  let layer: Int
  let layout: AdapterLayout
  let scratch: BackwardScratch
  let team: Team
  let blas: BLAS
  let dropout: ElementDropout?
  let row: Int
  let tokens: Int

  func add(
    _ linear: AdaptedLinear, _ group: LinearGroup, dy: FloatBuffer, x: FloatBuffer,
    h: UnsafePointer<Float>, hStride: Int
  ) {
    let shape = linear.shape
    guard shape.ranks > 0 else { return }
    unsafe scratch.squares?.add(
      shape, layer: layer, dy: dy.pointer, x: x.pointer, tokens: tokens, blas: blas)
    var (source, stride) = unsafe (UnsafePointer(x.pointer), shape.inputStride)
    var copy: FloatBuffer?
    if let dropout {
      let dropped = FloatBuffer(count: tokens * shape.inputs)
      unsafe dropout.apply(
        x.pointer, stride: shape.inputStride, into: dropped.pointer, outputStride: shape.inputs, rows: 0..<tokens,
        width: shape.inputs, key: dropout.key(row: row, layer: layer, group: group))
      unsafe (source, stride, copy) = unsafe (UnsafePointer(dropped.pointer), shape.inputs, dropped)
    }
    team.split(shape.inputs, grain: 16) { columns in
      unsafe linear.gradientA(
        dy.pointer, x: source, stride: stride, into: scratch.stackedA.pointer, count: tokens, columns: columns,
        blas: blas)
    }
    withExtendedLifetime(copy) {}
    for part in shape.parts where part.rank > 0 {
      guard let a = layout.entry(layer: layer, projection: part.projection, factor: .a),
        let b = layout.entry(layer: layer, projection: part.projection, factor: .b)
      else { continue }
      let (stacked, target) = unsafe (
        scratch.stackedA.pointer + part.rankOffset * shape.inputs, scratch.gradient.pointer + a.offset
      )
      for i in 0..<a.count { unsafe target[i] += stacked[i] }
      team.split(part.outputs, grain: 16) { outputs in
        unsafe linear.gradientB(
          part, dy.pointer, h: h, stride: hStride, scaling: layout.lora.scaling,
          addingTo: scratch.gradient.pointer + b.offset, count: tokens, outputs: outputs, blas: blas)
      }
    }
  }
}
