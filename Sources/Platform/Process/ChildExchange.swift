import Foundation
import Glibc

/// Feeds a child, reads what it says, and sees to its end.
struct ChildExchange {
  /// The life of a child, seen from here.
  private enum Phase {
    case running
    /// Asked to end, for that reason.
    case asked(ChildResult.Outcome, killAt: ContinuousClock.Instant)
    /// Made to end.
    case killed(ChildResult.Outcome)
  }

  private struct Reader {
    let stream: ChildProcess.Stream
    var file: OpenFile?
    var kept = Data()
    var line: [UInt8] = []
  }

  /// Milliseconds between looks at the child and at the caller.
  private static let tick: Int32 = 50
  /// How long a grandchild that keeps our pipe open is listened to after the child has ended.
  private static let afterlife = Duration.milliseconds(500)

  private let identifier: pid_t
  private let limits: ChildProcess.Limits
  private var phase = Phase.running
  private var readers: [Reader]
  private var input: OpenFile?
  private var pendingInput: Data
  private var isCut = false
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  init(child: ChildSpawn, input: Data, limits: ChildProcess.Limits) {
    identifier = child.identifier
    self.limits = limits
    readers = [Reader(stream: .output, file: child.output), Reader(stream: .error, file: child.error)]
    self.input = child.input
    pendingInput = input
    for file in [child.output, child.error, child.input] {
      if let file { _ = fcntl(file.descriptor, F_SETFL, O_NONBLOCK) }
    }
  }

  mutating func finish(
    isCancelled: () -> Bool, onLine: (ChildProcess.Stream, String) -> Void
  ) -> ChildResult {
    let clock = ContinuousClock()
    let deadline = clock.now + limits.timeout
    var ended: (status: Int32, listenUntil: ContinuousClock.Instant)?
    while true {
      exchange(onLine: onLine)
      if ended == nil, let status = reap() { ended = (status, clock.now + ChildExchange.afterlife) }
      let isSilent = readers.allSatisfy { $0.file == nil }
      if let ended, isSilent || clock.now >= ended.listenUntil {
        // What the child started and left behind.
        if limits.endsGroup { kill(-identifier, SIGKILL) }
        for index in readers.indices { endLine(index, onLine) }
        return ChildResult(
          outcome: outcome(ended.status), standardOutput: readers[0].kept, standardError: readers[1].kept, isCut: isCut)
      }
      if ended == nil { advance(now: clock.now, deadline: deadline, isCancelled: isCancelled()) }
    }
  }

  private mutating func advance(now: ContinuousClock.Instant, deadline: ContinuousClock.Instant, isCancelled: Bool) {
    switch phase {
    case .running:
      guard isCancelled || now >= deadline || (limits.stopsWhenFull && isCut) else { return }
      signal(SIGTERM)
      phase = .asked(isCancelled ? .cancelled : .timedOut, killAt: now + limits.grace)
    case .asked(let reason, let killAt):
      guard now >= killAt else { return }
      signal(SIGKILL)
      phase = .killed(reason)
    case .killed:
      return
    }
  }

  private func signal(_ number: Int32) { kill(limits.endsGroup ? -identifier : identifier, number) }

  private func outcome(_ status: Int32) -> ChildResult.Outcome {
    switch phase {
    case .asked(let reason, _), .killed(let reason): reason
    case .running: status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
    }
  }

  /// The child's status once it has ended. Its number stays ours until then, so a signal cannot hit another process.
  private func reap() -> Int32? {
    var status: Int32 = 0
    let result = unsafe waitpid(identifier, &status, WNOHANG)
    if result == identifier { return status }
    // Somebody else waited for it: how it ended is lost, that it ended is not.
    return result < 0 && errno == ECHILD ? 0 : nil
  }

  /// Waits at most a tick for something to read or write, and does it.
  private mutating func exchange(onLine: (ChildProcess.Stream, String) -> Void) {
    var polled: [pollfd] = readers.map { pollfd(fd: $0.file?.descriptor ?? -1, events: Int16(POLLIN), revents: 0) }
    polled.append(pollfd(fd: input?.descriptor ?? -1, events: Int16(POLLOUT), revents: 0))
    let isSilent = readers.allSatisfy { $0.file == nil }
    // With nothing to read the child is about to end: look soon.
    guard unsafe poll(&polled, nfds_t(polled.count), isSilent ? 2 : ChildExchange.tick) > 0 else { return }
    for index in readers.indices where polled[index].revents != 0 { read(index, onLine) }
    if polled[readers.count].revents != 0 { feed() }
  }

  private mutating func feed() {
    guard let file = input else { return }
    let count = unsafe pendingInput.withUnsafeBytes {
      unsafe send(file.descriptor, $0)
    }
    if let count { pendingInput = pendingInput.dropFirst(count) }
    if count == nil || pendingInput.isEmpty {
      file.close()
      input = nil
    }
  }

  /// Bytes written, `nil` where the child no longer reads: for a pipe that is a signal, which must not end this process.
  private func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int? {
    var pipeSignal = sigset_t()
    unsafe sigemptyset(&pipeSignal)
    unsafe sigaddset(&pipeSignal, SIGPIPE)
    var previous = sigset_t()
    unsafe pthread_sigmask(SIG_BLOCK, &pipeSignal, &previous)
    let count = unsafe write(descriptor, bytes.baseAddress, bytes.count)
    let code = errno
    if count < 0, code == EPIPE {
      var immediately = timespec()
      unsafe sigtimedwait(&pipeSignal, nil, &immediately)
    }
    unsafe pthread_sigmask(SIG_SETMASK, &previous, nil)
    if count >= 0 { return count }
    return code == EAGAIN || code == EINTR ? 0 : nil
  }

  private mutating func read(_ index: Int, _ onLine: (ChildProcess.Stream, String) -> Void) {
    guard let file = readers[index].file else { return }
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe Glibc.read(file.descriptor, $0.baseAddress, $0.count)
    }
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    guard count > 0 else {
      file.close()
      readers[index].file = nil
      return
    }
    let bytes = buffer[..<count]
    let room = max(0, limits.keptBytes - readers[index].kept.count)
    if count > room { isCut = true }
    readers[index].kept.append(contentsOf: bytes.prefix(room))
    for byte in bytes {
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        endLine(index, onLine)
      } else if readers[index].line.count < limits.keptBytes {
        readers[index].line.append(byte)
      }
    }
  }

  private mutating func endLine(_ index: Int, _ onLine: (ChildProcess.Stream, String) -> Void) {
    guard !readers[index].line.isEmpty else { return }
    onLine(readers[index].stream, String(decoding: readers[index].line, as: UTF8.self))
    readers[index].line.removeAll(keepingCapacity: true)
  }
}
