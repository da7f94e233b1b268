/// Why a safetensors file is refused: the file, the fact, and what to do.
package struct SafetensorsError: Error, Hashable, Sendable, CustomStringConvertible {
  package let path: String
  package let problem: Problem

  package init(_ path: String, _ problem: Problem) {
    self.path = path
    self.problem = problem
  }

  package enum Problem: Error, Hashable, Sendable {
    case unreadable(String)
    case changedWhileRead
    case tooShort(bytes: Int)
    case headerTooLarge(declared: UInt64, limit: Int)
    case badHeader(reason: String, offset: Int)
    case badMetadata(String)
    case badTensor(name: String, fact: String)
    case unknownType(tensor: String, type: String)
    case gap(tensor: String, begin: Int, expected: Int)
    case wrongSize(tensor: String, bytes: Int, expected: Int)
    case wrongEnd(dataEnd: Int, size: Int)
    case truncated(at: Int, needed: Int)
    case missingTensor(String)
    case wrongShape(tensor: String, shape: [Int], expected: [Int])
    case notFloats(tensor: String, type: String)
    case notFinite(tensor: String)
  }

  package var description: String { "\(path): \(problem.fact)" }
}

extension SafetensorsError.Problem {
  private static var damaged: String { "the file is damaged or cut short; restore it." }
  private static var invalid: String { "the file is not valid safetensors; write it again." }

  init(_ fault: StreamFault) {
    switch fault {
    case .truncated(let at, let needed): self = .truncated(at: at, needed: needed)
    case .unreadable(let reason): self = .unreadable(reason)
    }
  }

  var fact: String {
    switch self {
    case .unreadable(let reason): "cannot be read (\(reason)); check the path and its permissions."
    case .changedWhileRead: "changed while it was being read; wait until nothing writes to it and try again."
    case .tooShort(let bytes): "has \(bytes) bytes, fewer than the 8 of a length; \(Self.damaged)"
    case .headerTooLarge(let declared, let limit):
      "header declares \(declared) bytes, at most \(limit) are possible here; \(Self.damaged)"
    case .badHeader(let reason, let offset):
      "the header is not valid at byte \(offset + 8): \(reason); \(Self.invalid)"
    case .badMetadata(let fact): "__metadata__ \(fact); \(Self.invalid)"
    case .badTensor(let name, let fact): "tensor “\(name)” \(fact); \(Self.invalid)"
    case .unknownType(let tensor, let type): "tensor “\(tensor)” has the unknown type “\(type)”; save it as F32."
    case .gap(let tensor, let begin, let expected):
      "tensor “\(tensor)” begins at \(begin), the one before it ends at \(expected); \(Self.invalid)"
    case .wrongSize(let tensor, let bytes, let expected):
      "tensor “\(tensor)” has \(bytes) bytes, its shape and type make \(expected); \(Self.invalid)"
    case .wrongEnd(let dataEnd, let size): "tensors end at byte \(dataEnd), the file at \(size); \(Self.damaged)"
    case .truncated(let at, let needed): "ends at byte \(at) where \(needed) more are needed; \(Self.damaged)"
    case .missingTensor(let name): "has no tensor “\(name)”; the file is incomplete, write it again."
    case .wrongShape(let tensor, let shape, let expected):
      "tensor “\(tensor)” has shape \(shape), expected is \(expected); was it made for another model?"
    case .notFloats(let tensor, let type): "tensor “\(tensor)” is stored as \(type); save it as F32, F16 or BF16."
    case .notFinite(let tensor): "tensor “\(tensor)” holds a NaN or an infinity; go back to an earlier version."
    }
  }
}
