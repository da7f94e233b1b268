import Foundation
import Platform
import Tensors

/// A frozen Llama-architecture model read whole from a GGUF file, in Hugging Face's names, shapes and row order.
package struct BaseModelFile: Sendable {
  /// One decoder layer's weights.
  package struct Layer: Sendable {
    package let inputNorm: [Float]
    package let postAttentionNorm: [Float]
    /// In the order of `Projection.allCases`.
    private let matrices: [StoredMatrix]

    init(inputNorm: [Float], postAttentionNorm: [Float], matrices: [StoredMatrix]) {
      precondition(matrices.count == Projection.allCases.count, "\(matrices.count) matrices in a layer")
      self.inputNorm = inputNorm
      self.postAttentionNorm = postAttentionNorm
      self.matrices = matrices
    }

    /// `[outputs, inputs]`; rows of Q and K in Hugging Face's order.
    package subscript(projection: Projection) -> StoredMatrix { matrices[projection.place] }
  }

  package let path: String
  package let sha256: Digest
  package let configuration: LlamaConfiguration
  /// `general.name`, else the file's name.
  package let name: String
  package let metadata: GGUFMetadata
  /// The type that most of the matrices have, such as `Q4_1`.
  package let quantisation: String
  /// A tied embedding counts once.
  package let parameterCount: Int
  /// `[vocabulary, hidden]`.
  package let embedding: StoredMatrix
  /// `[vocabulary, hidden]`; `nil` where the embedding serves.
  package let outputHead: StoredMatrix?
  package let finalNorm: [Float]
  package let layers: [Layer]

  /// Bytes of the matrices as they are kept, in the file's format.
  package var storedBytes: Int {
    layers.reduce(embedding.bytes.count + (outputHead?.bytes.count ?? 0)) { sum, layer in
      Projection.allCases.reduce(sum) { $0 + layer[$1].bytes.count }
    }
  }

  /// Reads and hashes the file at `path` in one pass, keeping about its size in memory.
  ///
  /// - Parameter digests: spares the hashing of a file that has not changed since it was hashed last.
  /// - Throws: `GGUFError` where the file is damaged, no plain Llama decoder, in a format that is not read, holds a NaN
  ///   or an infinity in a norm or a scale, or changes while it is read.
  package static func read(
    _ path: String, digests: DigestCache? = nil, through fileSystem: any FileSystem = LocalFileSystem()
  ) throws(GGUFError) -> BaseModelFile {
    let reader: FileReader
    let known: Digest?
    do {
      let first = try FileReader(path, through: fileSystem)
      known = digests?.digest(of: first.status)
      reader = known == nil ? try FileReader(path, hashing: true, through: fileSystem) : first
    } catch { throw GGUFError(path, .unreadable(error.description)) }

    var stream = reader.stream()
    let file = try GGUFParser.parse(&stream, path: path)
    let plan = try LlamaTensorPlan(file)
    var parts = Parts(path: path, configuration: plan.configuration)
    for (tensor, role) in zip(file.tensors, plan.roles) {
      try parts.add(tensor, role, try bytes(of: tensor, in: file, from: &stream))
    }
    do { try stream.skip(stream.remaining) } catch { throw GGUFError(path, .init(error)) }
    do {
      guard try reader.isUnchanged() else { throw GGUFError(path, .changedWhileRead) }
    } catch let error as FileReader.Failure {
      throw GGUFError(path, .unreadable(error.description))
    } catch { throw GGUFError(path, .changedWhileRead) }

    guard let digest = known ?? reader.digest else { throw GGUFError(path, .unreadable("it was not hashed")) }
    if known == nil { digests?.record(digest, of: reader.status) }
    return try parts.assembled(file, digest: digest)
  }

  /// The bytes of `tensor`, passing over the padding before them.
  static func bytes(
    of tensor: GGUFTensor, in file: GGUFFile, from stream: inout ByteStream
  ) throws(GGUFError) -> [UInt8] {
    do {
      try stream.skip(file.dataOffset + tensor.offset - stream.position)
      return try stream.bytes(tensor.byteCount)
    } catch { throw GGUFError(file.path, .init(error)) }
  }

  init(
    path: String, sha256: Digest, configuration: LlamaConfiguration, file: GGUFFile, embedding: StoredMatrix,
    outputHead: StoredMatrix?, finalNorm: [Float], layers: [Layer]
  ) throws(GGUFError) {
    self.path = path
    self.sha256 = sha256
    self.configuration = configuration
    metadata = file.metadata
    name = try metadata.stringIfPresent("general.name") ?? Path(path).lastComponent.description
    quantisation = Self.commonType(file.tensors)
    parameterCount = file.tensors.reduce(0) { $0 + $1.elementCount }
    self.embedding = embedding
    self.outputHead = outputHead
    self.finalNorm = finalNorm
    self.layers = layers
  }

  /// The type of most matrices; among equals the one with more elements.
  private static func commonType(_ tensors: [GGUFTensor]) -> String {
    var counts: [GGUFTensorType: (matrices: Int, elements: Int)] = [:]
    for tensor in tensors where tensor.dimensions.count > 1 {
      let (matrices, elements) = counts[tensor.type] ?? (0, 0)
      counts[tensor.type] = (matrices + 1, elements + tensor.elementCount)
    }
    let common = counts.max {
      ($0.value.matrices, $0.value.elements) < ($1.value.matrices, $1.value.elements)
    }
    return common?.key.name ?? "F32"
  }
}
