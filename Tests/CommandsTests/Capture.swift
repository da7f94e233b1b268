import Commands
import Foundation
import Platform
import Synchronization

/// A run of the program inside the test's process.
struct Run {
  let code: ExitCode
  let output: String
  let prose: String

  /// The objects of the output, one a line.
  func objects() throws -> [[String: Any]] {
    try output.split(separator: "\n").map { line in
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
    }
  }

  /// The one object of the output.
  func object() throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] ?? [:]
  }
}

/// Runs `stet` with these arguments.
func stet(
  _ arguments: String..., environment: [String: String] = [:], verbs: [any Verb] = VerbRegistry.all
) async -> Run {
  await stet(arguments, environment: environment, verbs: verbs)
}

/// Runs `stet` with these arguments.
func stet(
  _ arguments: [String], environment: [String: String] = [:], verbs: [any Verb] = VerbRegistry.all
) async -> Run {
  final class Text: Sendable {
    let data = Mutex(Data())
    var string: String { data.withLock { String(decoding: $0, as: UTF8.self) } }
  }
  let (rows, prose) = (Text(), Text())
  let output = Output(
    rows: { data in rows.data.withLock { $0.append(data) } }, prose: { data in prose.data.withLock { $0.append(data) } }
  )
  let surroundings = Surroundings(
    environment: environment, now: { Date(timeIntervalSince1970: 1_700_000_000) }, fileSystem: LocalFileSystem())
  let code = await Program(verbs: verbs, output: output, surroundings: surroundings).run(arguments)
  return Run(code: code, output: rows.string, prose: prose.string)
}

extension URL {
  /// Writes a file below this folder and returns its path.
  @discardableResult
  func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
    let url = appendingPathComponent(name)
    try Data(text.utf8).write(to: url)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
    return url.path
  }
}
