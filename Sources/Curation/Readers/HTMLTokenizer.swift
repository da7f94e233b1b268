/// What HTML is made of, in order: text with its entities resolved, opening and closing tags.
///
/// Tolerant as browsers are: what is no tag is text, what does not end ends with the document. One pass.
struct HTMLTokenizer {
  enum Token {
    case text(String)
    case open(HTMLTag)
    case close(String)
  }

  private let bytes: [UInt8]
  private var position = 0
  /// The element whose content is raw, until its end.
  private var raw: String?

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() -> Token? {
    if let name = raw {
      raw = nil
      return rawText(name)
    }
    while position < bytes.count {
      if bytes[position] == 0x3C, let token = markup() {
        switch token {
        case .some(let token): return token
        case .none: continue
        }
      }
      return text()
    }
    return nil
  }

  /// Text as far as the next `<` that begins markup.
  private mutating func text() -> Token {
    let start = position
    position += 1
    while position < bytes.count, bytes[position] != 0x3C { position += 1 }
    return .text(HTMLEntities.resolved(bytes[start..<position]))
  }

  /// What begins at a `<`: `nil` where it is text, `.some(nil)` for what is passed over.
  private mutating func markup() -> Token?? {
    guard position + 1 < bytes.count else { return nil }
    switch bytes[position + 1] {
    case 0x21: passDeclaration()
    case 0x3F:
      position = index(of: 0x3E, from: position) + 1
    case 0x2F:
      guard position + 2 < bytes.count, ASCII.isLetter(bytes[position + 2]) else {
        position = index(of: 0x3E, from: position) + 1
        return .some(nil)
      }
      position += 2
      let name = name()
      position = index(of: 0x3E, from: position) + 1
      return .some(.close(name))
    default:
      guard ASCII.isLetter(bytes[position + 1]) else { return nil }
      position += 1
      return .some(.open(tag()))
    }
    return .some(nil)
  }

  /// Passes over `<!-- … -->`, `<![CDATA[ … ]]>` and `<!DOCTYPE …>`.
  private mutating func passDeclaration() {
    let rest = bytes[position...]
    let ending: [UInt8]
    if rest.starts(with: "<!--".utf8) {
      ending = Array("-->".utf8)
      position += 4
    } else if rest.starts(with: "<![CDATA[".utf8) {
      ending = Array("]]>".utf8)
      position += 9
    } else {
      position = index(of: 0x3E, from: position) + 1
      return
    }
    while position < bytes.count, !bytes[position...].starts(with: ending) { position += 1 }
    position = min(bytes.count, position + ending.count)
  }

  private func index(of byte: UInt8, from start: Int) -> Int {
    bytes[min(start, bytes.count)...].firstIndex(of: byte) ?? bytes.count
  }

  private mutating func name() -> String {
    let start = position
    while position < bytes.count, !ASCII.isSpace(bytes[position]), bytes[position] != 0x3E, bytes[position] != 0x2F {
      position += 1
    }
    return String(decoding: bytes[start..<position].map(ASCII.lower), as: UTF8.self)
  }

  private mutating func tag() -> HTMLTag {
    var tag = HTMLTag(name: name())
    while position < bytes.count, bytes[position] != 0x3E {
      if ASCII.isSpace(bytes[position]) || bytes[position] == 0x2F {
        if bytes[position] == 0x2F, position + 1 < bytes.count, bytes[position + 1] == 0x3E { tag.isClosed = true }
        position += 1
        continue
      }
      let (key, value) = attribute()
      if HTMLTag.keptAttributes.contains(key), tag.attributes[key] == nil { tag.attributes[key] = value }
    }
    position = min(bytes.count, position + 1)
    if HTMLTag.rawElements.contains(tag.name), !tag.isClosed { raw = tag.name }
    return tag
  }

  private mutating func attribute() -> (key: String, value: String) {
    let start = position
    position += 1
    while position < bytes.count, !ASCII.isSpace(bytes[position]), ![0x3D, 0x3E, 0x2F].contains(bytes[position]) {
      position += 1
    }
    let key = String(decoding: bytes[start..<position].map(ASCII.lower), as: UTF8.self)
    var next = position
    while next < bytes.count, ASCII.isSpace(bytes[next]) { next += 1 }
    guard next < bytes.count, bytes[next] == 0x3D else { return (key, "") }
    next += 1
    while next < bytes.count, ASCII.isSpace(bytes[next]) { next += 1 }
    guard next < bytes.count else {
      position = next
      return (key, "")
    }
    if bytes[next] == 0x22 || bytes[next] == 0x27 {
      let end = index(of: bytes[next], from: next + 1)
      position = min(bytes.count, end + 1)
      return (key, String(decoding: bytes[min(next + 1, end)..<end], as: UTF8.self))
    }
    position = next
    while position < bytes.count, !ASCII.isSpace(bytes[position]), bytes[position] != 0x3E { position += 1 }
    return (key, String(decoding: bytes[next..<position], as: UTF8.self))
  }

  /// Everything up to `</name`.
  private mutating func rawText(_ name: String) -> Token {
    let start = position
    let wanted = Array(name.utf8)
    while position < bytes.count {
      if bytes[position] == 0x3C, position + 2 + wanted.count <= bytes.count, bytes[position + 1] == 0x2F,
        zip(bytes[(position + 2)...], wanted).allSatisfy({ ASCII.lower($0) == $1 })
      {
        break
      }
      position += 1
    }
    let content = bytes[start..<position]
    return .text(name == "title" || name == "textarea" ? HTMLEntities.resolved(content) : "")
  }
}

/// An opening tag.
struct HTMLTag {
  var name: String
  var attributes: [String: String] = [:]
  /// `<br/>`.
  var isClosed = false

  static let keptAttributes: Set<String> = ["class", "id", "role", "hidden", "aria-hidden", "style", "href"]
  static let rawElements: Set<String> = [
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
  ]
}
