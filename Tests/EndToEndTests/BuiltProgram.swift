import Foundation
import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

/// The programs that were built beside these tests.
enum BuiltProgram: String {
  case stet
  /// The same over a disk that fails or dies as `STET_FAULT` says.
  case faultyStet = "FaultyStet"
  /// Feeds changed files to parsers.
  case fuzz = "Fuzz"

  var path: String {
    get throws {
      let program = try LocalFileSystem().readSymbolicLink(Path("/proc/self/exe"))
      let folder = program.parent.appending(rawValue)
      if try LocalFileSystem().exists(folder) { return folder.description }
      // A helper of the package manager runs the tests and is told where they are.
      let arguments = CommandLine.arguments
      let place = try #require(arguments.firstIndex(of: "--test-bundle-path"), "no \(rawValue) beside \(program)")
      return Path(arguments[place + 1]).parent.appending(rawValue).description
    }
  }

  /// Runs it to its end, with nothing of this process's environment but what programs need.
  func run(_ arguments: [String], environment: [String: String] = [:], seconds: Int = 300) async throws -> ChildResult {
    try await Self.run([try path] + arguments, environment: environment, seconds: seconds)
  }

  /// Waits on a thread of its own: those of Swift's tasks are few, and other tests want them.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], seconds: Int = 300
  ) async throws -> ChildResult {
    let all = Self.environment.merging(environment) { $1 }
    return try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Result {
            try ChildProcess.run(arguments, environment: all, limits: .init(timeout: .seconds(seconds)))
          })
      }
    }
  }

  static let environment: [String: String] = {
    let kept = ["PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "OPENBLAS_CORETYPE"]
    return ProcessInfo.processInfo.environment.filter { kept.contains($0.key) }
  }()
}

/// A `stet run` in a process of its own, and the service manager that it talks to.
final class RunningDaemon {
  let process: Process
  let manager: NotifyManager
  private let errors: URL

  /// - Parameter home: with `State` and `Watch`.
  init(_ home: Home, name: String = "daemon", more: [String] = [], rows: FileHandle = .nullDevice) throws {
    process = Process()
    manager = try NotifyManager(path: home.folder.path + "/\(name).socket")
    errors = home.folder.appendingPathComponent("\(name).stderr")
    try Data().write(to: errors)
    process.executableURL = URL(fileURLWithPath: try BuiltProgram.stet.path)
    process.arguments = ["run"] + home.places + more
    process.environment = BuiltProgram.environment.merging(["NOTIFY_SOCKET": manager.path]) { $1 }
    process.standardOutput = rows
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var prose: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

  private let said = Mutex<[String]>([])

  /// Everything that the service manager was told so far.
  var messages: [String] {
    said.withLock {
      $0 += manager.messages()
      return $0
    }
  }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits for the end.
  func end() async throws -> Int32 {
    try await eventually("the daemon does not end: \(prose)") { !process.isRunning }
    return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }
}
