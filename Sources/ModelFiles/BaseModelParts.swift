import Platform
import Tensors

extension BaseModelFile {
  /// Collects a model's tensors in whatever order its file has them.
  struct Parts {
    let path: String
    let configuration: LlamaConfiguration
    private var vectors: [LlamaTensorPlan.Role: [Float]] = [:]
    private var matrices: [LlamaTensorPlan.Role: StoredMatrix] = [:]

    init(path: String, configuration: LlamaConfiguration) {
      self.path = path
      self.configuration = configuration
    }

    mutating func add(_ tensor: GGUFTensor, _ role: LlamaTensorPlan.Role, _ bytes: [UInt8]) throws(GGUFError) {
      guard let format = tensor.type.format else {
        throw GGUFError(path, .unsupportedTensorType(tensor: tensor.name, type: tensor.type.name))
      }
      guard FiniteCheck.allFinite(format, bytes) else { throw GGUFError(path, .notFinite(tensor: tensor.name)) }
      let rowLength = bytes.count / tensor.rows
      switch role {
      case .finalNorm, .inputNorm, .postAttentionNorm:
        vectors[role] = StoredMatrix(format: format, rows: 1, columns: tensor.columns, bytes: bytes).decoded()
      case .projection(_, let projection) where projection.isRotated:
        let rows = RowOrder.unpermuted(bytes, rowLength: rowLength, headDimension: configuration.headDimension)
        matrices[role] = StoredMatrix(format: format, rows: tensor.rows, columns: tensor.columns, bytes: rows)
      case .projection, .embedding, .outputHead:
        matrices[role] = StoredMatrix(format: format, rows: tensor.rows, columns: tensor.columns, bytes: bytes)
      }
    }

    func assembled(_ file: GGUFFile, digest: Digest) throws(GGUFError) -> BaseModelFile {
      var layers: [Layer] = []
      for layer in 0..<configuration.layers {
        var projections: [StoredMatrix] = []
        for projection in Projection.allCases {
          projections.append(try matrix(.projection(layer: layer, projection)))
        }
        layers.append(
          Layer(
            inputNorm: try vector(.inputNorm(layer: layer)),
            postAttentionNorm: try vector(.postAttentionNorm(layer: layer)), matrices: projections))
      }
      return try BaseModelFile(
        path: path, sha256: digest, configuration: configuration, file: file, embedding: try matrix(.embedding),
        outputHead: matrices[.outputHead], finalNorm: try vector(.finalNorm), layers: layers)
    }

    private func vector(_ role: LlamaTensorPlan.Role) throws(GGUFError) -> [Float] {
      guard let vector = vectors[role] else { throw GGUFError(path, .missingTensor("\(role)")) }
      return vector
    }

    private func matrix(_ role: LlamaTensorPlan.Role) throws(GGUFError) -> StoredMatrix {
      guard let matrix = matrices[role] else { throw GGUFError(path, .missingTensor("\(role)")) }
      return matrix
    }
  }
}
