import Platform

/// Named flat vectors of fp32 and a few words about them: consolidation state and checkpoints.
///
/// On disk a safetensors file of one-dimensional tensors; every bit is kept.
package struct DenseVectors: Hashable, Sendable {
  package var vectors: [String: [Float]]
  package var metadata: [String: String]

  package init(_ vectors: [String: [Float]] = [:], metadata: [String: String] = [:]) {
    self.vectors = vectors
    self.metadata = metadata
  }

  /// - Parameter finite: refuses a NaN or an infinity.
  package static func read(
    _ path: String, finite: Bool = true, through fileSystem: any FileSystem = LocalFileSystem()
  ) throws(SafetensorsError) -> DenseVectors {
    let file = try SafetensorsFile.read(path, through: fileSystem)
    var out = DenseVectors(metadata: file.metadata)
    for tensor in file.tensors {
      guard tensor.type == .f32 else {
        throw SafetensorsError(path, .notFloats(tensor: tensor.name, type: tensor.type.rawValue))
      }
      out.vectors[tensor.name] = try file.floats(
        tensor.name, shape: [tensor.bytes.count / tensor.type.byteCount], finite: finite)
    }
    return out
  }

  package func write(to path: String, through fileSystem: some FileSystem = LocalFileSystem()) throws {
    let tensors = vectors.map { SafetensorsFile.Source(name: $0.key, shape: [$0.value.count], values: $0.value) }
    try SafetensorsFile.write(tensors, metadata: metadata, to: path, through: fileSystem)
  }

  /// The vector of that name.
  ///
  /// - Parameter path: names the file in the error.
  /// - Throws: where it is missing or has another length.
  package func vector(_ name: String, count: Int, path: String) throws(SafetensorsError) -> [Float] {
    guard let vector = vectors[name] else { throw SafetensorsError(path, .missingTensor(name)) }
    guard vector.count == count else {
      throw SafetensorsError(path, .wrongShape(tensor: name, shape: [vector.count], expected: [count]))
    }
    return vector
  }
}
