/// The main text of a page as Markdown: headings, paragraphs, lists, rows of tables and code, without navigation,
/// notices and what surrounds them.
enum HTMLReader: DocumentReader {
  static let extensions: Set<String> = ["html", "htm", "xhtml", "xht"]
  static let readsNormalisedText = false
  static let reportsLines = false
  static let declaresEncoding = EncodingDeclaration.markup

  static func read(_ text: String, extension name: String, limits: ReaderLimits) throws(Rejected) -> ReadDocument {
    let document = HTMLTree.parse(Array(text.utf8), depth: max(8, limits.htmlDepth))
    let body = document.all("body").first ?? document
    let root = HTMLMainText.root(of: body)
    var writer = HTMLWriter(root: root)
    var content = writer.text()
    // Where cutting leaves next to nothing of a page, the page is no article: all of its text is taken.
    if content.utf8.count * 20 < body.weight().characters {
      var whole = HTMLWriter(root: body, keepsEverything: true)
      content = whole.text()
    }
    let title = document.all("title").first.map(HTMLWriter.line) ?? ""
    if !title.isEmpty, !content.contains("\n# "), !content.hasPrefix("# ") {
      content = "# \(title)\n\n" + content
    }
    guard content.utf8.contains(where: { !ASCII.isSpace($0) }) else {
      throw Rejected(.noRecords, detail: "a page without text of its own")
    }
    return ReadDocument(records: [ReadRecord(content: .text(content), label: nil, line: 1, structure: .markdown)])
  }
}

/// Tells a page's own text from what every page of its site has.
enum HTMLMainText {
  /// Of the page's visible characters, those that the element that holds the main text has at least.
  private static let leastShare = 0.25
  private static let never: Set<String> = [
    "script", "style", "noscript", "template", "svg", "math", "canvas", "iframe", "object", "embed", "head", "title",
    "nav", "form", "button", "select", "option", "textarea", "input", "dialog", "audio", "video", "map", "menu",
  ]
  private static let roles: Set<String> = [
    "navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar", "dialog", "alertdialog",
  ]
  private static let names: Set<String> = [
    "nav", "navbar", "navigation", "menu", "breadcrumb", "breadcrumbs", "sidebar", "footer", "cookie", "cookies",
    "consent", "gdpr", "banner", "advert", "advertisement", "ad", "ads", "sponsor", "share", "sharing", "social",
    "related", "recommended", "newsletter", "subscribe", "signup", "pagination", "pager", "skip", "popup", "modal",
    "toolbar", "masthead", "promo", "disqus", "widget",
  ]

  /// `<main>`, or the one `<article>`, where it holds a good part of the text; else everything.
  static func root(of body: HTMLElement) -> HTMLElement {
    let all = Double(body.weight().characters)
    let mains = body.all { $0.name == "main" || $0.tag.attributes["role"] == "main" }
    if mains.count == 1, Double(mains[0].weight().characters) >= leastShare * all { return mains[0] }
    let articles = body.all("article")
    if articles.count == 1, Double(articles[0].weight().characters) >= leastShare * all { return articles[0] }
    return body
  }

  /// Whether an element belongs to the site and not to the text.
  /// - Parameters:
  ///   - whole: visible characters of all that is read.
  ///   - isInside: whether it stands in an article, whose own header is text.
  static func isFurniture(_ element: HTMLElement, whole: Int, isInside: Bool) -> Bool {
    let (name, attributes) = (element.name, element.tag.attributes)
    if never.contains(name) || attributes["hidden"] != nil || attributes["aria-hidden"] == "true" { return true }
    if let style = attributes["style"], style.replacing(" ", with: "").contains("display:none") { return true }
    if let role = attributes["role"], roles.contains(role) { return true }
    if name == "footer" || name == "aside" { return true }
    if name == "header" { return !isInside && element.all("h1").isEmpty }
    if name == "body" || name == "main" || name == "article" || name == "#document" { return false }
    let words = "\(attributes["class"] ?? "") \(attributes["id"] ?? "")".lowercased()
      .split { !$0.isLetter && !$0.isNumber }
    guard words.contains(where: { names.contains(String($0)) }) else { return false }
    // A class such as `page with-sidebar` is the layout's, around the text.
    return element.weight().characters * 5 < whole * 2 && element.all({ $0.name == "h1" || $0.name == "main" }).isEmpty
  }

  /// Whether a block is a list of links: most of its text is in links, and it says nothing in sentences.
  static func isLinkList(_ element: HTMLElement) -> Bool {
    let weight = element.weight()
    let links = element.all("a").count
    guard links >= 3, weight.characters > 0 else { return false }
    return weight.linked * 10 > weight.characters * 7 && weight.characters < links * 40
  }
}

/// Elements → lines of Markdown.
struct HTMLWriter {
  private let root: HTMLElement
  private let keepsEverything: Bool
  private let whole: Int
  private var blocks: [String] = []
  private var line = ""

  init(root: HTMLElement, keepsEverything: Bool = false) {
    self.root = root
    self.keepsEverything = keepsEverything
    whole = root.weight().characters
  }

  mutating func text() -> String {
    write(root, isInside: root.name == "article" || root.name == "main", list: nil)
    closeLine()
    return blocks.joined(separator: "\n\n") + (blocks.isEmpty ? "" : "\n")
  }

  /// All text of an element on one line.
  static func line(_ element: HTMLElement) -> String {
    func text(_ element: HTMLElement) -> String {
      element.children.map { child in
        switch child {
        case .text(let words): words
        case .element(let inner): inner.name == "br" ? " " : text(inner)
        }
      }.joined()
    }
    return folded(text(element))
  }

  private static func folded(_ text: some StringProtocol) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private mutating func closeLine(prefix: String = "") {
    let lines = line.split(separator: "\n").map { Self.folded($0) }.filter { !$0.isEmpty }
    line = ""
    if !lines.isEmpty { blocks.append(prefix + lines.joined(separator: "\n")) }
  }

  /// - Parameter list: `nil` outside of lists, else the mark of an item.
  private mutating func write(_ element: HTMLElement, isInside: Bool, list: String?) {
    for child in element.children {
      switch child {
      case .text(let text): line += text.replacing("\n", with: " ")
      case .element(let inner): write(child: inner, isInside: isInside, list: list)
      }
    }
  }

  private mutating func write(child: HTMLElement, isInside: Bool, list: String?) {
    let isOut = HTMLMainText.isFurniture(child, whole: whole, isInside: isInside)
    if isOut,
      !keepsEverything || ["script", "style", "head", "title", "template", "noscript", "svg"].contains(child.name)
    {
      return
    }
    let isInside = isInside || child.name == "article" || child.name == "main"
    switch child.name {
    case "br": line += "\n"
    case "h1", "h2", "h3", "h4", "h5", "h6":
      closeLine()
      let text = Self.line(child)
      if !text.isEmpty { blocks.append(String(repeating: "#", count: Int(child.name.suffix(1)) ?? 1) + " " + text) }
    case "pre", "xmp":
      closeLine()
      writeCode(child)
    case "table":
      closeLine()
      writeTable(child, isInside: isInside)
    case "ul", "ol", "dl":
      closeLine()
      if !keepsEverything, HTMLMainText.isLinkList(child) { return }
      writeList(child, isInside: isInside)
    case "p", "div", "section", "article", "main", "header", "footer", "blockquote", "address", "figure", "figcaption",
      "details", "summary", "fieldset", "hr", "center", "body", "li", "dt", "dd", "aside", "nav", "form":
      closeLine()
      if !keepsEverything, child.name == "div" || child.name == "p", HTMLMainText.isLinkList(child) { return }
      write(child, isInside: isInside, list: list)
      closeLine()
    default: write(child, isInside: isInside, list: list)
    }
  }

  private mutating func writeCode(_ element: HTMLElement) {
    func text(_ element: HTMLElement) -> String {
      element.children.map { child in
        switch child {
        case .text(let words): words
        case .element(let inner): inner.name == "br" ? "\n" : text(inner)
        }
      }.joined()
    }
    let code = text(element)
    var lines = code.split(separator: "\n", omittingEmptySubsequences: false)
    while let first = lines.first, first.allSatisfy(\.isWhitespace) { lines.removeFirst() }
    while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
    if !lines.isEmpty { blocks.append("```\n" + lines.joined(separator: "\n") + "\n```") }
  }

  /// Items one a line; what an item holds besides its line is indented below it.
  private mutating func writeList(_ list: HTMLElement, isInside: Bool) {
    var items: [String] = []
    var number = 0
    for case .element(let item) in list.children {
      var inner = HTMLWriter(root: item, keepsEverything: keepsEverything)
      let text = inner.text().trimmingSuffix(while: \.isWhitespace)
      guard !text.isEmpty else { continue }
      number += 1
      let mark = list.name == "ol" ? "\(number). " : list.name == "dl" && item.name == "dt" ? "" : "- "
      let lines = text.split(separator: "\n")
      items.append(
        mark + lines.enumerated().map { $0.offset == 0 ? "\($0.element)" : "  \($0.element)" }.joined(separator: "\n"))
    }
    if !items.isEmpty { blocks.append(items.joined(separator: "\n")) }
  }

  /// Rows one a line, cells set apart by bars. A table around the page's layout is no table.
  private mutating func writeTable(_ table: HTMLElement, isInside: Bool) {
    let isLayout = !table.all { ["table", "h1", "h2", "p", "ul"].contains($0.name) }.isEmpty
    guard !isLayout else {
      write(table, isInside: isInside, list: nil)
      closeLine()
      return
    }
    var rows: [String] = []
    for caption in table.all("caption") { rows.append(Self.line(caption)) }
    for row in table.all("tr") {
      let cells = row.all { $0.name == "td" || $0.name == "th" }.map(Self.line)
      if cells.contains(where: { !$0.isEmpty }) { rows.append(cells.joined(separator: " | ")) }
    }
    if !rows.isEmpty { blocks.append(rows.joined(separator: "\n")) }
  }
}

extension String {
  fileprivate func trimmingSuffix(while matches: (Character) -> Bool) -> String {
    var end = endIndex
    while end > startIndex, matches(self[index(before: end)]) { end = index(before: end) }
    return String(self[..<end])
  }
}
