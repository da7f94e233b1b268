/// Why an adapter is refused: the file, the fact, and what to do.
package struct PEFTError: Error, Hashable, Sendable, CustomStringConvertible {
  package let path: String
  package let problem: Problem

  package init(_ path: String, _ problem: Problem) {
    self.path = path
    self.problem = problem
  }

  package enum Problem: Error, Hashable, Sendable {
    case unreadable(String)
    case badConfiguration(String, offset: Int)
    case badField(String, expected: String)
    case unsupported(field: String, value: String, supported: String)
    case unknownTarget(String)
    case noTargets
    case unknownTensor(String)
    case wrongRank(declared: Int, tensor: String, shape: [Int])
    case otherModel(expected: LlamaConfiguration, found: LlamaConfiguration)
  }

  package var description: String { "\(path): \(problem.fact)" }
}

extension PEFTError.Problem {
  private static var remedy: String { "train or save a plain LoRA adapter." }

  var fact: String {
    switch self {
    case .unreadable(let reason): "cannot be read (\(reason)); name a folder that PEFT's save_pretrained wrote."
    case .badConfiguration(let reason, let offset): "is not valid JSON at byte \(offset): \(reason); save it again."
    case .badField(let name, let expected): "“\(name)” is not \(expected); save the adapter again."
    case .unsupported(let field, let value, let supported):
      "“\(field)” is \(value), supported is \(supported); \(Self.remedy)"
    case .unknownTarget(let name):
      "adapts “\(name)”; only \(Projection.allCases.map(\.rawValue).joined(separator: ", ")) can be; \(Self.remedy)"
    case .noTargets: "adapts no projection; \(Self.remedy)"
    case .unknownTensor(let name):
      "holds the tensor “\(name)”, which its configuration does not call for; \(Self.remedy)"
    case .wrongRank(let declared, let tensor, let shape):
      "“r” is \(declared), but “\(tensor)” has shape \(shape); take configuration and tensors from one folder."
    case .otherModel(let expected, let found):
      "is a model of \(expected.layers) layers and width \(expected.hidden), the adapter is for one of \(found.layers) "
        + "layers and width \(found.hidden); use the base that the adapter was trained on."
    }
  }
}
