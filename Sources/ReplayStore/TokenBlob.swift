import Foundation

/// Token ids as the store keeps them: 32-bit little-endian integers, one after another.
package enum TokenBlob {
  package static func encode(_ tokens: [Int32]) -> Data {
    // Data takes single bytes slowly.
    var bytes: [UInt8] = []
    bytes.reserveCapacity(tokens.count * 4)
    for token in tokens {
      let bits = UInt32(bitPattern: token)
      for shift in stride(from: UInt32(0), through: 24, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
      }
    }
    return Data(bytes)
  }

  /// `nil` where the length is not a multiple of four bytes.
  package static func decode(_ data: Data) -> [Int32]? {
    guard data.count.isMultiple(of: 4) else { return nil }
    let bytes = [UInt8](data)
    return stride(from: 0, to: bytes.count, by: 4).map { i in
      let low = UInt32(bytes[i]) | UInt32(bytes[i + 1]) << 8
      return Int32(bitPattern: low | UInt32(bytes[i + 2]) << 16 | UInt32(bytes[i + 3]) << 24)
    }
  }
}

/// Which tokens are targets: one byte a token, 0 or 1.
package enum SupervisionBlob {
  package static func encode(_ supervised: [Bool]) -> Data { Data(supervised.map { $0 ? 1 : 0 }) }

  package static func decode(_ data: Data) -> [Bool] { data.map { $0 != 0 } }
}

/// A sequence of tokens and which of them are targets, as stored.
///
/// Invariant: both have the same length.
package struct StoredTokens: Hashable, Sendable {
  package let tokens: [Int32]
  package let supervised: [Bool]

  package init(tokens: [Int32], supervised: [Bool]) {
    precondition(tokens.count == supervised.count, "\(tokens.count) tokens, \(supervised.count) marks")
    self.tokens = tokens
    self.supervised = supervised
  }

  package var supervisedCount: Int { supervised.count { $0 } }
}

extension Row {
  /// Tokens from one column, marks from the next.
  func tokens(at index: Int) throws -> StoredTokens {
    let marks = SupervisionBlob.decode(try self[index + 1])
    guard let tokens = TokenBlob.decode(try self[index]), tokens.count == marks.count else {
      throw statement.unexpected(at: index, wanted: "one 32-bit token for each of \(marks.count) marks")
    }
    return StoredTokens(tokens: tokens, supervised: marks)
  }

  /// A JSON array of texts.
  func texts(at index: Int) throws -> [String] {
    let json: String = try self[index]
    guard let texts = try? JSONDecoder().decode([String].self, from: Data(json.utf8)) else {
      throw statement.unexpected(at: index, wanted: "a JSON array of texts")
    }
    return texts
  }
}

/// Texts as a JSON array.
func jsonArray(_ texts: [String]) throws -> String {
  String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
}
