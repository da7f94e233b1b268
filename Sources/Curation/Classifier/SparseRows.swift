/// Rows of a matrix that is mostly zero: of each row the columns that are not, and their values.
struct SparseRows: Sendable {
  private(set) var columns: [UInt32] = []
  private(set) var values: [Float] = []
  /// Where each row begins, and the end of the last.
  private(set) var offsets = [0]

  var count: Int { offsets.count - 1 }

  func range(_ row: Int) -> Range<Int> { offsets[row]..<offsets[row + 1] }

  /// Adds to the row that is being made.
  mutating func add(_ column: UInt32, _ value: Float) {
    columns.append(column)
    values.append(value)
  }

  /// Scales what was added since `start`, a place in `values`.
  mutating func scale(from start: Int, by factor: Float) {
    for place in start..<values.count { values[place] *= factor }
  }

  mutating func endRow() { offsets.append(columns.count) }
}
