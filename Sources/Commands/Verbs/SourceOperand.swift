import Foundation

/// A file or folder of the watched folder as it is typed.
enum SourceOperand {
  /// What it may be called in the store, relative to the watched folder, the likeliest first: `legal/a.md` for
  /// `legal/a.md`, `Watch/legal/a.md` and an absolute path.
  /// - Parameter folder: what relative paths are relative to.
  static func candidates(
    _ text: String, watch: String, folder: String = FileManager.default.currentDirectoryPath
  ) throws(UsageError) -> [String] {
    let (path, root) = (components(of: text, in: folder), components(of: watch, in: folder))
    if path == root {
      throw UsageError("--source is the watched folder itself; name a file or a folder in it, such as \(watch)/legal.")
    }
    let below = path.starts(with: root) ? path.dropFirst(root.count).joined(separator: "/") : nil
    if text.hasPrefix("/") {
      guard let below else {
        throw UsageError("--source is “\(text)”, which is not below the watched folder \(watch).")
      }
      return [below]
    }
    let plain = components(of: text, in: "/").joined(separator: "/")
    return [plain, below].compactMap(\.self).filter { !$0.isEmpty }
  }

  private static func components(of path: String, in folder: String) -> [Substring] {
    var parts: [Substring] = []
    for part in (path.hasPrefix("/") ? path : folder + "/" + path).split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return parts
  }
}
