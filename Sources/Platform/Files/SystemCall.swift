import Foundation
import Glibc

/// How this module calls the system: a negative result throws what `errno` says, an interrupted call is made again.
enum SystemCall {
  /// - Parameter path: names the file in the error.
  @discardableResult
  static func check<Result: SignedInteger>(
    _ operation: String, _ path: Path, _ body: () throws -> Result
  ) throws -> Result {
    while true {
      let result = try body()
      if result >= 0 { return result }
      let code = errno
      if code == EINTR { continue }
      throw PlatformError(path: path, operation: operation, code: code)
    }
  }

  /// - Parameter body: gets the path as a C string, alive during the call.
  @discardableResult
  static func check<Result: SignedInteger>(
    _ operation: String, named path: Path, _ body: (UnsafePointer<CChar>) throws -> Result
  ) throws -> Result {
    try unsafe withName(operation, path) { name in
      try check(operation, path) { try unsafe body(name) }
    }
  }

  /// A path with a NUL inside would name another file to the kernel than to us: it is refused (`EINVAL`).
  static func withName<Result>(
    _ operation: String, _ path: Path, _ body: (UnsafePointer<CChar>) throws -> Result
  ) throws -> Result {
    guard !path.bytes.contains(0) else {
      throw PlatformError(path: path, operation: operation, code: EINVAL, remedy: "Its name holds a NUL; rename it.")
    }
    var name = path.bytes
    name.append(0)
    return try unsafe name.withUnsafeBufferPointer { buffer in
      try unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
        guard let base = characters.baseAddress else { preconditionFailure("a terminated name is never empty") }
        return try unsafe body(base)
      }
    }
  }
}

extension PlatformError {
  static func tooLarge(_ path: Path, limit: Int) -> PlatformError {
    PlatformError(
      path: path, operation: "read whole", code: EFBIG, remedy: "The limit is \(limit) bytes; is this the right file?")
  }
}
