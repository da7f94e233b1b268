/// The signals that the daemon listens to, by Linux's numbers (signal(7)).
package enum ServiceSignal: Int32, CaseIterable, Sendable {
  /// Reads the settings again.
  case hangUp = 1
  case interrupt = 2
  case terminate = 15

  /// For `SignalStream.signals`.
  package static var numbers: [Int32] { allCases.map(\.rawValue) }
}
