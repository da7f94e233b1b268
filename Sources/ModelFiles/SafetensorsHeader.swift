import Platform

/// The JSON header of a safetensors file, checked against the file's size (layout: see `SafetensorsFile`).
struct SafetensorsHeader {
  typealias Problem = SafetensorsError.Problem

  struct Entry: Hashable {
    let name: String
    let type: SafetensorsType
    let shape: [Int]
    /// In the data section.
    let begin: Int
    let byteCount: Int
  }

  static let limit = 100_000_000
  private static let metadataKey = "__metadata__"

  let metadata: [String: String]
  /// In the order of their bytes.
  let entries: [Entry]

  /// Parses the header at the stream's start and leaves the stream at the data section.
  static func parse(_ stream: inout ByteStream) throws(Problem) -> SafetensorsHeader {
    guard stream.remaining >= 8 else { throw .tooShort(bytes: stream.remaining) }
    let text: [UInt8]
    do {
      let declared: UInt64 = try stream.integer()
      let possible = min(limit, stream.remaining)
      guard declared <= UInt64(possible) else { throw Problem.headerTooLarge(declared: declared, limit: possible) }
      text = try stream.bytes(Int(declared))
    } catch let fault as StreamFault { throw Problem(fault) } catch let problem as Problem { throw problem } catch {
      throw .unreadable(String(describing: error))
    }
    guard text.first == UInt8(ascii: "{") else { throw .badHeader(reason: "it does not start with a brace", offset: 0) }
    let json: JSONValue
    do { json = try JSONParser.parse(text) } catch { throw .badHeader(reason: error.reason, offset: error.offset) }
    guard case .object(let members) = json else { throw .badHeader(reason: "it is no object", offset: 0) }

    var metadata: [String: String] = [:]
    var entries: [Entry] = []
    for member in members {
      if member.key == metadataKey {
        metadata = try strings(member.value)
      } else {
        entries.append(try entry(member.key, member.value))
      }
    }
    // Empty tensors begin where the one after them does.
    entries.sort { ($0.begin, $0.byteCount) < ($1.begin, $1.byteCount) }
    var end = 0
    for entry in entries {
      guard entry.begin == end else { throw .gap(tensor: entry.name, begin: entry.begin, expected: end) }
      end += entry.byteCount
    }
    guard end == stream.remaining else { throw .wrongEnd(dataEnd: stream.position + end, size: stream.size) }
    return SafetensorsHeader(metadata: metadata, entries: entries)
  }

  private static func strings(_ value: JSONValue) throws(Problem) -> [String: String] {
    guard case .object(let members) = value else { throw .badMetadata("is no object") }
    var out: [String: String] = [:]
    for member in members {
      guard case .string(let text) = member.value else { throw .badMetadata("has a “\(member.key)” that is no string") }
      out[member.key] = text
    }
    return out
  }

  private static func entry(_ name: String, _ value: JSONValue) throws(Problem) -> Entry {
    guard case .object(let members) = value, members.count == 3 else {
      throw .badTensor(name: name, fact: "has other fields than dtype, shape and data_offsets")
    }
    guard let code = value["dtype"]?.stringValue else { throw .badTensor(name: name, fact: "has no dtype") }
    guard let type = SafetensorsType(rawValue: code) else { throw .unknownType(tensor: name, type: code) }
    guard let shape = counts(value["shape"]) else {
      throw .badTensor(name: name, fact: "has a shape that is no list of counts")
    }
    guard let offsets = counts(value["data_offsets"]), offsets.count == 2, offsets[0] <= offsets[1] else {
      throw .badTensor(name: name, fact: "has no ascending pair of data_offsets")
    }
    var expected = type.byteCount
    for dimension in shape {
      let (product, overflow) = expected.multipliedReportingOverflow(by: dimension)
      guard !overflow else { throw .badTensor(name: name, fact: "has a size that overflows") }
      expected = product
    }
    let bytes = offsets[1] - offsets[0]
    guard bytes == expected else { throw .wrongSize(tensor: name, bytes: bytes, expected: expected) }
    return Entry(name: name, type: type, shape: shape, begin: offsets[0], byteCount: bytes)
  }

  private static func counts(_ value: JSONValue?) -> [Int]? {
    guard let values = value?.arrayValue else { return nil }
    let counts = values.compactMap(\.integerValue)
    return counts.count == values.count && counts.allSatisfy { $0 >= 0 } ? counts : nil
  }
}
