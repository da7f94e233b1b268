/// Row and column sums of a matrix's squared elements.
package enum SquareSums {
  /// Adds Σⱼ mᵢⱼ² to `rowSums[i]` and Σᵢ mᵢⱼ² to `columnSums[j]`, for a row-major matrix [rows, columns].
  package static func add(
    _ matrix: UnsafePointer<Float>, rows: Int, columns: Int, toRows rowSums: UnsafeMutablePointer<Float>,
    toColumns columnSums: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<rows {
      let row = unsafe matrix + i * columns
      unsafe rowSums[i] += VectorMath.dot(row, row, columns)
      var j = 0
      while j + 8 <= columns {
        let value = unsafe VectorMath.load(row + j)
        unsafe VectorMath.store(VectorMath.load(columnSums + j) + value * value, columnSums + j)
        j += 8
      }
      while j < columns {
        unsafe columnSums[j] += row[j] * row[j]
        j += 1
      }
    }
  }
}
