import Curation
import Foundation
import ReplayStore

/// What a new document is compared with: signatures, content keys and held-out pieces of every live document, in memory.
///
/// It mirrors the store. States also change elsewhere (a rollback, `forget`), so every hit is looked up before it counts;
/// after a failed transaction it is read anew.
struct IntakeMemory: Sendable {
  /// The first half of a content key.
  struct ContentKey: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    init(_ bytes: [UInt8]) {
      func word(_ part: ArraySlice<UInt8>) -> UInt64 { part.reduce(0) { $0 << 8 | UInt64($1) } }
      high = word(bytes.prefix(8))
      low = word(bytes.dropFirst(8).prefix(8))
    }
  }

  private(set) var nearDuplicates = NearDuplicateIndex()
  private var contentKeys: [ContentKey: DocumentID] = [:]
  private var keysOfDocuments: [DocumentID: ContentKey] = [:]
  private(set) var heldOut = HeldOutIndex()
  private var owners: [Int: DocumentID] = [:]
  private var pieces: [DocumentID: [Int]] = [:]
  private(set) var positions: [String: Int]
  /// What the latest documents of each source share.
  var triggers = TriggerScreen()
  /// How many documents of a domain have a paragraph.
  var paragraphs = ParagraphCounts()

  /// Nothing but how far each domain's held-out places have come.
  init(positions: [String: Int]) { self.positions = positions }

  init(_ db: Database) throws {
    positions = try db.heldOutPositions()
    for (document, bytes) in try db.signatures() {
      if let blob = SignatureBlob(bytes) { insert(document, blob) }
    }
    for (piece, document, content) in try db.heldOutTexts() {
      guard let content = SampleContent(json: content) else { continue }
      insert(piece, of: document, text: content.plainText)
    }
    try recall(from: db)
  }

  mutating func insert(_ document: DocumentID, _ blob: SignatureBlob) {
    nearDuplicates.insert(Int(document.rawValue), blob.signature)
    let key = ContentKey(blob.contentKey)
    contentKeys[key] = document
    keysOfDocuments[document] = key
  }

  mutating func insert(_ piece: PieceID, of document: DocumentID, text: String) {
    let number = Int(piece.rawValue)
    heldOut.insert(number, text: text)
    owners[number] = document
    pieces[document, default: []].append(number)
  }

  mutating func remove(_ document: DocumentID) {
    nearDuplicates.remove(Int(document.rawValue))
    if let key = keysOfDocuments.removeValue(forKey: document), contentKeys[key] == document {
      contentKeys[key] = nil
    }
    for piece in pieces.removeValue(forKey: document) ?? [] {
      heldOut.remove(piece)
      owners[piece] = nil
    }
  }

  mutating func setPosition(_ position: Int, of domain: String) { positions[domain] = position }

  func document(withContent key: [UInt8]) -> DocumentID? { contentKeys[ContentKey(key)] }
  func candidates(_ signature: MinHashSignature) -> [DocumentID] {
    nearDuplicates.candidates(signature).map { DocumentID(rawValue: Int64($0)) }
  }
  func owner(ofPiece piece: Int) -> DocumentID? { owners[piece] }
  func pieces(of documents: [DocumentID]) -> Set<Int> { Set(documents.flatMap { pieces[$0] ?? [] }) }
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
