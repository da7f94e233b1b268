import Foundation
import Glibc

/// Tells systemd how the service is doing (sd_notify(3)): one datagram a message. Does nothing where no one asked.
package struct NotifySocket: Sendable {
  /// The bytes of the address: a path, or a NUL and an abstract name.
  private let address: [UInt8]?
  private let name: String
  /// How long the service manager waits for `watchdog()` before it restarts the service; call it at half of this, from
  /// progress. `nil` where it does not watch.
  package let watchdogInterval: Duration?

  /// - Parameter environment: of this process; `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` count.
  package init(environment: [String: String], processIdentifier: Int32 = getpid()) {
    name = environment["NOTIFY_SOCKET"] ?? ""
    let bytes = Array(name.utf8)
    switch bytes.first {
    case UInt8(ascii: "@"): address = [0] + bytes.dropFirst()
    case UInt8(ascii: "/"): address = bytes
    case nil, .some: address = nil
    }
    let isForUs = environment["WATCHDOG_PID"].map { Int32($0) == processIdentifier } ?? true
    let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) }
    watchdogInterval = isForUs ? microseconds.flatMap { $0 > 0 ? .microseconds($0) : nil } : nil
  }

  /// Whether a service manager listens.
  package var isListening: Bool { address != nil }

  /// The first scan is done; documents are taken in.
  package func ready() throws { try send("READY=1") }

  /// One line that `systemctl status` shows.
  package func status(_ text: String) throws { try send("STATUS=" + TerminalText.escaped(text)) }

  /// Settings are being read again; `ready()` ends it.
  package func reloading() throws {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    try send("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
  }

  package func stopping() throws { try send("STOPPING=1") }

  package func watchdog() throws { try send("WATCHDOG=1") }

  private func send(_ message: String) throws {
    guard let address else { return }
    var target = sockaddr_un()
    target.sun_family = sa_family_t(AF_UNIX)
    let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
    let capacity = MemoryLayout<sockaddr_un>.size - offset
    guard address.count < capacity else {
      throw PlatformError(
        path: name, operation: "notify the service manager", code: ENAMETOOLONG,
        remedy: "A socket's name has at most \(capacity - 1) bytes.")
    }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else {
      throw PlatformError(path: name, operation: "notify the service manager", code: errno)
    }
    defer { close(descriptor) }
    let bytes = Array(message.utf8)
    // An abstract name has no terminator: its length is the address's.
    let length = socklen_t(offset + address.count)
    let sent = unsafe withUnsafeMutableBytes(of: &target) { raw in
      unsafe UnsafeMutableRawBufferPointer(rebasing: raw[offset...]).copyBytes(from: address)
      guard let base = raw.baseAddress else { return -1 }
      let socketAddress = unsafe base.assumingMemoryBound(to: sockaddr.self)
      return unsafe sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), socketAddress, length)
    }
    guard sent == bytes.count else {
      throw PlatformError(
        path: name, operation: "notify the service manager", code: errno,
        remedy: "Is NotifyAccess= set in the unit? The service goes on without.")
    }
  }
}
