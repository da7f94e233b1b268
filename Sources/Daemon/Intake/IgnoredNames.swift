import Platform

/// Names in a watched folder that stand for no document: hidden files, downloads and copies under way, editors' own.
package enum IgnoredNames {
  private static let endings = [".tmp", ".part", ".partial", ".crdownload", ".filepart", ".swp", ".swo", ".bak", "~"]

  /// - Parameters:
  ///   - path: relative to the folder.
  ///   - isWatched: whether that is the watched folder, whose own README is no document.
  package static func isIgnored(_ path: Path, isWatched: Bool = true) -> Bool {
    let components = path.components
    guard let name = components.last?.bytes else { return true }
    if components.contains(where: { $0.bytes.first == UInt8(ascii: ".") }) { return true }
    if isWatched, components.count == 1, name.elementsEqual("README.md".utf8) { return true }
    if name.first == UInt8(ascii: "#"), name.last == UInt8(ascii: "#") { return true }
    // Vim writes this one to see whether it can.
    if name.elementsEqual("4913".utf8) { return true }
    let folded = name.suffix(12).map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    return endings.contains { folded.count >= $0.utf8.count && folded.suffix($0.utf8.count).elementsEqual($0.utf8) }
  }

  /// Hidden folders are not entered.
  package static func isIgnored(folder: Path) -> Bool {
    folder.components.contains { $0.bytes.first == UInt8(ascii: ".") }
  }
}
