import Curation
import Foundation
import ReplayStore

/// What a new document is compared with: signatures, content keys and held-out pieces of every live document, in memory.
///
/// It mirrors the store. States also change elsewhere (a rollback, `forget`), so every hit is looked up before it counts;
/// after a failed transaction it is read anew.
struct IntakeMemory: Sendable {
  private(set) var nearDuplicates = NearDuplicateIndex()
  /// By the first eight bytes of the content's key.
  private var contents: [UInt64: DocumentID] = [:]
  private(set) var heldOut = HeldOutIndex()
  private(set) var positions: [String: Int]
  /// What the latest documents of each source share.
  var triggers = TriggerScreen()
  /// How many documents of a domain have a paragraph.
  var paragraphs = ParagraphCounts()

  /// Nothing but how far each domain's held-out places have come.
  init(positions: [String: Int]) { self.positions = positions }

  init(_ db: Database) throws {
    positions = try db.heldOutPositions()
    try db.eachSignature { document, bytes in
      if let blob = SignatureBlob(bytes) { insert(document, blob) }
    }
    try db.eachHeldOutText { piece, content in
      if let content = SampleContent(json: content) { insert(piece, text: content.plainText) }
    }
    try recall(from: db)
  }

  mutating func insert(_ document: DocumentID, _ blob: SignatureBlob) {
    nearDuplicates.insert(Int(document.rawValue), blob.signature)
    contents[blob.shortKey] = document
  }

  mutating func insert(_ piece: PieceID, text: String) { heldOut.insert(Int(piece.rawValue), text: text) }

  mutating func remove(_ document: DocumentID) { nearDuplicates.remove(Int(document.rawValue)) }

  mutating func remove(piece: Int) { heldOut.remove(piece) }

  mutating func setPosition(_ position: Int, of domain: String) { positions[domain] = position }

  /// The document whose content has that key, which the store confirms. It may have left since.
  func document(withContent key: [UInt8], _ db: Database) throws -> DocumentID? {
    guard let document = contents[SignatureBlob.shortKey(key)] else { return nil }
    return try db.signature(of: document).flatMap(SignatureBlob.init)?.contentKey == key ? document : nil
  }
  func candidates(_ signature: MinHashSignature) -> [DocumentID] {
    nearDuplicates.candidates(signature).map { DocumentID(rawValue: Int64($0)) }
  }
}

extension SampleContent {
  /// As samples and pieces keep it in the store.
  package init?(json: String) {
    guard let value = try? JSONDecoder().decode(SampleContent.self, from: Data(json.utf8)) else { return nil }
    self = value
  }

  package var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}
