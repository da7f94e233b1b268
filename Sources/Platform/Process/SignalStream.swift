import Dispatch
import Foundation

/// Signals as values, so that a handler is ordinary code.
package enum SignalStream {
  /// The numbers of `signals` as they arrive. From the return of this call on they no longer end the process; a
  /// signal that comes twice before it is read can arrive once. Ending the stream stops the delivery.
  package static func signals(_ signals: [Int32]) -> AsyncStream<Int32> {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    let queue = DispatchQueue(label: "stet.signals")
    let sources = signals.map { number in
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { continuation.yield(number) }
      // Until the source is registered the signal would still do what it does by default.
      let registered = DispatchSemaphore(value: 0)
      source.setRegistrationHandler { registered.signal() }
      source.activate()
      registered.wait()
      return source
    }
    // Dispatch's sources are safe to use from any thread; their Swift types do not say so.
    nonisolated(unsafe) let kept = sources
    continuation.onTermination = { _ in
      for source in unsafe kept { source.cancel() }
    }
    return stream
  }
}
