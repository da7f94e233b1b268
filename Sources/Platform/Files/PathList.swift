/// Many paths in little memory: their bytes lie one after another.
package struct PathList: RandomAccessCollection, Sendable {
  private var bytes: [UInt8] = []
  /// Where each path ends.
  private var ends: [Int] = []

  package init() {}

  package init(_ paths: some Sequence<Path>) {
    for path in paths { append(path) }
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { ends.count }

  package subscript(index: Int) -> Path {
    Path(bytes: Array(bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]))
  }

  package mutating func append(_ path: Path) {
    bytes.append(contentsOf: path.bytes)
    ends.append(bytes.count)
  }
}
