import Foundation
import Glibc
import Platform
import Synchronization

/// One planned fault, at the step-th of the calls that it counts: the file system's and SQLite's alike.
package final class FaultPlan: Sendable {
  package enum Fault: Sendable, Hashable {
    /// The call fails with this `errno`, and so do later ones where `sticky`.
    case error(Int32, sticky: Bool)
    /// As if the program were killed before the call, inside a test's process: nothing reaches the disk afterwards.
    case kill
    /// The process gets SIGKILL before the call.
    case die
  }

  /// Which calls are counted and can fail.
  package enum Scope: Int, Comparable, Sendable, CaseIterable {
    /// `write` and `synchronize`.
    case writes
    /// All that can change something or wait for the disk.
    case changes
    /// These and `read`.
    case reads
    case everything

    package static func < (a: Scope, b: Scope) -> Bool { a.rawValue < b.rawValue }
  }

  package struct Killed: Error {}

  private struct State {
    var count = 0
    var calls: [String] = []
    var isKilled = false
    var isMended = false
  }

  private let step: Int
  private let fault: Fault
  let scope: Scope
  /// Every call is appended to it as it is counted, so that it is there when the process dies.
  private let trace: OpenFile?
  private let state = Mutex(State())

  /// - Parameters:
  ///   - step: 1 is the first call.
  ///   - trace: a file that gets a line for each call that is counted.
  package init(step: Int, fault: Fault, in scope: Scope, trace: Path?) throws {
    self.step = step
    self.fault = fault
    self.scope = scope
    self.trace = try trace.map { try LocalFileSystem().open($0, for: .append(mode: 0o600)) }
  }

  /// - Parameter step: 1 is the first call.
  package init(step: Int, fault: Fault, in scope: Scope = .changes) {
    self.step = step
    self.fault = fault
    self.scope = scope
    trace = nil
  }

  /// The calls made so far, by name.
  package var calls: [String] { state.withLock { $0.calls } }

  /// From now on every call succeeds: the disk has space again.
  package func mend() { state.withLock { $0.isMended = true } }

  /// Undoes `mend`: the plan holds again.
  package func fill() { state.withLock { $0.isMended = false } }

  /// Counts a call, and fails it or ends the process where its turn has come.
  /// - Throws: `PlatformError` or `Killed`.
  package func pass(_ call: String, _ path: Path, _ kind: Scope = .changes) throws {
    guard kind <= scope else { return }
    try state.withLock { state in
      if state.isKilled { throw Killed() }
      if state.isMended { return }
      state.count += 1
      if let trace {
        let line = Array("\(call) \(path)\n".utf8)
        try? unsafe LocalFileSystem().writeAll(line.span.bytes, to: trace)
      } else {
        state.calls.append(call)
      }
      switch fault {
      case .kill where state.count == step:
        state.isKilled = true
        throw Killed()
      case .die where state.count == step:
        Glibc.kill(getpid(), SIGKILL)
        // The signal is on its way to this very process: nothing is done meanwhile.
        while true { pause() }
      case .error(let code, let sticky) where state.count == step || (sticky && state.count > step):
        throw PlatformError(path: path, operation: call, code: code)
      case .kill, .die, .error: break
      }
    }
  }
}

extension FaultPlan {
  /// A plan as text: `die@17`, `ENOSPC@17` once, `ENOSPC@17+` from then on; `/reads` behind it widens what is counted.
  package struct Text: Hashable, Sendable, CustomStringConvertible {
    package var fault: Fault
    package var step: Int
    package var scope = Scope.changes

    package init(_ fault: Fault, step: Int, scope: Scope = .changes) {
      self.fault = fault
      self.step = step
      self.scope = scope
    }

    /// `nil` where the text is no plan.
    package init?(_ text: String) {
      let halves = text.split(separator: "/", omittingEmptySubsequences: false)
      let parts = halves[0].split(separator: "@", omittingEmptySubsequences: false)
      guard parts.count == 2, halves.count <= 2 else { return nil }
      let sticky = parts[1].hasSuffix("+")
      guard let step = Int(sticky ? parts[1].dropLast() : parts[1]), step > 0 else { return nil }
      switch String(parts[0]) {
      case "die": fault = .die
      case let name:
        guard let code = Text.codes[name] else { return nil }
        fault = .error(code, sticky: sticky)
      }
      self.step = step
      if halves.count == 2 {
        guard let scope = Scope.allCases.first(where: { "\($0)" == halves[1] }) else { return nil }
        self.scope = scope
      }
    }

    private static let codes: [String: Int32] = ["ENOSPC": ENOSPC, "EIO": EIO, "EDQUOT": EDQUOT]

    package var description: String {
      let suffix = scope == .changes ? "" : "/\(scope)"
      switch fault {
      case .die, .kill: return "die@\(step)\(suffix)"
      case .error(let code, let sticky):
        let name = Text.codes.first { $0.value == code }?.key ?? "EIO"
        return "\(name)@\(step)\(sticky ? "+" : "")\(suffix)"
      }
    }
  }
}

extension FaultPlan: DatabaseObserver {
  package func database(_ call: DatabaseCall, on path: Path) throws {
    switch call {
    case .open(let creates): if creates { try pass("db-open", path) }
    case .write: try pass("db-write", path, .writes)
    case .synchronize: try pass("db-fsync", path, .writes)
    case .truncate: try pass("db-truncate", path)
    case .delete: try pass("db-unlink", path)
    case .grow: try pass("db-grow", path)
    case .read: try pass("db-read", path, .reads)
    }
  }
}
