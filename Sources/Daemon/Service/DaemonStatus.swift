import Foundation
import Platform

/// What the daemon says about itself in `State/daemon.json`, for `stet status`. Whether it still runs, the lock tells.
package struct DaemonStatus: Codable, Hashable, Sendable {
  package enum Mode: String, Codable, Hashable, Sendable { case inotify, polling }

  package var pid: Int32
  package var since: Date
  /// `DaemonState.word`.
  package var state: String
  package var mode: Mode
  /// The watched folder, safe to print.
  package var watch: String
  /// Files that are not quiet yet, or that somebody still writes.
  package var pending: Int
  /// What does not work as it should, each with a word first: `polling`, `quiet time only: …`, `intake: …`, `round: …`.
  package var degraded: [String]
  /// The running round; its progress is in `State/rounds/N/progress.json`.
  package var round: Int?
  /// What is done before a round begins, such as sampling the general set.
  package var preparation: RoundActivity?

  /// `nil` where there is none, or none that can be read.
  package static func read(_ state: StateDirectory, through fileSystem: some FileSystem) -> DaemonStatus? {
    guard let data = try? fileSystem.contents(of: state.daemon, limit: 1 << 20) else { return nil }
    return try? LiveFile.decoder.decode(DaemonStatus.self, from: data)
  }

  /// The same where the daemon runs now, `nil` where it does not.
  package static func ofRunning(_ state: StateDirectory, through fileSystem: some FileSystem) -> DaemonStatus? {
    guard let status = read(state, through: fileSystem), StateLock.holder(of: state.lock) == status.pid,
      status.state != DaemonState.stopped.word
    else { return nil }
    return status
  }
}

extension RoundActivity {
  /// Where a running round is, as it was written within about a second.
  package static func read(
    round: Int, _ state: StateDirectory, through fileSystem: some FileSystem
  ) -> RoundActivity? {
    guard let data = try? fileSystem.contents(of: state.progress(ofRound: round), limit: 1 << 20) else { return nil }
    return try? LiveFile.decoder.decode(RoundActivity.self, from: data)
  }
}

/// A small file that says how things are now: readers see the old one or the new one, and a loss of power may lose it.
enum LiveFile {
  static func write(_ value: some Encodable, to path: Path, through fileSystem: some FileSystem) throws {
    try write(encoder.encode(value), to: path, mode: 0o600, through: fileSystem)
  }

  static func write(_ data: Data, to path: Path, mode: UInt32, through fileSystem: some FileSystem) throws {
    let temporary = path.parent.appending(".\(path.lastComponent).stet-tmp")
    if try fileSystem.exists(temporary) { try fileSystem.unlink(temporary) }
    let file = try fileSystem.open(temporary, for: .create(mode: mode))
    defer { file.close() }
    try fileSystem.writeAll(data.bytes, to: file)
    try fileSystem.rename(temporary, to: path)
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return decoder
  }
}
