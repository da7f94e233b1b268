import Tensors
import Testing

@Suite("Stored blocks")
struct BlockCodecTests {
  /// d = 0.5 and m = −1 as half floats, then sixteen bytes whose nibbles count up and down.
  private static let quants = (0..<16).map { UInt8($0 | (15 - $0) << 4) }

  @Test("Q4_1 decodes to q·d + m, low nibbles first")
  func q4x1() {
    let block: [UInt8] = [0x00, 0x38, 0x00, 0xBC] + Self.quants
    let matrix = StoredMatrix(format: .q4x1, rows: 1, columns: 32, bytes: block)
    let low: [Float] = (0..<16).map { Float($0) * 0.5 - 1 }
    #expect(matrix.decoded() == low + low.reversed())
  }

  @Test("Q4_0 decodes to (q − 8)·d")
  func q4x0() {
    let matrix = StoredMatrix(format: .q4x0, rows: 1, columns: 32, bytes: [0x00, 0x38] + Self.quants)
    let low: [Float] = (0..<16).map { Float($0 - 8) * 0.5 }
    #expect(matrix.decoded() == low + low.reversed())
  }

  @Test("Q8_0 decodes to q·d, signed")
  func q8x0() {
    let quants = (0..<32).map { UInt8(bitPattern: Int8($0 * 8 - 128)) }
    let matrix = StoredMatrix(format: .q8x0, rows: 1, columns: 32, bytes: [0x00, 0x38] + quants)
    let expected: [Float] = (0..<32).map { Float($0 * 8 - 128) * 0.5 }
    #expect(matrix.decoded() == expected)
  }

  @Test("half and brain floats decode exactly")
  func halves() {
    let half = StoredMatrix(format: .f16, rows: 1, columns: 2, bytes: [0x00, 0x38, 0x00, 0xBC])
    #expect(half.decoded() == [0.5, -1])
    let brain = StoredMatrix(format: .bf16, rows: 1, columns: 2, bytes: [0x00, 0x3F, 0x80, 0xBF])
    #expect(brain.decoded() == [0.5, -1])
  }

  @Test("a count that is no whole number of blocks has no size")
  func partialBlocks() {
    #expect(BlockFormat.q4x1.byteCount(elements: 48) == nil)
    #expect(BlockFormat.q8x0.byteCount(elements: 64) == 68)
    #expect(BlockFormat.f32.byteCount(elements: .max) == nil)
  }
}
