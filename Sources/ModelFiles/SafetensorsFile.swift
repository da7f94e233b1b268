import Platform

/// A safetensors file read whole.
///
///     u64 N · N bytes of JSON, space-padded: { "__metadata__": {string: string}?, name: {dtype, shape, data_offsets} … }
///     data: the tensors back to back, in the order of their offsets, to the end of the file
///
/// NaN and infinities are legal in the format; who cannot use them checks.
package struct SafetensorsFile: Sendable {
  package struct Tensor: Hashable, Sendable {
    package let name: String
    package let type: SafetensorsType
    package let shape: [Int]
    package let bytes: [UInt8]
  }

  package let path: String
  package let metadata: [String: String]
  /// In the order of their bytes.
  package let tensors: [Tensor]
  private let places: [String: Int]

  /// Reads the file at `path`.
  package static func read(
    _ path: String, through fileSystem: any FileSystem = LocalFileSystem()
  ) throws(SafetensorsError) -> SafetensorsFile {
    let reader: FileReader
    do { reader = try FileReader(path, through: fileSystem) } catch {
      throw SafetensorsError(path, .unreadable(error.description))
    }
    var stream = reader.stream()
    let file = try parse(&stream, path: path)
    let unchanged: Bool
    do { unchanged = try reader.isUnchanged() } catch { throw SafetensorsError(path, .unreadable(error.description)) }
    guard unchanged else { throw SafetensorsError(path, .changedWhileRead) }
    return file
  }

  /// Reads a file from its first byte to its last.
  package static func parse(
    _ stream: inout ByteStream, path: String
  ) throws(SafetensorsError) -> SafetensorsFile {
    do {
      let header = try SafetensorsHeader.parse(&stream)
      var tensors: [Tensor] = []
      for entry in header.entries {
        let bytes: [UInt8]
        do { bytes = try stream.bytes(entry.byteCount) } catch { throw SafetensorsError.Problem(error) }
        tensors.append(Tensor(name: entry.name, type: entry.type, shape: entry.shape, bytes: bytes))
      }
      return SafetensorsFile(path: path, metadata: header.metadata, tensors: tensors)
    } catch let problem as SafetensorsError.Problem {
      throw SafetensorsError(path, problem)
    } catch { throw SafetensorsError(path, .unreadable(String(describing: error))) }
  }

  private init(path: String, metadata: [String: String], tensors: [Tensor]) {
    self.path = path
    self.metadata = metadata
    self.tensors = tensors
    var places: [String: Int] = [:]
    for (place, tensor) in tensors.enumerated() { places[tensor.name] = place }
    self.places = places
  }

  package subscript(name: String) -> Tensor? { places[name].map { tensors[$0] } }

  /// The elements of a floating-point tensor as fp32.
  ///
  /// - Throws: where it is missing, has another shape or type, or, with `finite`, holds a NaN or an infinity.
  package func floats(
    _ name: String, shape: [Int], finite: Bool = true
  ) throws(SafetensorsError) -> [Float] {
    guard let tensor = self[name] else { throw SafetensorsError(path, .missingTensor(name)) }
    guard tensor.shape == shape else {
      throw SafetensorsError(path, .wrongShape(tensor: name, shape: tensor.shape, expected: shape))
    }
    guard let values = tensor.type.floats(tensor.bytes) else {
      throw SafetensorsError(path, .notFloats(tensor: name, type: tensor.type.rawValue))
    }
    guard !finite || values.allSatisfy(\.isFinite) else { throw SafetensorsError(path, .notFinite(tensor: name)) }
    return values
  }
}
