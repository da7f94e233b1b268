/// What can go wrong between a parser and its bytes.
package enum StreamFault: Error, Hashable, Sendable {
  case truncated(at: Int, needed: Int)
  case unreadable(String)
}

/// The bytes of one file from its first to its last, read forward only.
///
/// Every request is checked against the file's size before anything is allocated or read, so that no length a file
/// declares can ask for more memory than the file has bytes.
package struct ByteStream {
  /// Bytes in the file.
  package let size: Int
  /// Offset in the file of the next byte.
  package private(set) var position = 0
  private var window: [UInt8]
  private var next = 0
  private let fill: (_ atMost: Int) throws -> [UInt8]

  private static let chunk = 1 << 20

  package init(_ bytes: [UInt8]) {
    size = bytes.count
    window = bytes
    fill = { _ in [] }
  }

  /// - Parameter fill: the next bytes, at most as many as asked for; none at the end.
  package init(size: Int, fill: @escaping (_ atMost: Int) throws -> [UInt8]) {
    self.size = size
    window = []
    self.fill = fill
  }

  package var remaining: Int { size - position }

  /// A little-endian integer.
  package mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(StreamFault) -> T {
    let width = T.bitWidth / 8
    try require(width)
    var value: T = 0
    for i in 0..<width { value |= T(truncatingIfNeeded: window[next + i]) << T(8 * i) }
    advance(width)
    return value
  }

  /// `count` bytes as text; `nil` where they are not UTF-8.
  package mutating func text(_ count: Int) throws(StreamFault) -> String? {
    try require(count)
    let text = String(validating: window[next..<next + count], as: UTF8.self)
    advance(count)
    return text
  }

  /// The next `count` bytes.
  package mutating func bytes(_ count: Int) throws(StreamFault) -> [UInt8] {
    guard count >= 0, count <= remaining else { throw .truncated(at: position, needed: count) }
    var out: [UInt8] = []
    out.reserveCapacity(count)
    let held = min(count, window.count - next)
    out.append(contentsOf: window[next..<next + held])
    advance(held)
    while out.count < count {
      let more = try filled(count - out.count)
      guard !more.isEmpty else { throw .truncated(at: position, needed: count - out.count) }
      out.append(contentsOf: more)
      position += more.count
    }
    return out
  }

  /// Passes over `count` bytes, reading them.
  package mutating func skip(_ count: Int) throws(StreamFault) {
    guard count >= 0, count <= remaining else { throw .truncated(at: position, needed: count) }
    var left = count
    while left > 0 {
      let step = min(left, Self.chunk)
      try require(step)
      advance(step)
      left -= step
    }
  }

  /// Makes `count` bytes available in the window.
  private mutating func require(_ count: Int) throws(StreamFault) {
    guard count >= 0, count <= remaining else { throw .truncated(at: position, needed: count) }
    guard window.count - next < count else { return }
    window.removeFirst(next)
    next = 0
    while window.count < count {
      let more = try filled(max(Self.chunk, count - window.count))
      guard !more.isEmpty else { throw .truncated(at: position, needed: count) }
      window.append(contentsOf: more)
    }
  }

  private func filled(_ atMost: Int) throws(StreamFault) -> [UInt8] {
    do { return try fill(atMost) } catch { throw .unreadable(String(describing: error)) }
  }

  private mutating func advance(_ count: Int) {
    next += count
    position += count
  }
}
