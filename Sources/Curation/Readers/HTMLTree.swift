/// Elements and texts of a page; what HTML lets authors leave out is put in.
final class HTMLElement {
  enum Child {
    case element(HTMLElement)
    case text(String)
  }

  let tag: HTMLTag
  var children: [Child] = []

  init(_ tag: HTMLTag) { self.tag = tag }

  var name: String { tag.name }

  /// Elements of `name` below it, in order, without those inside one another.
  func all(_ name: String) -> [HTMLElement] { all { $0.name == name } }

  func all(_ matches: (HTMLElement) -> Bool) -> [HTMLElement] {
    var found: [HTMLElement] = []
    for case .element(let child) in children {
      if matches(child) { found.append(child) } else { found += child.all(matches) }
    }
    return found
  }

  /// Visible characters below it, and those of them in links.
  func weight(inLink: Bool = false) -> (characters: Int, linked: Int) {
    var total = (characters: 0, linked: 0)
    for child in children {
      switch child {
      case .text(let text):
        let count = text.utf8.count { !ASCII.isSpace($0) }
        total.characters += count
        if inLink { total.linked += count }
      case .element(let element):
        let weight = element.weight(inLink: inLink || element.name == "a")
        total.characters += weight.characters
        total.linked += weight.linked
      }
    }
    return total
  }
}

/// Tokens → elements.
enum HTMLTree {
  private static let void: Set<String> = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
  ]
  /// An element that opens ends those before it.
  private static let ends: [String: Set<String>] = [
    "li": ["li"], "dt": ["dt", "dd"], "dd": ["dt", "dd"], "tr": ["tr", "td", "th"], "td": ["td", "th"],
    "th": ["td", "th"], "option": ["option"], "thead": ["tr", "td", "th"], "tbody": ["thead", "tr", "td", "th"],
    "tfoot": ["tbody", "tr", "td", "th"],
  ]
  /// What implied ends stay inside of.
  private static let scopes: Set<String> = ["ul", "ol", "dl", "table", "select", "body", "html"]
  private static let endsParagraph: Set<String> = [
    "address", "article", "aside", "blockquote", "div", "dl", "fieldset", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul",
  ]

  static func parse(_ bytes: [UInt8], depth: Int) -> HTMLElement {
    var tokens = HTMLTokenizer(bytes)
    let root = HTMLElement(HTMLTag(name: "#document"))
    var open = [root]
    while let token = tokens.next() {
      switch token {
      case .text(let text):
        if !text.isEmpty { open[open.count - 1].children.append(.text(text)) }
      case .open(let tag):
        close(&open, before: tag.name)
        let element = HTMLElement(tag)
        open[open.count - 1].children.append(.element(element))
        if !void.contains(tag.name), !tag.isClosed, open.count < depth { open.append(element) }
      case .close(let name):
        // A tag that closes nothing is passed over; looking further than this is work for nobody.
        guard let index = open.suffix(256).lastIndex(where: { $0.name == name }), index > 0 else { continue }
        open.removeSubrange(index...)
      }
    }
    return root
  }

  private static func close(_ open: inout [HTMLElement], before name: String) {
    if let ended = ends[name] {
      var index = open.count - 1
      while index > 0, !scopes.contains(open[index].name), open.count - index < 64 {
        if ended.contains(open[index].name) {
          open.removeSubrange(index...)
          break
        }
        index -= 1
      }
      // A row ends the cell and the row before it.
      if name == "tr" || name == "tbody" || name == "tfoot", let last = open.last, ended.contains(last.name) {
        open.removeLast()
      }
    }
    if endsParagraph.contains(name), open.last?.name == "p" { open.removeLast() }
  }
}
