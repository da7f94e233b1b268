// r rank · C inputs (columns)

/// What an adapter adds to one matrix, alpha/r · BA, for rows in a GGUF's order.
struct AdapterChange {
  private let rank: Int
  private let columns: Int
  /// A's rows in eights, the last eight padded with zeros: `[r, ⌈C/8⌉]`.
  private let a: [SIMD8<Float>]
  /// B times alpha/r, `[outputs, r]`, rows in Hugging Face's order.
  private let b: [Float]
  /// `nil` where the rows lie as they are.
  private let headDimension: Int?

  private var groups: Int { (columns + 7) / 8 }

  /// `nil` where the adapter leaves the tensor as it is.
  init?(_ role: LlamaTensorPlan.Role, _ adapter: Adapter) {
    let layout = adapter.layout
    guard case .projection(let layer, let projection) = role,
      let entryA = layout.entry(layer: layer, projection: projection, factor: .a),
      let entryB = layout.entry(layer: layer, projection: projection, factor: .b)
    else { return nil }
    rank = entryA.rows
    columns = entryA.columns
    headDimension = projection.isRotated ? layout.model.headDimension : nil
    b = adapter.parameters[entryB.range].map { $0 * layout.lora.scaling }
    var a: [SIMD8<Float>] = []
    for row in 0..<entryA.rows {
      for start in stride(from: 0, to: entryA.columns, by: 8) {
        var group = SIMD8<Float>()
        for i in 0..<min(8, entryA.columns - start) {
          group[i] = adapter.parameters[entryA.offset + row * entryA.columns + start + i]
        }
        a.append(group)
      }
    }
    self.a = a
  }

  /// Adds the change to `values`, which are the matrix's rows `rows`.
  func add(rows: Range<Int>, to values: inout [Float]) {
    var sum = [SIMD8<Float>](repeating: SIMD8(), count: groups)
    for (place, row) in rows.enumerated() {
      let source = headDimension.map { RowOrder.huggingFaceRow(ofGGUFRow: row, headDimension: $0) } ?? row
      for group in sum.indices { sum[group] = SIMD8() }
      for k in 0..<rank {
        let factor = b[source * rank + k]
        let start = k * groups
        for group in sum.indices { sum[group] += factor * a[start + group] }
      }
      for column in 0..<columns { values[place * columns + column] += sum[column / 8][column % 8] }
    }
  }
}
