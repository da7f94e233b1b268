import Platform

extension Database {
  /// Every document's state by the SHA-256 of its bytes, for a comparison with the files.
  package func documentStates() throws -> [Digest: DocumentState] {
    var states: [Digest: DocumentState] = [:]
    try forEach("SELECT sha256, state FROM document") { states[try $0[0]] = try $0[1] }
    return states
  }

  /// The same of some documents.
  package func documentStates(of digests: Set<Digest>) throws -> [Digest: DocumentState] {
    var states: [Digest: DocumentState] = [:]
    for digest in digests { states[digest] = try document(sha256: digest)?.state }
    return states
  }
}
