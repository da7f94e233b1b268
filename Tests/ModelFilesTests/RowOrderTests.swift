import ModelFiles
import Testing

@Suite("Row order of Q and K")
struct RowOrderTests {
  @Test("a head of four rows: GGUF holds 0, 2, 1, 3 of Hugging Face's")
  func small() {
    #expect((0..<8).map { RowOrder.huggingFaceRow(ofGGUFRow: $0, headDimension: 4) } == [0, 2, 1, 3, 4, 6, 5, 7])
  }

  @Test("the permutation is reshape(2, d/2) and transpose within each head, and is undone exactly")
  func inverse() {
    let (heads, d, width) = (3, 8, 5)
    let rows = (0..<heads * d * width).map { $0 }
    var expected: [Int] = []
    for head in 0..<heads {
      for i in 0..<d / 2 {
        for j in 0..<2 {
          let row = head * d + j * (d / 2) + i
          expected += rows[row * width..<(row + 1) * width]
        }
      }
    }
    let permuted = RowOrder.permuted(rows, rowLength: width, headDimension: d)
    #expect(permuted == expected)
    #expect(RowOrder.unpermuted(permuted, rowLength: width, headDimension: d) == rows)
  }
}
