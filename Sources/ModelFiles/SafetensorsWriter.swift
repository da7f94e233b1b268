import Platform

extension SafetensorsFile {
  /// A tensor to be written.
  package struct Source: Sendable {
    package let name: String
    package let shape: [Int]
    package let values: [Float]

    /// - Precondition: as many values as the shape has places.
    package init(name: String, shape: [Int], values: [Float]) {
      precondition(shape.reduce(1, *) == values.count, "\(name): \(values.count) values for shape \(shape)")
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// Writes fp32 tensors durably, sorted by name, with a header padded to 8 bytes as the reference library does.
  ///
  /// - Precondition: names differ.
  package static func write(
    _ tensors: [Source], metadata: [String: String] = [:], to path: String,
    through fileSystem: some FileSystem = LocalFileSystem()
  ) throws {
    let sorted = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    let header = header(sorted, metadata: metadata)
    try DurableFile.write(to: path, through: fileSystem) { writer in
      try writer.append(header)
      for tensor in sorted { try writer.append(values: tensor.values) }
    }
  }

  private static func header(_ tensors: [Source], metadata: [String: String]) -> [UInt8] {
    var members: [JSONMember] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { JSONMember(key: $0.key, value: .string($0.value)) }
      members.append(JSONMember(key: "__metadata__", value: .object(pairs)))
    }
    var end = 0
    for tensor in tensors {
      let begin = end
      end += tensor.values.count * SafetensorsType.f32.byteCount
      members.append(
        JSONMember(
          key: tensor.name,
          value: .object([
            JSONMember(key: "dtype", value: .string(SafetensorsType.f32.rawValue)),
            JSONMember(key: "shape", value: .array(tensor.shape.map(JSONValue.integer))),
            JSONMember(key: "data_offsets", value: .array([.integer(begin), .integer(end)])),
          ])))
    }
    var text = Array(JSONValue.object(members).compact.utf8)
    while !text.count.isMultiple(of: 8) { text.append(UInt8(ascii: " ")) }
    var out: [UInt8] = []
    out.append(littleEndian: UInt64(text.count))
    return out + text
  }
}
