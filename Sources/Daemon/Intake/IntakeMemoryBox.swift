import Curation
import ReplayStore
import Synchronization

/// The memory of intake where the store's transactions can use it; read from the store on first use, and anew after
/// another process changed the store.
final class IntakeMemoryBox: Sendable {
  private let state = Mutex<IntakeMemory?>(nil)
  /// SQLite's count of changes that other connections made, when the memory was last in step with them.
  private let storeVersion = Mutex<Int?>(nil)

  func clear() { state.withLock { $0 = nil } }

  func use<Result: Sendable>(_ db: Database, _ body: (inout IntakeMemory) throws -> Result) throws -> Result {
    let version: Int = try db.value("PRAGMA data_version")
    let isInStep = storeVersion.withLock { last in
      defer { last = version }
      return last == version
    }
    return try state.withLock { memory in
      if !isInStep { memory = nil }
      var known = try memory ?? IntakeMemory(db)
      // One owner, or every change would copy all of it.
      memory = nil
      defer { memory = known }
      return try body(&known)
    }
  }

  /// - Precondition: in use since it was cleared.
  func position(of domain: String) -> Int { state.withLock { $0?.positions[domain] ?? 0 } }

  func setPosition(_ position: Int, of domain: String) { state.withLock { $0?.setPosition(position, of: domain) } }

  /// Follows what a transaction did.
  func take(_ write: PendingWrite, _ result: PendingWrite.Committed) {
    state.withLock { memory in for old in result.superseded { memory?.remove(old) } }
    guard result.isNew, result.document.state.isLive, let signature = write.signature else { return }
    add(result.document.id, signature, result.pieces)
  }

  /// A document that new ones are compared with from now on.
  func add(_ document: DocumentID, _ signature: SignatureBlob, _ pieces: [(piece: PieceID, content: String?)]) {
    state.withLock { memory in
      memory?.insert(document, signature)
      for (piece, content) in pieces {
        guard let text = content.flatMap({ SampleContent(json: $0) })?.plainText else { continue }
        memory?.insert(piece, text: text)
      }
    }
  }
}
