import Foundation
import Platform
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  @Test(
    "matches the published examples",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
      ),
    ])
  func publishedExamples(message: String, expected: String) {
    #expect(Digest.of(message).hex == expected)
  }

  @Test("a million letters a give the published digest, whatever the pieces they come in")
  func millionLetters() {
    for pieceSize in [1, 63, 64, 65, 1000, 1_000_000] {
      let piece = [UInt8](repeating: UInt8(ascii: "a"), count: pieceSize)
      var hash = SHA256()
      var left = 1_000_000
      while left > 0 {
        hash.update(piece.prefix(min(left, pieceSize)))
        left -= min(left, pieceSize)
      }
      #expect(hash.finalized().hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
  }

  @Test("every length around a block's end is padded right, in one piece and byte by byte")
  func lengthsAroundTheBlock() {
    // The digest over the digests of 0…200 bytes i mod 256, computed with another program.
    var all = SHA256()
    for length in 0...200 {
      let message = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
      var piecewise = SHA256()
      for byte in message { piecewise.update([byte]) }
      #expect(piecewise.finalized() == Digest.of(message))
      all.update(Digest.of(message).bytes)
    }
    #expect(all.finalized().hex == "64ef7c229fce2408b5336b6a542fea0e078c3a87d2da85cb3fc52e2008b65021")
  }

  @Test("asking for the digest does not end the stream")
  func finalizedIsRepeatable() {
    var hash = SHA256()
    hash.update(Array("ab".utf8))
    #expect(hash.finalized() == Digest.of("ab"))
    unsafe hash.update(Array("c".utf8).span.bytes)
    #expect(hash.finalized() == Digest.of("abc"))
  }

  @Test("a digest goes through hexadecimal and JSON unchanged, and nothing else is taken for one")
  func digestText() throws {
    let digest = Digest.of("abc")
    #expect(Digest(hex: digest.hex) == digest)
    #expect(Digest(hex: digest.hex.uppercased()) == digest)
    #expect(Digest(bytes: digest.bytes) == digest)
    let json = try JSONEncoder().encode([digest])
    #expect(String(decoding: json, as: UTF8.self) == "[\"\(digest.hex)\"]")
    #expect(try JSONDecoder().decode([Digest].self, from: json) == [digest])
    #expect(Digest(hex: String(digest.hex.dropLast())) == nil)
    #expect(Digest(hex: String(digest.hex.dropLast()) + "g") == nil)
    #expect(Digest(bytes: [1, 2, 3]) == nil)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([Digest].self, from: Data("[\"abc\"]".utf8)) }
  }
}
