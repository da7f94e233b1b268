import Curation
import Foundation
import Platform

/// Turns files that are no text into text, by the programs of the settings, under limits.
package struct DocumentConverter: Sendable {
  /// What became of a file.
  package enum Outcome: Sendable {
    /// It needs no converter.
    case asItIs
    case converted(name: String, bytes: Data)
    case refused(RejectionReason)
  }

  /// What a program may use.
  package struct Limits: Sendable {
    package var time = Duration.seconds(120)
    /// Address space; Haskell's runtime reserves a terabyte that it never touches, so pandoc is told on its own line.
    package var memory = 4 << 30
    /// Processes and threads that it may add to those of this user.
    package var processes = 64

    package init() {}
  }

  private let table: ConverterTable
  private let limits: Limits
  private let outputBytes: Int
  private let search: [String]

  /// Converters inside one another, such as `.pdf.gz`.
  private static let mostSteps = 3
  /// Programs that reserve address space without bound, and a flag that bounds what they use of it.
  private static let runtimeFlags = ["pandoc": ["+RTS", "-M1g", "-RTS"]]

  /// - Parameters:
  ///   - outputBytes: of the text; more is refused.
  ///   - search: folders for programs without a slash.
  package init(
    _ table: ConverterTable, outputBytes: Int, limits: Limits = Limits(),
    search: [String] = DocumentConverter.path(ProcessInfo.processInfo.environment)
  ) {
    self.table = table
    self.outputBytes = outputBytes
    self.limits = limits
    self.search = search
  }

  package static func path(_ environment: [String: String]) -> [String] {
    (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").map(String.init)
  }

  /// Where a program is, `nil` where it is not installed.
  package func locate(_ program: String) -> String? {
    if program.contains("/") { return FileManager.default.isExecutableFile(atPath: program) ? program : nil }
    return search.map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Whether all programs that a file of this name needs are installed.
  package func isReady(for name: String) -> Bool {
    var name = name
    for _ in 0..<Self.mostSteps {
      let ending = DocumentReaders.pathExtension(name)
      guard let program = table.commands[ending]?.first else { return true }
      guard locate(program) != nil else { return false }
      name = table.name(of: name, ending: ending)
    }
    return true
  }

  package func convert(_ name: String, _ bytes: Data, shouldStop: () -> Bool = { false }) -> Outcome {
    var (name, bytes) = (name, bytes)
    var steps = 0
    while let command = table.commands[DocumentReaders.pathExtension(name)], let program = command.first {
      guard steps < Self.mostSteps else {
        return .refused(
          RejectionReason(.converterFailed, detail: "more than \(Self.mostSteps) converters after one another"))
      }
      let ending = DocumentReaders.pathExtension(name)
      guard let path = locate(program) else {
        let package = ConverterTable.package(for: program)
        return .refused(
          RejectionReason(
            .converterMissing,
            detail: "\(program) is not installed; install the package \(package), and the file is read by itself"))
      }
      switch run(command, at: path, ending: ending, bytes, shouldStop) {
      case .success(let text): bytes = text
      case .failure(let failure): return .refused(failure.reason)
      }
      name = table.name(of: name, ending: ending)
      steps += 1
    }
    return steps == 0 ? .asItIs : .converted(name: name, bytes: bytes)
  }

  private struct Failure: Error { let reason: RejectionReason }

  private func run(
    _ command: [String], at path: String, ending: String, _ bytes: Data, _ shouldStop: () -> Bool
  ) -> Result<Data, Failure> {
    let program = command[0].split(separator: "/").last.map(String.init) ?? command[0]
    func failed(_ detail: String) -> Result<Data, Failure> {
      .failure(Failure(reason: RejectionReason(.converterFailed, detail: "\(program): \(detail)")))
    }
    var file: URL?
    defer { if let file { try? FileManager.default.removeItem(at: file) } }
    var arguments = [path] + (Self.runtimeFlags[program] ?? []) + command.dropFirst()
    if arguments.contains(ConverterTable.fileMark) {
      let url = FileManager.default.temporaryDirectory.appendingPathComponent("stet-\(UUID().uuidString).\(ending)")
      guard FileManager.default.createFile(atPath: url.path, contents: bytes, attributes: [.posixPermissions: 0o600])
      else { return failed("\(url.path) cannot be written") }
      file = url
      arguments = arguments.map { $0 == ConverterTable.fileMark ? url.path : $0 }
    }
    arguments = bounded(arguments, hasMemoryBound: Self.runtimeFlags[program] == nil)
    var child = ChildProcess.Limits(timeout: limits.time)
    child.keptBytes = outputBytes
    child.endsGroup = true
    child.stopsWhenFull = true
    do {
      let result = try ChildProcess.run(
        arguments, environment: ["PATH": search.joined(separator: ":"), "LC_ALL": "C.UTF-8"],
        input: file == nil ? bytes : Data(), limits: child, isCancelled: shouldStop)
      if result.isCut { return failed("its text has more than \(outputBytes) bytes") }
      switch result.outcome {
      case .exited(0): return .success(result.standardOutput)
      case .exited(let code):
        return failed("exit code \(code)" + (result.lastErrorLine.map { ", \($0.prefix(120))" } ?? ""))
      case .killed(let signal): return failed("ended by signal \(signal)")
      case .timedOut, .cancelled: return failed("not done within \(limits.time)")
      }
    } catch {
      return failed("\(error)")
    }
  }

  /// The program behind `prlimit` (util-linux), which bounds it before it starts; without that program time and output
  /// are bounded all the same.
  private func bounded(_ arguments: [String], hasMemoryBound: Bool) -> [String] {
    guard let prlimit = locate("prlimit") else { return arguments }
    var bounds = ["--core=0", "--cpu=\(Int(limits.time / .seconds(1)) + 1)"]
    if hasMemoryBound { bounds.append("--as=\(limits.memory)") }
    if let tasks = try? ProcessLimits.tasksOfThisUser() { bounds.append("--nproc=\(tasks + limits.processes)") }
    return [prlimit] + bounds + arguments
  }
}

extension Curator {
  /// Reads a document, by way of a converter where its ending needs one.
  /// - Parameter shouldStop: ends the converter, which has failed then.
  package func curate(
    name: String, bytes: Data, through converter: DocumentConverter?, shouldStop: () -> Bool = { false }
  ) -> CurationVerdict {
    switch converter?.convert(name, bytes, shouldStop: shouldStop) ?? .asItIs {
    case .asItIs: curate(name: name, bytes: bytes)
    case .converted(let name, let bytes): curate(name: name, bytes: bytes)
    case .refused(let reason): CurationVerdict(state: .rejected(reason))
    }
  }
}
