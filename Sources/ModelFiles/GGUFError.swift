/// Why a GGUF file is refused: the file, the fact, and what to do.
package struct GGUFError: Error, Hashable, Sendable, CustomStringConvertible {
  package let path: String
  package let problem: Problem

  package init(_ path: String, _ problem: Problem) {
    self.path = path
    self.problem = problem
  }

  package enum Problem: Error, Hashable, Sendable {
    // The file and its header.
    case unreadable(String)
    case changedWhileRead
    case notGGUF
    case unsupportedVersion(UInt32)
    case truncated(at: Int, needed: Int)
    case countBeyondFile(of: String, count: UInt64, remaining: Int)
    case notUTF8(String)
    case badName(String, bytes: UInt64, limit: Int)
    case duplicateKey(String)
    case unknownValueType(key: String, type: UInt32)
    case nestedArray(key: String)
    case badBool(key: String, value: UInt8)
    case badAlignment(String)
    case duplicateTensor(String)
    case badDimensions(tensor: String, fact: String)
    case unknownTensorType(tensor: String, type: UInt32)
    case brokenRow(tensor: String, elements: Int, block: Int)
    case sizeOverflow(tensor: String)
    case wrongOffset(tensor: String, declared: UInt64, expected: Int)
    case dataBeyondFile(tensor: String, end: Int, size: Int)
    // What the metadata says.
    case missingKey(String)
    case wrongKeyType(key: String, expected: String)
    case badValue(key: String, fact: String)
    case unsupportedArchitecture(String)
    case unsupportedFeature(String)
    // The tensors of a model.
    case missingTensor(String)
    case unknownTensor(String)
    case wrongShape(tensor: String, shape: [Int], expected: [Int])
    case unsupportedTensorType(tensor: String, type: String)
    case notFinite(tensor: String)
    case wrongDigest(actual: String, expected: String)
  }

  package var description: String { "\(path): \(problem.fact)" }
}

extension GGUFError.Problem {
  private static var damaged: String { "the file is damaged or cut short; download it again." }
  private static var invalid: String { "the file is not a valid GGUF; get it from its publisher again." }
  private static var other: String { "choose a Llama-architecture GGUF in F32, F16, BF16, Q4_0, Q4_1 or Q8_0." }

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
    case .notGGUF: "does not start with “GGUF”; give the path of a GGUF model file."
    case .unsupportedVersion(let version) where version.byteSwapped <= 3 && version != 0:
      "is a big-endian GGUF; convert it to little-endian."
    case .unsupportedVersion(let version):
      "has GGUF version \(version), versions 2 and 3 can be read; convert it again."
    case .truncated(let at, let needed): "ends at byte \(at) where \(needed) more are needed; \(Self.damaged)"
    case .countBeyondFile(let of, let count, let remaining):
      "declares \(count) \(of), more than the \(remaining) bytes that follow can hold; \(Self.damaged)"
    case .notUTF8(let what): "\(what) is not UTF-8; \(Self.invalid)"
    case .badName(let what, let bytes, let limit):
      "\(what) has a name of \(bytes) bytes, allowed are 1 to \(limit); \(Self.invalid)"
    case .duplicateKey(let key): "has the key “\(key)” twice; \(Self.invalid)"
    case .unknownValueType(let key, let type): "key “\(key)” has the unknown value type \(type); \(Self.invalid)"
    case .nestedArray(let key): "key “\(key)” is an array of arrays; \(Self.invalid)"
    case .badBool(let key, let value): "key “\(key)” is a truth value of \(value), neither 0 nor 1; \(Self.invalid)"
    case .badAlignment(let value): "general.alignment is \(value), not a power of two as u32; \(Self.invalid)"
    case .duplicateTensor(let name): "has the tensor “\(name)” twice; \(Self.invalid)"
    case .badDimensions(let tensor, let fact): "tensor “\(tensor)” has \(fact); \(Self.invalid)"
    case .unknownTensorType(let tensor, let type): "tensor “\(tensor)” has the unknown type \(type); \(Self.other)"
    case .brokenRow(let tensor, let elements, let block):
      "tensor “\(tensor)” has rows of \(elements) elements, not a multiple of its block of \(block); \(Self.invalid)"
    case .sizeOverflow(let tensor): "the size of tensor “\(tensor)” overflows; \(Self.invalid)"
    case .wrongOffset(let tensor, let declared, let expected):
      "tensor “\(tensor)” lies at offset \(declared), the tensors before it end at \(expected); \(Self.invalid)"
    case .dataBeyondFile(let tensor, let end, let size):
      "tensor “\(tensor)” ends at byte \(end), the file has \(size); \(Self.damaged)"
    case .missingKey(let key): "has no key “\(key)”; it is not a complete model, convert or download it again."
    case .wrongKeyType(let key, let expected): "key “\(key)” is not \(expected); convert the model again."
    case .badValue(let key, let fact): "key “\(key)” \(fact); convert the model again."
    case .unsupportedArchitecture(let name): "has the architecture “\(name)”; \(Self.other)"
    case .unsupportedFeature(let what): "uses \(what), which Stet does not compute; choose a model without it."
    case .missingTensor(let name): "has no tensor “\(name)”; it is not a complete model, convert or download it again."
    case .unknownTensor(let name):
      "has the tensor “\(name)”, which a Llama decoder does not use; choose a plain Llama-architecture model."
    case .wrongShape(let tensor, let shape, let expected):
      "tensor “\(tensor)” has shape \(shape), its metadata calls for \(expected); \(Self.invalid)"
    case .unsupportedTensorType(let tensor, let type): "tensor “\(tensor)” is stored as \(type); \(Self.other)"
    case .notFinite(let tensor): "tensor “\(tensor)” holds a NaN or an infinity; download it again."
    case .wrongDigest(let actual, let expected):
      "has sha256 \(actual) instead of \(expected); use the file that the versions were made from."
    }
  }
}
