/// Which program turns which files into text: an ending and the program with its arguments, run without a shell.
///
/// The file is on the program's standard input, or `{file}` among its arguments stands for its absolute path.
package struct ConverterTable: Hashable, Sendable {
  /// By ending, lowercase, without the dot.
  package var commands: [String: [String]]

  package static let standard = ConverterTable(commands: [
    "pdf": ["pdftotext", "-enc", "UTF-8", "-", "-"],
    "docx": ["pandoc", "--sandbox", "-f", "docx", "-t", "gfm", "--wrap=none"],
    "odt": ["pandoc", "--sandbox", "-f", "odt", "-t", "gfm", "--wrap=none"],
    "epub": ["pandoc", "--sandbox", "-f", "epub", "-t", "gfm", "--wrap=none"],
    "rtf": ["pandoc", "--sandbox", "-f", "rtf", "-t", "gfm", "--wrap=none"],
    "gz": ["gzip", "-dc"],
  ])

  /// What programs are found in, as Debian and its like name it.
  private static let packages = [
    "pdftotext": "poppler-utils", "pandoc": "pandoc", "gzip": "gzip", "catdoc": "catdoc", "zstd": "zstd",
    "xz": "xz-utils",
    "bzip2": "bzip2", "antiword": "antiword",
  ]

  package static let fileMark = "{file}"

  package init(commands: [String: [String]]) { self.commands = commands }

  /// The package to install for a program; the program's own name where no other is known.
  package static func package(for program: String) -> String {
    let name = program.split(separator: "/").last.map(String.init) ?? program
    return packages[name] ?? name
  }

  /// Programs that the table names, each once, in order.
  package var programs: [String] { Set(commands.values.compactMap(\.first)).sorted() }

  /// `pdf=pdftotext - -; gz=gzip -dc`.
  var text: String {
    commands.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.joined(separator: " "))" }.joined(separator: "; ")
  }

  /// What a converted file is called: its ending says what came out.
  func name(of name: String, ending: String) -> String {
    let words = commands[ending] ?? []
    if ["gz", "bz2", "xz", "zst"].contains(ending) { return String(name.dropLast(ending.utf8.count + 1)) }
    if words.contains(where: { ["gfm", "markdown", "commonmark"].contains($0) }) { return name + ".md" }
    return name + (words.contains("html") ? ".html" : ".txt")
  }
}
