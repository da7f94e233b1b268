/// What a chat template prints: the `{{ … }}` expressions of its Jinja text, each with the conditions it stands under.
///
/// Only as much of Jinja is read as tells whether a template is plain ChatML. White space follows the settings that chat templates
/// are rendered with: `trim_blocks` and `lstrip_blocks`, and `-` beside a tag.
struct TemplateText {
  enum Piece: Hashable {
    case literal(String)
    /// A name with its subscripts, `message.role` and `message['role']` alike.
    case variable(String)
  }

  struct Output {
    /// Strings and variables joined by `+`; nil where the expression does anything else.
    var pieces: [Piece]?
    var source: String
    var conditions: [String]
  }

  private(set) var outputs: [Output] = []
  /// All `{% … %}` tags, without white space.
  private(set) var statements: [String] = []
  /// Text outside all tags that would be printed as it stands.
  private(set) var looseText: String = ""

  private var conditions: [String] = []
  /// Whether the next expression continues the last one, with no tag between them.
  private var continues = false

  /// - Returns: nil where a tag is not closed.
  init?(_ template: String) {
    var rest = Array(template.unicodeScalars)[...]
    if rest.last == "\n" { rest.removeLast() }
    var trimsStart = false
    var atLineStart = true
    while let open = Self.firstTag(in: rest) {
      let kind = rest[open + 1]
      var text = rest[..<open]
      if trimsStart { text = text.drop(while: \.properties.isWhitespace) }
      rest = rest[(open + 2)...]
      if rest.first == "-" {
        rest.removeFirst()
        while text.last?.properties.isWhitespace == true { text.removeLast() }
      } else if kind != "{" {
        let line = text.reversed().prefix { $0 == " " || $0 == "\t" }
        let before = text.dropLast(line.count).last
        if before == "\n" || before == nil && atLineStart { text.removeLast(line.count) }
      }
      looseText.unicodeScalars.append(contentsOf: text)
      guard let close = Self.closingTag(of: kind, in: rest) else { return nil }
      var body = rest[..<close]
      rest = rest[(close + 2)...]
      trimsStart = body.last == "-"
      if trimsStart { body.removeLast() }
      atLineStart = kind != "{" && rest.first == "\n"
      if atLineStart { rest.removeFirst() }
      switch kind {
      case "{": addExpression(body)
      case "%": addStatement(body)
      default: break
      }
    }
    if trimsStart { rest = rest.drop(while: \.properties.isWhitespace) }
    looseText.unicodeScalars.append(contentsOf: rest)
  }

  private static func firstTag(in text: ArraySlice<Unicode.Scalar>) -> Int? {
    text.indices.dropLast().first { text[$0] == "{" && ["{", "%", "#"].contains(text[$0 + 1]) }
  }

  /// The position of `}}`, `%}` or `#}`, outside string literals.
  private static func closingTag(of kind: Unicode.Scalar, in text: ArraySlice<Unicode.Scalar>) -> Int? {
    let first: Unicode.Scalar = kind == "{" ? "}" : kind
    var quote: Unicode.Scalar?
    var i = text.startIndex
    while i + 1 < text.endIndex {
      if let open = quote {
        if text[i] == "\\" { i += 1 } else if text[i] == open { quote = nil }
      } else if kind != "#", text[i] == "'" || text[i] == "\"" {
        quote = text[i]
      } else if text[i] == first, text[i + 1] == "}" {
        return i
      }
      i += 1
    }
    return nil
  }

  private mutating func addStatement(_ body: ArraySlice<Unicode.Scalar>) {
    continues = false
    let words = body.split { $0.properties.isWhitespace }.map { word in
      word.reduce(into: "") { $0.unicodeScalars.append($1) }
    }
    let statement = words.joined()
    statements.append(statement)
    switch words.first {
    case "if", "for": conditions.append(statement)
    case "elif", "else": if !conditions.isEmpty { conditions[conditions.count - 1] = statement }
    case "endif", "endfor": _ = conditions.popLast()
    default: break
    }
  }

  private mutating func addExpression(_ body: ArraySlice<Unicode.Scalar>) {
    let pieces = Self.pieces(of: body)
    let source = body.reduce(into: "") { $0.unicodeScalars.append($1) }
    if continues, let last = outputs.last {
      outputs[outputs.count - 1].source += source
      outputs[outputs.count - 1].pieces = last.pieces.flatMap { head in pieces.map { Self.joined(head + $0) } }
    } else {
      outputs.append(Output(pieces: pieces.map(Self.joined), source: source, conditions: conditions))
    }
    continues = true
  }

  /// Neighbouring literals become one.
  private static func joined(_ pieces: [Piece]) -> [Piece] {
    pieces.reduce(into: []) { all, piece in
      if case .literal(let tail) = piece, case .literal(let head)? = all.last {
        all[all.count - 1] = .literal(head + tail)
      } else {
        all.append(piece)
      }
    }
  }

  private static func pieces(of body: ArraySlice<Unicode.Scalar>) -> [Piece]? {
    var pieces: [Piece] = []
    var expectsOperand = true
    var i = body.startIndex
    while i < body.endIndex {
      let scalar = body[i]
      if scalar.properties.isWhitespace {
        i += 1
      } else if scalar == "+" {
        guard !expectsOperand else { return nil }
        expectsOperand = true
        i += 1
      } else {
        guard expectsOperand else { return nil }
        expectsOperand = false
        if scalar == "'" || scalar == "\"" {
          guard let text = literal(in: body, at: &i) else { return nil }
          pieces.append(.literal(text))
        } else {
          guard let name = variable(in: body, at: &i) else { return nil }
          pieces.append(.variable(name))
        }
      }
    }
    return expectsOperand ? nil : pieces
  }

  private static func literal(in body: ArraySlice<Unicode.Scalar>, at i: inout Int) -> String? {
    let quote = body[i]
    var text = String.UnicodeScalarView()
    i += 1
    while i < body.endIndex, body[i] != quote {
      if body[i] == "\\" {
        i += 1
        guard i < body.endIndex else { return nil }
        switch body[i] {
        case "n": text.append("\n")
        case "t": text.append("\t")
        case "\\", "'", "\"": text.append(body[i])
        default: return nil
        }
      } else {
        text.append(body[i])
      }
      i += 1
    }
    guard i < body.endIndex else { return nil }
    i += 1
    return String(text)
  }

  private static func variable(in body: ArraySlice<Unicode.Scalar>, at i: inout Int) -> String? {
    var name = String.UnicodeScalarView()
    func isPart(_ scalar: Unicode.Scalar) -> Bool {
      scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
    while i < body.endIndex {
      if isPart(body[i]) || body[i] == "." && !name.isEmpty {
        name.append(body[i])
        i += 1
      } else if body[i] == "[", !name.isEmpty {
        i += 1
        guard i < body.endIndex else { return nil }
        if body[i] == "'" || body[i] == "\"" {
          guard let key = literal(in: body, at: &i) else { return nil }
          name.append(".")
          name.append(contentsOf: key.unicodeScalars)
        } else {
          name.append("[")
          while i < body.endIndex, isPart(body[i]) {
            name.append(body[i])
            i += 1
          }
          name.append("]")
        }
        guard i < body.endIndex, body[i] == "]" else { return nil }
        i += 1
      } else {
        break
      }
    }
    return name.isEmpty ? nil : String(name)
  }
}
