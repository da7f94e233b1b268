import Curation
import Foundation
import Testing

@Suite("HTML")
struct HTMLReaderTests {
  private func text(_ html: String) throws -> String? {
    try ByteTokenizer.curator().curate(name: "page.html", bytes: Data(html.utf8)).document?.plainText
  }

  @Test("headings, paragraphs, lists, rows and code are kept, what surrounds them is not")
  func page() throws {
    let html = """
      <!DOCTYPE html><html><head><title>Tide tables</title><style>p { color: red }</style></head><body>
      <nav><ul><li><a href="/">Home</a><li><a href="/a">About</a><li><a href="/b">Contact</a></ul></nav>
      <header><a href="/">Port</a></header>
      <h1>Tide &amp; time</h1>
      <p>High water at the <b>north</b> quay<br>is early.
      <p>Second paragraph; 3 < 5 &eacute;&#8212;&#xE4;.
      <ol><li>first<li>second<ul><li>inner</ul></ol>
      <table><tr><th>Day<th>Hour<tr><td>Monday<td>04:12</table>
      <pre>
      if (x) {
        y();
      }</pre>
      <script>document.write("<p>no</p>")</script><!-- <p>neither</p> -->
      <div class="cookie-banner"><p>We use cookies.</p></div>
      <footer>Imprint</footer></body></html>
      """
    #expect(
      try text(html) == """
        # Tide & time

        High water at the north quay
        is early.

        Second paragraph; 3 < 5 é—ä.

        1. first
        2. second
          - inner

        Day | Hour
        Monday | 04:12

        ```
        if (x) {
          y();
        }
        ```

        """)
  }

  @Test("the main element is taken where it holds the text")
  func main() throws {
    let html = """
      <title>The lamp</title><body><div>Advertisement for boats and oars and ropes.</div>
      <main><p>The lamp is lit at dusk and put out at dawn by the keeper of the light.</p></main>
      """
    #expect(
      try text(html) == "# The lamp\n\nThe lamp is lit at dusk and put out at dawn by the keeper of the light.\n")
  }

  @Test("a page that is nothing but links keeps them")
  func links() throws {
    let html = "<ul><li><a href=a>Northern quay</a><li><a href=b>Southern quay</a><li><a href=c>Basin of mud</a></ul>"
    #expect(try text(html)?.contains("Northern quay") == true)
  }

  @Test("the page's own declaration of its encoding counts")
  func declared() throws {
    var bytes = Data("<meta charset=\"koi8-r\"><p>".utf8)
    bytes.append(contentsOf: [
      0xF0, 0xD2, 0xC9, 0xD7, 0xC5, 0xD4, 0x20, 0xCD, 0xC9, 0xD2, 0x20, 0xC9, 0x20, 0xC4, 0xCF, 0xCD,
    ])
    let verdict = try ByteTokenizer.curator().curate(name: "a.html", bytes: bytes)
    #expect(verdict.document?.plainText == "Привет мир и дом\n")
    #expect(verdict.encoding == .koi8R)
  }

  @Test("a page without text is refused")
  func empty() throws {
    let verdict = try ByteTokenizer.curator().curate(name: "a.html", bytes: Data("<script>var x</script>".utf8))
    #expect(verdict.rejection?.name == .noRecords)
  }
}

@Suite("Tables")
struct TableReaderTests {
  private func read(_ text: String, name: String = "a.csv", field: String? = nil) throws -> CurationVerdict {
    var settings = CurationSettings()
    settings.reader.field = field
    return try ByteTokenizer.curator(settings: settings).curate(name: name, bytes: Data(text.utf8))
  }

  @Test("quotes, doubled quotes, line ends and separators inside quotes belong to the cell")
  func quotes() throws {
    let table = "id,text,label\r\n1,\"One, \"\"two\"\"\r\nthree words more\",a\r\n2,The other text has words,b\r\n"
    let records = try #require(try read(table).document?.records)
    #expect(records.map(\.plainText) == ["One, \"two\"\nthree words more", "The other text has words"])
    #expect(records.map(\.label) == ["a", "b"])
    #expect(records.map(\.line) == [2, 4])
  }

  @Test("titles of a convention make samples of it")
  func convention() throws {
    let records = try #require(
      try read("prompt\tcompletion\nWhat is it?\tA thing.\n", name: "a.tsv").document?.records)
    #expect(records.map(\.content) == [.completion(prompt: "What is it?", completion: "A thing.")])
  }

  @Test("the settings name a column, and a table without it is refused")
  func column() throws {
    let table = "a;b\nalpha one two;beta one two\ngamma one two;delta one two\n"
    #expect(try read(table, field: "b").document?.records.map(\.plainText) == ["beta one two", "delta one two"])
    #expect(try read(table, field: "c").rejection?.name == .missingColumn)
  }

  @Test("a table without running text stays a table")
  func whole() throws {
    #expect(try read("name,age\nAnn,3\nBob,4\n").document?.plainText == "name | age\nAnn | 3\nBob | 4")
  }

  @Test("a quote that does not end is named with its line")
  func malformed() throws {
    let rejection = try #require(try read("a,b\n1,\"two\nthree\n").rejection)
    #expect(rejection.name == .malformedTable)
    #expect(rejection.detail?.contains("line 2") == true)
  }

  @Test("a key of JSON records can be named")
  func field() throws {
    var settings = CurationSettings()
    settings.reader.field = "body"
    let lines = "{\"body\": \"The first of two texts.\"}\n{\"other\": 1}\n"
    let verdict = try ByteTokenizer.curator(settings: settings).curate(name: "a.jsonl", bytes: Data(lines.utf8))
    #expect(verdict.document?.records.map(\.plainText) == ["The first of two texts."])
    #expect(verdict.notices.map(\.reason.name) == [.notARecord])
  }
}

@Suite("Pages")
struct PageTests {
  private func text(_ pages: String) throws -> String? {
    try ByteTokenizer.curator().curate(name: "a.txt", bytes: Data(pages.utf8)).document?.plainText
  }

  @Test("headers, footers and page numbers that come on most pages go")
  func furniture() throws {
    var words = Words()
    let bodies = (0..<4).map { _ in (0..<9).map { _ in words.line(8) + "." }.joined(separator: "\n") }
    let pages = bodies.enumerated().map { "Port of Velden  Annual report\n\n\($1)\n\n- \($0 + 1) of 4 -" }
    let read = try #require(try text(pages.joined(separator: "\u{C}")))
    #expect(!read.contains("Annual report") && !read.contains("of 4"))
    for body in bodies { #expect(read.contains(body)) }
  }

  @Test("a hyphen at the end of a line is undone, but not where the word has one")
  func hyphens() throws {
    let read = try text(
      """
      The harbour master keeps a book of all the arri-
      vals and of the cargo and of the crew of every well-
      known ship, and a well-known ship is known; also the Nord-
      See stays.
      """)
    #expect(
      read == """
        The harbour master keeps a book of all the arrivals
        and of the cargo and of the crew of every well-known
        ship, and a well-known ship is known; also the Nord-
        See stays.
        """)
  }
}

@Suite("Older encodings")
struct LegacyEncodingTests {
  @Test("Cyrillic and East Asian text is told by what it says")
  func guessed() throws {
    let russian: [UInt8] = [
      0xDD, 0xF2, 0xEE, 0x20, 0xEF, 0xF0, 0xEE, 0xF1, 0xF2, 0xEE, 0xE9, 0x20, 0xF2, 0xE5, 0xEA, 0xF1, 0xF2, 0x2C, 0x20,
      0xE8, 0x20, 0xEE, 0xED, 0x20, 0xED, 0xE5, 0x20, 0xE4, 0xEB, 0xE8, 0xED, 0xED, 0xFB, 0xE9, 0x2E,
    ]
    let verdict = try ByteTokenizer.curator().curate(name: "a.txt", bytes: Data(russian))
    #expect(verdict.encoding == .windows1251)
    #expect(verdict.document?.plainText == "Это простой текст, и он не длинный.")
  }
}
