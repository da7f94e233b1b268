import Foundation

/// The name of a file as the kernel knows it: bytes without NUL, which need not be valid UTF-8.
///
/// Names that people drop into a watched folder come from anywhere, so whatever came from a directory listing stays
/// a `Path` until it is shown; `description` is safe to print.
package struct Path: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let bytes: [UInt8]

  package init(_ string: String) {
    self.bytes = Array(string.utf8)
  }

  package init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The path as text, `nil` where its bytes are not UTF-8.
  package var string: String? { String(validating: bytes, as: UTF8.self) }

  /// The path with every control character, mark of direction and invalid byte made visible.
  package var description: String { TerminalText.escaped(bytes: bytes) }

  package var isAbsolute: Bool { bytes.first == Path.slash }

  /// The components between slashes; empty ones and `.` left out.
  package var components: [Path] {
    bytes.split(separator: Path.slash).filter { $0 != [Path.dot] }.map { Path(bytes: Array($0)) }
  }

  /// What follows the last slash; trailing slashes do not count.
  package var lastComponent: Path {
    let end = lengthWithoutTrailingSlashes
    let start = bytes[..<end].lastIndex(of: Path.slash).map { $0 + 1 } ?? 0
    return Path(bytes: Array(bytes[start..<end]))
  }

  /// The directory that holds this name: `.` for a bare name, `/` for the root.
  package var parent: Path {
    let end = lengthWithoutTrailingSlashes
    guard let slash = bytes[..<end].lastIndex(of: Path.slash) else { return Path(".") }
    return slash == 0 ? Path("/") : Path(bytes: Array(bytes[..<slash]))
  }

  /// Whether this is `.` or `..` or empty or holds a slash or NUL: no name for an entry of a directory.
  package var isUnusableAsName: Bool {
    bytes.isEmpty || bytes == [Path.dot] || bytes == [Path.dot, Path.dot] || bytes.contains(Path.slash)
      || bytes.contains(0)
  }

  package func appending(_ component: Path) -> Path {
    if bytes.isEmpty { return component }
    if component.bytes.isEmpty { return self }
    return Path(bytes: bytes.last == Path.slash ? bytes + component.bytes : bytes + [Path.slash] + component.bytes)
  }

  package func appending(_ component: String) -> Path { appending(Path(component)) }

  /// The part of this path below `ancestor`, `nil` where it is not below it.
  package func relative(to ancestor: Path) -> Path? {
    var prefix = ancestor.bytes
    if prefix.last != Path.slash { prefix.append(Path.slash) }
    guard bytes.count > prefix.count, bytes.starts(with: prefix) else { return nil }
    return Path(bytes: Array(bytes[prefix.count...]))
  }

  /// Order of the bytes, the same on every machine.
  package static func < (left: Path, right: Path) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }

  static let slash = UInt8(ascii: "/")
  static let dot = UInt8(ascii: ".")

  private var lengthWithoutTrailingSlashes: Int {
    var end = bytes.count
    while end > 1, bytes[end - 1] == Path.slash { end -= 1 }
    return end
  }
}

/// What can stand where a path is wanted: a `Path`, or a `String`.
package protocol PathConvertible {
  var asPath: Path { get }
}

extension Path: PathConvertible {
  package var asPath: Path { self }
}

extension String: PathConvertible {
  package var asPath: Path { Path(self) }
}
