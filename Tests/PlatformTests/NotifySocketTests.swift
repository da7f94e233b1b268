import Foundation
import Glibc
import Platform
import TestSupport
import Testing

@Suite("Telling the service manager")
struct NotifySocketTests {
  /// A datagram socket as systemd has one, bound to the bytes of an address.
  private final class Manager {
    let descriptor: Int32

    init(address bytes: [UInt8]) throws {
      descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      let offset = try #require(MemoryLayout<sockaddr_un>.offset(of: \.sun_path))
      let length = socklen_t(offset + bytes.count)
      let code = unsafe withUnsafeMutableBytes(of: &address) { raw in
        unsafe UnsafeMutableRawBufferPointer(rebasing: raw[offset...]).copyBytes(from: bytes)
        guard let base = raw.baseAddress else { return Int32(-1) }
        return unsafe bind(descriptor, base.assumingMemoryBound(to: sockaddr.self), length)
      }
      try #require(code == 0)
    }

    deinit { close(descriptor) }

    /// The next datagram; it is there already, because sending has returned.
    func next() -> String {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }
  }

  @Test("each message is one datagram, to a path and to an abstract name", arguments: [false, true])
  func messages(isAbstract: Bool) throws {
    try withTemporaryDirectory { directory in
      let name = isAbstract ? "@stet-test-\(UUID().uuidString)" : directory.path + "/notify"
      let manager = try Manager(address: isAbstract ? [0] + name.utf8.dropFirst() : Array(name.utf8))
      let socket = NotifySocket(environment: ["NOTIFY_SOCKET": name])
      #expect(socket.isListening)
      try socket.ready()
      #expect(manager.next() == "READY=1")
      try socket.status("training\nREADY=0")
      #expect(manager.next() == "STATUS=training\\nREADY=0")
      try socket.watchdog()
      #expect(manager.next() == "WATCHDOG=1")
      try socket.reloading()
      #expect(manager.next().hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
      try socket.stopping()
      #expect(manager.next() == "STOPPING=1")
      #expect(manager.next() == "")
    }
  }

  @Test("without a service manager nothing happens, and one that is gone is an error")
  func absent() throws {
    for environment in [[:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "relative"]] {
      let socket = NotifySocket(environment: environment)
      #expect(!socket.isListening)
      try socket.ready()
    }
    try withTemporaryDirectory { directory in
      let gone = NotifySocket(environment: ["NOTIFY_SOCKET": directory.path + "/none"])
      #expect(throws: PlatformError.self) { try gone.ready() }
      let long = NotifySocket(environment: ["NOTIFY_SOCKET": "/" + String(repeating: "n", count: 108)])
      #expect(throws: PlatformError.self) { try long.ready() }
    }
  }

  @Test("the watchdog counts only where it is for this process and a number")
  func watchdog() {
    func interval(_ environment: [String: String]) -> Duration? {
      NotifySocket(environment: environment, processIdentifier: 42).watchdogInterval
    }
    #expect(interval(["WATCHDOG_USEC": "30000000"]) == .seconds(30))
    #expect(interval(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "42"]) == .seconds(30))
    #expect(interval(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "43"]) == nil)
    #expect(interval(["WATCHDOG_USEC": "0"]) == nil)
    #expect(interval(["WATCHDOG_USEC": "soon"]) == nil)
    #expect(interval([:]) == nil)
  }
}
