import Platform
import Tensors

/// A base model with an adapter merged in, W + alpha/r · BA, for tools that load no adapters.
///
/// Matrices are F16 and norms F32, whatever the base has: an adapter's change is far below the step of a 4-bit block, so
/// that quantising again would erase it. Works through the file a few rows at a time.
package enum MergedGGUF {
  /// Rows decoded at a time.
  private static let rowsAtOnce = 256
  /// `general.file_type` of a file that is mostly F16.
  private static let mostlyF16 = GGUFValue.uint32(1)

  /// Writes the merged model durably.
  ///
  /// - Parameters:
  ///   - name: `general.name` of the result; `nil` keeps the base's.
  ///   - expecting: the base's SHA-256; where the file at `base` has another, nothing is published.
  /// - Throws: `GGUFError` where the base cannot be read or a merged weight is beyond F16; `PEFTError` where the adapter
  ///   is for another model.
  package static func write(
    base: String, adapter: Adapter, name: String? = nil, expecting: Digest? = nil, to path: String,
    mode: UInt32 = 0o600, through fileSystem: some FileSystem = LocalFileSystem()
  ) throws {
    let reader: FileReader
    do { reader = try FileReader(base, hashing: expecting != nil, through: fileSystem) } catch {
      throw GGUFError(base, .unreadable(error.description))
    }
    var stream = reader.stream()
    let file = try GGUFParser.parse(&stream, path: base)
    let plan = try LlamaTensorPlan(file)
    guard plan.configuration == adapter.layout.model else {
      throw PEFTError(base, .otherModel(expected: plan.configuration, found: adapter.layout.model))
    }
    let writer = announced(file, name: name)
    let header = writer.header
    try DurableFile.write(to: path, mode: mode, through: fileSystem) { out in
      try out.append(header)
      for (place, source) in file.tensors.enumerated() {
        try Self.skip(to: source, in: file, &stream)
        let target = writer.tensors[place]
        let change = AdapterChange(plan.roles[place], adapter)
        for start in stride(from: 0, to: source.rows, by: rowsAtOnce) {
          let rows = start..<min(start + rowsAtOnce, source.rows)
          var values = try Self.decoded(rows, of: source, in: file, &stream)
          change?.add(rows: rows, to: &values)
          try append(values, as: target.type, of: target.name, base: base, to: out)
        }
        try out.append(writer.padding(after: target))
      }
      try finish(&stream, reader, expecting: expecting, base: base)
    }
  }

  /// The result's metadata and tensors: the base's, but for their types.
  private static func announced(_ file: GGUFFile, name: String?) -> GGUFWriter {
    var writer = GGUFWriter(alignment: file.alignment)
    for entry in file.metadata.entries { writer.set(entry.key, entry.value) }
    writer.set("general.file_type", mostlyF16)
    if let name { writer.set("general.name", .string(name)) }
    for tensor in file.tensors {
      writer.announce(tensor.name, dimensions: tensor.dimensions, type: tensor.dimensions.count > 1 ? .f16 : .f32)
    }
    return writer
  }

  private static func skip(
    to tensor: GGUFTensor, in file: GGUFFile, _ stream: inout ByteStream
  ) throws(GGUFError) {
    do { try stream.skip(file.dataOffset + tensor.offset - stream.position) } catch {
      throw GGUFError(file.path, .init(error))
    }
  }

  private static func decoded(
    _ rows: Range<Int>, of tensor: GGUFTensor, in file: GGUFFile, _ stream: inout ByteStream
  ) throws(GGUFError) -> [Float] {
    guard let format = tensor.type.format else {
      throw GGUFError(file.path, .unsupportedTensorType(tensor: tensor.name, type: tensor.type.name))
    }
    let bytes: [UInt8]
    do { bytes = try stream.bytes(tensor.byteCount / tensor.rows * rows.count) } catch {
      throw GGUFError(file.path, .init(error))
    }
    return StoredMatrix(format: format, rows: rows.count, columns: tensor.columns, bytes: bytes).decoded()
  }

  private static func append(
    _ values: [Float], as type: GGUFTensorType, of tensor: String, base: String, to out: DurableWriter
  ) throws {
    guard type == .f16 else {
      guard values.allSatisfy(\.isFinite) else { throw GGUFError(base, .notFinite(tensor: tensor)) }
      return try out.append(values: values)
    }
    let halves = values.map { Float16($0) }
    guard halves.allSatisfy(\.isFinite) else { throw GGUFError(base, .notFinite(tensor: tensor)) }
    try unsafe out.append(halves.span.bytes)
  }

  /// Reads the base to its end and checks that it is what it was thought to be.
  private static func finish(
    _ stream: inout ByteStream, _ reader: FileReader, expecting: Digest?, base: String
  ) throws(GGUFError) {
    do { try stream.skip(stream.remaining) } catch { throw GGUFError(base, .init(error)) }
    let unchanged: Bool
    do { unchanged = try reader.isUnchanged() } catch { throw GGUFError(base, .unreadable(error.description)) }
    guard unchanged else { throw GGUFError(base, .changedWhileRead) }
    guard let expecting, let digest = reader.digest, digest != expecting else { return }
    throw GGUFError(base, .wrongDigest(actual: digest.hex, expected: expecting.hex))
  }
}
