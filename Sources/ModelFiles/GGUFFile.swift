import Platform

/// The header of a GGUF file: everything but the tensors' bytes.
///
///     "GGUF" · u32 version · u64 tensor count · u64 key count
///     key count    × ( string key · u32 type · value )
///     tensor count × ( string name · u32 n · n × u64 dimension, fastest first · u32 type · u64 offset )
///     padding to general.alignment
///     data: each tensor at the padded end of the one before it
///
/// All little-endian; a string is a u64 length and its bytes.
package struct GGUFFile: Hashable, Sendable {
  package let path: String
  /// 2 or 3; their layouts agree.
  package let version: UInt32
  /// Bytes, a power of two.
  package let alignment: Int
  package let metadata: GGUFMetadata
  /// In the file's order, which is also the order of their data.
  package let tensors: [GGUFTensor]
  /// Byte offset of the data section.
  package let dataOffset: Int
  /// Bytes in the file.
  package let fileSize: Int

  /// Reads the header of the file at `path` and checks it against the file's size.
  package static func readHeader(
    _ path: String, through fileSystem: any FileSystem = LocalFileSystem()
  ) throws(GGUFError) -> GGUFFile {
    var stream: ByteStream
    do { stream = try FileReader(path, through: fileSystem).stream() } catch {
      throw GGUFError(path, .unreadable(error.description))
    }
    return try GGUFParser.parse(&stream, path: path)
  }
}

/// One tensor's place in a GGUF file.
package struct GGUFTensor: Hashable, Sendable {
  package let name: String
  /// Fastest first: a matrix `[rows, columns]` has dimensions `[columns, rows]`.
  package let dimensions: [Int]
  package let type: GGUFTensorType
  /// Bytes from the start of the data section.
  package let offset: Int
  package let byteCount: Int

  package var columns: Int { dimensions.first ?? 0 }
  /// All dimensions but the fastest, multiplied.
  package var rows: Int { dimensions.dropFirst().reduce(1, *) }
  package var elementCount: Int { rows * columns }
}
