import Foundation
import Glibc
import Platform

/// A datagram socket as systemd has one.
package final class NotifyManager: Sendable {
  package let path: String
  private let descriptor: Int32

  package init(path: String) throws {
    self.path = path
    descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
    let bytes = Array(path.utf8)
    let length = socklen_t(offset + bytes.count)
    let code = unsafe withUnsafeMutableBytes(of: &address) { raw in
      unsafe UnsafeMutableRawBufferPointer(rebasing: raw[offset...]).copyBytes(from: bytes)
      guard let base = raw.baseAddress else { return Int32(-1) }
      return unsafe bind(descriptor, base.assumingMemoryBound(to: sockaddr.self), length)
    }
    guard code == 0 else { throw PlatformError(path: path, operation: "bind", code: errno) }
  }

  deinit { close(descriptor) }

  /// What has come since the last call, oldest first.
  package func messages() -> [String] {
    var messages: [String] = []
    while true {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      guard count > 0 else { return messages }
      messages.append(String(decoding: buffer[..<count], as: UTF8.self))
    }
  }

  package func socket(watchdog: Duration? = nil) -> NotifySocket {
    var environment = ["NOTIFY_SOCKET": path]
    if let watchdog { environment["WATCHDOG_USEC"] = String(Int(watchdog / .microseconds(1))) }
    return NotifySocket(environment: environment)
  }
}
