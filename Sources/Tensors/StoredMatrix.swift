/// A frozen matrix `[rows, columns]`, row-major, in the format its file has; decoded when it is used.
///
/// Invariant: `bytes.count == format.byteCount(elements: rows * columns)`.
package struct StoredMatrix: Sendable {
  package let format: BlockFormat
  package let rows: Int
  package let columns: Int
  package let bytes: [UInt8]

  /// - Precondition: `bytes` holds exactly `rows` × `columns` elements in `format`.
  package init(format: BlockFormat, rows: Int, columns: Int, bytes: [UInt8]) {
    precondition(
      format.byteCount(elements: columns).map { $0 * rows } == bytes.count,
      "StoredMatrix: \(bytes.count) bytes are not \(rows) × \(columns) elements of \(format)")
    self.format = format
    self.rows = rows
    self.columns = columns
    self.bytes = bytes
  }

  package var bytesPerRow: Int { bytes.count / max(rows, 1) }

  /// All elements as fp32, `rows * columns` of them.
  package func decoded() -> [Float] {
    unsafe [Float](unsafeUninitializedCapacity: rows * columns) { out, count in
      for row in 0..<rows {
        guard let target = out.baseAddress else { break }
        unsafe decode(row: row, into: target + row * columns)
      }
      count = rows * columns
    }
  }

  /// Decodes one row into `columns` floats at `out`.
  package func decode(row: Int, into out: UnsafeMutablePointer<Float>) {
    precondition(row >= 0 && row < rows, "row \(row) of \(rows)")
    unsafe bytes.withUnsafeBytes { raw in
      guard let base = raw.baseAddress else { return }
      unsafe BlockCodec.decode(format, base + row * bytesPerRow, count: columns, into: out)
    }
  }
}
