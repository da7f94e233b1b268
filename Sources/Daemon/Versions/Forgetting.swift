import Foundation
import ReplayStore
import Reports

/// What a `forget` request asks for: its arguments, a JSON object. Numbers alone, since requests are kept and a name may
/// itself be what is to be forgotten.
package struct ForgetArguments: Codable, Hashable, Sendable {
  package var documents: [DocumentID]
  /// Also what says the same: earlier editions, copies, near-duplicates under the same names. Else these documents
  /// alone, because of where they came from; what other sources say too comes back.
  package var withFamily: Bool

  package init(documents: [DocumentID], withFamily: Bool) {
    self.documents = documents
    self.withFamily = withFamily
  }

  /// - Throws: `MoveError.unreadableArguments`.
  init(_ request: Request) throws(MoveError) {
    guard let arguments = try? JSONDecoder().decode(ForgetArguments.self, from: Data(request.arguments.utf8)) else {
      throw .unreadableArguments
    }
    self = arguments
  }

  /// For `Database.ask(_:arguments:)`.
  package var json: String {
    get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
  }
}

/// What a forgetting costs, or did; INTERFACE's JSON of the verb, and the outcome of a request.
package struct Forgetting: Codable, Hashable, Sendable {
  package var documents: Int
  /// That had learned one of them, or grew from one that had; their files are removed.
  package var versions: [Int]
  /// The version that is served then.
  package var version: Int
  /// The version that was served.
  package var from: Int
  /// Documents that wait to be learned again, and their tokens.
  package var requeued: Int
  package var tokens: Int
  /// That learning them again takes.
  package var rounds: Int
  /// The same, estimated from past rounds; `nil` where there is nothing to go by.
  @OrNull package var seconds: Double?
  /// Documents that would have to be learned again, and their texts were not kept.
  package var shelved: Int
  /// Documents that were refused or replaced only because of those that go, and come back.
  package var returning: Int
  /// The round that was given up because its parent is no longer current.
  @OrNull package var round: Int?

  /// For the request that asked.
  package var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

/// Why nothing was forgotten.
package enum ForgetError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknown(DocumentID)
  case nothing

  package var description: String {
    switch self {
    case .unknown(let id): "document \(id.rawValue): there is no such document; stet documents lists them."
    case .nothing: "No document is named, so nothing is forgotten; stet documents lists them."
    }
  }
}
