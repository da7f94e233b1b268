import Foundation
import Platform

/// The documents of a bench's files: of a name that ends in `.jsonl` each line's “text”, any other file whole.
enum BenchTexts {
  private struct Line: Decodable { let text: String }

  /// - Throws: `VerbError` for a line that is no object with a “text”, and where there is no text at all.
  static func read(_ paths: [String], through fileSystem: any FileSystem) throws -> [String] {
    let texts = try paths.flatMap { try documents(of: $0, through: fileSystem) }
    guard texts.contains(where: { !$0.isEmpty }) else {
      throw VerbError("\(paths.first ?? "no file"): there is no text in it. Name a file with some.")
    }
    return texts
  }

  private static func documents(of path: String, through fileSystem: any FileSystem) throws -> [String] {
    guard path.hasSuffix(".jsonl") else {
      return [String(decoding: try fileSystem.contents(of: Path(path), limit: 1 << 32), as: UTF8.self)]
    }
    var texts: [String] = []
    let decoder = JSONDecoder()
    try LineReader.each(of: path, through: fileSystem) { number, line in
      if line.isEmpty { return }
      guard let input = try? decoder.decode(Line.self, from: line) else {
        throw VerbError(
          "\(path): line \(number) is not a JSON object with a “text”. Correct that line and run it again.")
      }
      texts.append(input.text)
    }
    return texts
  }
}
