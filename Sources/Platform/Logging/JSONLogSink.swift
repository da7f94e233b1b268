import Foundation
import Synchronization

/// Every event as one JSON object a line, in a file that is rotated by size: `stet.jsonl`, `stet.jsonl.1` the one
/// before, and so on.
///
/// A line that cannot be written is counted; when writing works again a line `log.lost` says how many are missing. A
/// full disk can leave a cut line before it: readers skip what is no JSON.
package final class JSONLogSink: LogSink {
  package let minimumLevel: LogLevel
  private let path: Path
  private let maximumBytes: Int64
  private let keptFiles: Int
  private let fileSystem: any FileSystem
  private let state = Mutex(State())

  private struct State {
    var file: OpenFile?
    /// Of `file`, in bytes.
    var size: Int64 = 0
    /// A cut line stands at the end.
    var endsInside = false
    var lost = 0
    var failure: String?
  }

  /// - Parameters:
  ///   - maximumBytes: of one file; the next line starts a new one.
  ///   - keptFiles: how many rotated files stay.
  package init(
    path: some PathConvertible, minimumLevel: LogLevel = .debug, maximumBytes: Int64 = 16 << 20, keptFiles: Int = 4,
    through fileSystem: any FileSystem
  ) {
    self.path = path.asPath
    self.minimumLevel = minimumLevel
    self.maximumBytes = maximumBytes
    self.keptFiles = keptFiles
    self.fileSystem = fileSystem
  }

  /// Why the last line could not be written; `nil` while all is well.
  package var failure: String? { state.withLock { $0.failure } }

  package func write(_ record: LogRecord) {
    state.withLock { state in
      do {
        if state.lost > 0 {
          let lost = LogRecord(
            time: record.time, level: .warning, event: "log.lost", fields: ["lines": .integer(Int64(state.lost))])
          try append(lost.json, &state)
          state.lost = 0
        }
        try append(record.json, &state)
        state.failure = nil
      } catch {
        state.lost += 1
        state.failure = "\(error)"
      }
    }
  }

  private func append(_ json: String, _ state: inout State) throws {
    let line = Array((json + "\n").utf8)
    if state.file == nil { try open(&state) }
    if state.size > 0, state.size + Int64(line.count) > maximumBytes { try rotate(&state) }
    guard let file = state.file else { return }
    let bytes = state.endsInside ? [UInt8(ascii: "\n")] + line : line
    do {
      try unsafe fileSystem.writeAll(bytes.span.bytes, to: file)
    } catch {
      // A part of it may be there; it is not taken back, for another process may have appended behind it.
      state.endsInside = true
      throw error
    }
    state.size += Int64(bytes.count)
    state.endsInside = false
  }

  private func open(_ state: inout State) throws {
    let file = try fileSystem.open(path, for: .append(mode: 0o600))
    state.size = try fileSystem.status(of: file).size
    state.endsInside = try state.size > 0 && !endsWithNewline()
    state.file = file
  }

  /// A loss of power can have cut the last line.
  private func endsWithNewline() throws -> Bool {
    let file = try fileSystem.open(path, for: .read)
    defer { file.close() }
    var last: UInt8?
    try fileSystem.readChunks(of: file) { chunk in
      last = chunk.last
      return true
    }
    return last == nil || last == UInt8(ascii: "\n")
  }

  private func rotate(_ state: inout State) throws {
    func name(_ number: Int) -> Path { Path(bytes: path.bytes + Array((number == 0 ? "" : ".\(number)").utf8)) }
    if keptFiles == 0 {
      try fileSystem.unlink(path)
    } else {
      for number in stride(from: keptFiles - 1, through: 0, by: -1) where try fileSystem.exists(name(number)) {
        try fileSystem.rename(name(number), to: name(number + 1))
      }
    }
    state.file?.close()
    state.file = nil
    try open(&state)
  }
}
