/// Formats that are no text, known by their first bytes.
struct FileSignature {
  let reason: RejectionReason.Name
  let detail: String

  private static let known: [(bytes: [UInt8], signature: FileSignature)] = [
    ([0x1F, 0x8B], FileSignature(reason: .compressed, detail: "a gzip file; decompress it first")),
    ([0x28, 0xB5, 0x2F, 0xFD], FileSignature(reason: .compressed, detail: "a Zstandard file; decompress it first")),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], FileSignature(reason: .compressed, detail: "an xz file; decompress it first")),
    (Array("BZh".utf8), FileSignature(reason: .compressed, detail: "a bzip2 file; decompress it first")),
    (Array("7z".utf8) + [0xBC, 0xAF], FileSignature(reason: .compressed, detail: "a 7z archive; unpack it first")),
    (Array("PK".utf8) + [3, 4], FileSignature(reason: .compressed, detail: "a ZIP container; unpack or convert it")),
    (Array("%PDF-".utf8), FileSignature(reason: .binary, detail: "a PDF; convert it to text first")),
    ([0x7F] + Array("ELF".utf8), FileSignature(reason: .binary, detail: "an ELF program")),
    ([0x89] + Array("PNG".utf8), FileSignature(reason: .binary, detail: "a PNG image")),
    ([0xFF, 0xD8, 0xFF], FileSignature(reason: .binary, detail: "a JPEG image")),
    (Array("GIF8".utf8), FileSignature(reason: .binary, detail: "a GIF image")),
    (Array("SQLite format 3".utf8) + [0], FileSignature(reason: .binary, detail: "an SQLite database")),
    ([0xD0, 0xCF, 0x11, 0xE0], FileSignature(reason: .binary, detail: "an old Office document; save it as text")),
  ]

  /// `nil` where the bytes may be text.
  static func of(_ bytes: [UInt8]) -> FileSignature? {
    known.first { bytes.starts(with: $0.bytes) }?.signature
  }
}
