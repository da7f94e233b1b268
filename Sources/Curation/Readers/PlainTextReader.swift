/// The whole document is one text.
enum PlainTextReader: DocumentReader {
  static let extensions: Set<String> = ["txt", "text"]
  static let readsNormalisedText = true
  static let reportsLines = false
  static let isPaged = true

  static func read(_ text: String, extension name: String, limits: ReaderLimits) throws(Rejected) -> ReadDocument {
    let structure: TextStructure = SourceCode.extensions.contains(name) ? .code : .plain
    return ReadDocument(records: [ReadRecord(content: .text(text), line: 1, structure: structure)])
  }
}

/// Endings of files that hold source code or settings.
enum SourceCode {
  static let extensions: Set<String> = [
    "bash", "bat", "c", "cc", "cfg", "clj", "cmake", "conf", "cpp", "cs", "css", "cu", "cxx", "dart", "el", "erl", "ex",
    "exs",
    "f90", "go", "gradle", "groovy", "h", "hpp", "hs", "ini", "java", "jl", "js", "jsx", "kt", "lisp", "lua", "m", "mk",
    "ml",
    "mm", "nix", "patch", "php", "pl", "pm", "proto", "ps1", "py", "r", "rb", "rs", "s", "scala", "sh", "sql", "swift",
    "tcl",
    "tex", "tf", "toml", "ts", "tsx", "v", "vb", "vhd", "vim", "xml", "yaml", "yml", "zig", "zsh",
  ]
}
