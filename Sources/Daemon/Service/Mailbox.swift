import Foundation
import ReplayStore
import Synchronization

/// Everything that can happen to the service, one after another.
final class Mailbox: Sendable {
  enum Message: Sendable {
    case tick
    case signal(ServiceSignal)
    case hint(FolderWatch.Hint)
    case scanned(IntakeReport, IntakeService.Scope, took: Duration)
    case roundEnded(RoundTrigger, Result<RoundResult?, any Error>)
    case moveEnded(Request, Result<String, any Error>)
  }

  /// For one reader.
  let messages: AsyncStream<Message>
  private let continuation: AsyncStream<Message>.Continuation
  private let waiting = Mutex(Waiting())

  /// What is in the box once at most, since a second one would say nothing new.
  private struct Waiting {
    var tick = false
    var change = false
  }

  init() { (messages, continuation) = AsyncStream.makeStream() }

  func send(_ message: Message) {
    let isNew = waiting.withLock { waiting in
      switch message {
      case .tick:
        defer { waiting.tick = true }
        return !waiting.tick
      case .hint(.changed):
        defer { waiting.change = true }
        return !waiting.change
      case .signal, .hint, .scanned, .roundEnded, .moveEnded: return true
      }
    }
    if isNew { continuation.yield(message) }
  }

  /// The reader has `message`: one like it may come again.
  func took(_ message: Message) {
    waiting.withLock { waiting in
      switch message {
      case .tick: waiting.tick = false
      case .hint(.changed): waiting.change = false
      case .signal, .hint, .scanned, .roundEnded, .moveEnded: return
      }
    }
  }
}

/// Whether the process was told to end; asked from every thread.
final class StopFlag: Sendable {
  private let state = Atomic(false)

  var isSet: Bool { state.load(ordering: .acquiring) }

  func set() { state.store(true, ordering: .releasing) }
}
