import Platform

extension Database {
  /// Every document's state by the SHA-256 of its bytes, for a comparison with the files.
  package func documentStates() throws -> [Digest: DocumentState] {
    var states: [Digest: DocumentState] = [:]
    let pairs: [(Digest, DocumentState)] = try rows("SELECT sha256, state FROM document") { (try $0[0], try $0[1]) }
    for (digest, state) in pairs { states[digest] = state }
    return states
  }
}
