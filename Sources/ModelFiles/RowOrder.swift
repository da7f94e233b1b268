/// The order of Q and K rows in a GGUF of architecture `llama`.
///
/// Within a head of d rows, GGUF interleaves the two halves that rotate together: its row 2i + j is Hugging Face's
/// row j·d/2 + i, for j in {0, 1} and i below d/2. Whole rows move, so quantised blocks stay as they are.
package enum RowOrder {
  /// The Hugging Face row that lies at `row` in a GGUF.
  package static func huggingFaceRow(ofGGUFRow row: Int, headDimension d: Int) -> Int {
    let (head, within) = row.quotientAndRemainder(dividingBy: d)
    return head * d + within % 2 * (d / 2) + within / 2
  }

  /// The GGUF row that holds Hugging Face's `row`.
  package static func ggufRow(ofHuggingFaceRow row: Int, headDimension d: Int) -> Int {
    let (head, within) = row.quotientAndRemainder(dividingBy: d)
    return head * d + within % (d / 2) * 2 + within / (d / 2)
  }

  /// Rows in GGUF order → rows in Hugging Face order.
  ///
  /// - Parameter rowLength: elements (or bytes) of one row.
  package static func unpermuted<Element>(_ rows: [Element], rowLength: Int, headDimension: Int) -> [Element] {
    moved(rows, rowLength: rowLength) { ggufRow(ofHuggingFaceRow: $0, headDimension: headDimension) }
  }

  /// Rows in Hugging Face order → rows in GGUF order.
  package static func permuted<Element>(_ rows: [Element], rowLength: Int, headDimension: Int) -> [Element] {
    moved(rows, rowLength: rowLength) { huggingFaceRow(ofGGUFRow: $0, headDimension: headDimension) }
  }

  private static func moved<Element>(_ rows: [Element], rowLength: Int, from source: (Int) -> Int) -> [Element] {
    var out: [Element] = []
    out.reserveCapacity(rows.count)
    for row in 0..<rows.count / rowLength {
      let start = source(row) * rowLength
      out.append(contentsOf: rows[start..<start + rowLength])
    }
    return out
  }
}
