// I inputs · O outputs · R ranks of all adapted projections of the group

import ModelFiles
import Tensors

/// A group's augmented weight in bf16, once for each direction (see `LinearShape`): [W | s·B]ᵀ and [W ; A].
struct BFloat16Linear {
  let shape: LinearShape
  /// [I + R, O].
  let forward: BFloat16Matrix
  /// [O + R, I].
  let backward: BFloat16Matrix

  init(shape: LinearShape) {
    self.shape = shape
    forward = BFloat16Matrix(depth: shape.inputStride, columns: shape.outputs)
    backward = BFloat16Matrix(depth: shape.outputStride, columns: shape.inputs)
  }

  /// Row `output` of W.
  func load(_ values: UnsafePointer<Float>, output: Int) {
    unsafe forward.setColumn(output, values, count: shape.inputs)
    unsafe backward.setDepth(output, values, count: shape.inputs)
  }

  /// The edges, from an augmented weight that has them.
  func bind(_ linear: AdaptedLinear) {
    for output in 0..<shape.outputs {
      unsafe forward.setColumn(
        output, from: shape.inputs, linear.weight + output * shape.inputStride + shape.inputs, count: shape.ranks)
    }
    for k in 0..<shape.ranks {
      unsafe backward.setDepth(
        shape.outputs + k, linear.weight + (shape.outputs + k) * shape.inputStride, count: shape.inputs)
    }
  }
}

/// One layer's augmented weights in bf16.
struct BFloat16Layer {
  private let linears: [BFloat16Linear]

  init(shapes: LayerShapes) { linears = LinearGroup.allCases.map { BFloat16Linear(shape: shapes[$0]) } }

  subscript(group: LinearGroup) -> BFloat16Linear { linears[group.rawValue] }

  /// The frozen weights of a layer.
  func load(_ layer: BaseModelFile.Layer, team: Team) {
    for group in LinearGroup.allCases {
      let linear = self[group]
      for part in linear.shape.parts {
        let matrix = layer[part.projection]
        team.split(part.outputs, grain: 16) { rows in
          let row = FloatBuffer(count: linear.shape.inputs)
          for output in rows {
            unsafe matrix.decode(row: output, into: row.pointer)
            unsafe linear.load(row.pointer, output: part.outputOffset + output)
          }
        }
      }
    }
  }

  /// The frozen weights from the same layer under other shapes.
  func load(from other: BFloat16Layer) {
    for group in LinearGroup.allCases {
      let (own, source) = (self[group], other[group])
      own.forward.copy(source.forward, depth: own.shape.inputs)
      own.backward.copy(source.backward, depth: own.shape.outputs)
    }
  }

  /// The adapter's factors, from the layer's fp32 weights that have them at their edges.
  func bind(_ weights: LayerWeights) {
    for group in LinearGroup.allCases { self[group].bind(weights[group]) }
  }

  /// Words of one layer.
  static func wordCount(_ shapes: LayerShapes) -> Int {
    LinearGroup.allCases.reduce(0) { sum, group in
      let shape = shapes[group]
      return sum + BFloat16Matrix.wordCount(depth: shape.inputStride, columns: shape.outputs)
        + BFloat16Matrix.wordCount(depth: shape.outputStride, columns: shape.inputs)
    }
  }

  /// Words of the longest row that is multiplied with.
  static func rowWords(_ shapes: LayerShapes) -> Int {
    LinearGroup.allCases.map { BFloat16Matrix.pairs(max(shapes[$0].inputStride, shapes[$0].outputStride)) }.max() ?? 0
  }
}

/// Rows of activations on their way into a bf16 product, [T, `stride`] words of a lane.
struct BFloat16Rows {
  private let buffer: FloatBuffer
  let stride: Int

  init(tokens: Int, shapes: LayerShapes, source: BufferSource) {
    stride = BFloat16Layer.rowWords(shapes)
    buffer = source.buffer(tokens * stride)
  }

  var words: UnsafeMutablePointer<UInt32> {
    unsafe UnsafeMutableRawPointer(buffer.pointer).assumingMemoryBound(to: UInt32.self)
  }

  /// y ← (y +) x·matrix for `rows` of x, of whose floats as many count as `depth`.
  func multiply(
    _ x: UnsafePointer<Float>, stride xStride: Int, depth: Int, by matrix: BFloat16Matrix, rows: Range<Int>,
    into y: UnsafeMutablePointer<Float>, stride yStride: Int, accumulating: Bool
  ) {
    unsafe BFloat16Matrix.convert(x, stride: xStride, count: depth, rows: rows, into: words, stride: stride)
    unsafe matrix.multiply(
      words, stride: stride, count: depth, rows: rows, panels: 0..<matrix.panels, into: y, stride: yStride,
      accumulating: accumulating)
  }
}
