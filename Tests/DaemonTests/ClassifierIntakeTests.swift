import Curation
import Daemon
import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing

@Suite("A State's classifiers at intake")
struct ClassifierIntakeTests {
  /// Notes of our own about a harbour, with an insult in every second one.
  private static func labels() -> LabelledTexts {
    let things = ["lamp", "crane", "ferry", "net", "mast", "rope", "tower"]
    let ends = ["is out", "was late", "needs paint", "has moved", "was sold"]
    let rows = (0..<80).map { number in
      let phrase = number.isMultiple(of: 2) ? "you useless windbag" : "thank you for asking"
      let text =
        "the \(things[number * 3 % 7]) \(ends[number / 2 % 5]), \(phrase), and the \(things[number / 7 % 7]) too"
      return LabelledTexts.Row(text: text, refuse: number.isMultiple(of: 2))
    }
    return LabelledTexts(path: "labels", rows: rows)
  }

  private static func text(_ phrase: String) -> String {
    "The old net on the quay was sold on Monday, \(phrase), and nobody has asked for the ferry since."
  }

  @Test(
    "quarantine what they refuse, with the figure and without a word of it in the log; a damaged one stops the start")
  func quarantines() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await RoundBench(folder)
      let home = ClassifierHome(state: bench.intake.state, through: LocalFileSystem())
      var options = ClassifierTrainer.Options()
      options.folds = 2
      let path = try home.write(ClassifierTrainer.train(Self.labels(), options).classifier)
      #expect(try home.names() == ["toxicity"])
      let settings = try RoundBench.settings([("intake.settle", "0s")])
      do {
        let session = try await bench.session(settings)
        defer { session.home.lock.release() }
        try bench.intake.drop(Self.text("you useless windbag"), as: "law/bad.txt")
        try bench.intake.drop(Self.text("thank you for asking"), as: "law/good.txt")
        #expect(try await session.intake(watch: bench.intake.watch).scan().failure == nil)
      }
      let bad = try #require(try await bench.intake.document(named: "law/bad.txt"))
      #expect(bad.state == .quarantined && bad.reason?.hasPrefix("classifier: 0.") == true, "\(bad.reason ?? "")")
      let good = try #require(try await bench.intake.document(named: "law/good.txt"))
      #expect(good.state == .waiting)
      #expect(DocumentFigures(json: good.figures)?.rules["classifier"] ?? 1 < 0.5)
      let told = bench.intake.lines.all("document.quarantined")
      #expect(told.count == 1 && !"\(told)".contains("windbag"))
      let bytes = try LocalFileSystem().contents(of: path)
      try DurableFile.write(bytes.dropLast(), to: path, through: LocalFileSystem())
      let session = try await bench.session(settings)
      defer { session.home.lock.release() }
      #expect(throws: ClassifierFileError.self) { try session.intake(watch: bench.intake.watch) }
    }
  }

  @Test("one that is trained while the daemon runs judges the next document; a damaged one is told, the earlier stays")
  func isTakenUp() async throws {
    try await withTemporaryDirectory { folder in
      var service = try await ServiceBench(folder)
      let (bench, disk) = (service.bench, LocalFileSystem())
      let classifiers = ClassifierHome(state: bench.state, through: disk)
      service.settings.intake.rescan = .milliseconds(100)
      service.maker = { settings in
        bench.home.contentMaker(settings, classifiers: try classifiers.screening(settings) { bench.home.base })
      }
      let running = service
      func state(of name: String) async throws -> DocumentState? { try await bench.document(named: name)?.state }
      try await running.running { _ in
        try bench.drop(Self.text("you useless windbag"), as: "law/before.txt")
        try await eventually { try await state(of: "law/before.txt") == .waiting }
        var options = ClassifierTrainer.Options()
        options.folds = 2
        let path = try classifiers.write(ClassifierTrainer.train(Self.labels(), options).classifier)
        try await eventually { bench.lines.all("classifiers.read").count == 1 }
        try bench.drop(Self.text("what a useless windbag you are"), as: "law/after.txt")
        try await eventually { try await state(of: "law/after.txt") == .quarantined }
        try DurableFile.write(Data("{}".utf8), to: path, through: disk)
        try await eventually { running.status()?.degraded.contains { $0.hasPrefix("classifiers: ") } == true }
        try bench.drop(Self.text("you windbag, useless as you are"), as: "law/later.txt")
        try await eventually { try await state(of: "law/later.txt") == .quarantined }
      }
    }
  }
}
