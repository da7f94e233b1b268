extension BLAS {
  /// A row-major matrix inside a flat array.
  package struct Part: Sendable {
    package var offset: Int
    package var rows: Int
    package var columns: Int
    package var isTransposed: Bool

    package init(_ offset: Int = 0, rows: Int, columns: Int, isTransposed: Bool = false) {
      self.offset = offset
      self.rows = rows
      self.columns = columns
      self.isTransposed = isTransposed
    }

    /// The same matrix the other way round.
    package var transposed: Part { Part(offset, rows: rows, columns: columns, isTransposed: !isTransposed) }

    var end: Int { offset + rows * columns }
    var shape: (Int, Int) { isTransposed ? (columns, rows) : (rows, columns) }
  }

  /// C ← factor · op(A) · op(B) + beta · C, for matrices inside arrays.
  /// - Precondition: every part lies within its array, and the shapes fit.
  package func multiply(
    _ a: [Float], _ partA: Part, _ b: [Float], _ partB: Part, factor: Float = 1, beta: Float = 0,
    into c: inout [Float], _ partC: Part
  ) {
    let (m, k) = partA.shape
    let (inner, n) = partB.shape
    precondition(k == inner && partC.shape == (m, n) && !partC.isTransposed, "product of \(partA) and \(partB)")
    precondition(
      [partA.offset, partB.offset, partC.offset].allSatisfy { $0 >= 0 } && partA.end <= a.count
        && partB.end <= b.count && partC.end <= c.count, "a matrix beyond its array")
    if m == 0 || n == 0 || k == 0 { return }
    unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        unsafe c.withUnsafeMutableBufferPointer { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          unsafe multiply(
            m, n, k, alpha: factor, a + partA.offset, partA.columns, transposeA: partA.isTransposed,
            b + partB.offset, partB.columns, transposeB: partB.isTransposed, beta: beta, c + partC.offset,
            partC.columns)
        }
      }
    }
  }
}
