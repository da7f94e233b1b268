import Daemon
import Foundation
import Platform
import Reports

/// The demo's scenes, in order.
struct DemoStory: Sendable {
  let home: Path
  let commands: DemoCommands
  let screen: DemoScreen
  let fileSystem: any FileSystem

  private struct Learned: Decodable {
    struct Row: Decodable {
      let domain: String
      let before: Double?
      let after: Double?
      let relative: Double?
    }
    let learning: [Row]
  }

  private struct Answer: Decodable { let text: String }
  private struct Move: Decodable {
    let from: Int
    let to: Int
    let shelved: Int
  }

  /// - Returns: the versions that were made.
  func tell() throws -> [Int] {
    try opening()
    guard let first = try teach(.harbour, scene: 1) else {
      throw VerbError(
        "The gate did not let the first round through; stet report --round 1 --state \(home)/State says why.")
    }
    guard let second = try teach(.garden, scene: 2) else {
      try refusal()
      return [first]
    }
    try screen.heading("3. What version \(second) learned, and what it did to what was there before")
    try screen.command("stet report")
    try screen.quotation(try commands.text(["report"]))
    try answers([0, first, second])
    try rollback(to: first)
    return [first, second]
  }

  /// The other way in which a round can end.
  private func refusal() throws {
    try screen.heading("3. The gate refused what came of the second round")
    try screen.command("stet report --round 2")
    try screen.quotation(try commands.text(["report", "--round", "2"]))
    try screen.line("  The garden's documents wait for more of their kind; what serves is what served before.")
    try screen.command("stet status")
    try screen.quotation(try commands.text(["status"]))
  }

  private func opening() throws {
    try screen.line("A language model learns from two folders of documents, one after the other, and Stet checks that")
    try screen.line("learning the second does not cost the first. The documents are about a harbour and a garden that")
    try screen.line("do not exist, so the model cannot have read of them. About ten minutes on two cores, all of it in")
    try screen.line("\(home), which State and Watch below are part of.")
    let settings = DemoCommands.short.map { "--\($0.key) \($0.value)" }.joined(separator: " ")
    try screen.line("With settings for small texts, added to each command: \(settings)")
  }

  /// Drops a domain's files and learns them.
  /// - Returns: the version that came of it, `nil` where the gate refused the round.
  private func teach(_ domain: DemoDomain, scene: Int) throws -> Int? {
    let files = domain.files
    try screen.heading("\(scene). \(files.count) documents of \(domain.title)")
    let folder = home.appending("Watch").appending(domain.name)
    let characters = files.reduce(0) { $0 + $1.text.count }
    try screen.step(
      "\(Format.count(files.count)) files dropped, \(Format.count(characters)) characters",
      showing: "cp \(domain.name)/*.md Watch/\(domain.name)/"
    ) {
      try DurableFile.makeDirectory(folder, through: fileSystem)
      for file in files {
        try DurableFile.write(Data(file.text.utf8), to: folder.appending(file.name), through: fileSystem)
      }
    }
    let report = try screen.step(showing: "stet run --once") {
      try commands.value(OnceReport.self, ["run", "--once"])
    } done: {
      Self.sentence($0)
    }
    guard let round = report.rounds.last else {
      throw VerbError("No round ran: \(report.failure ?? "nothing waited"); the log is \(home)/State/log/stet.jsonl.")
    }
    guard let version = round.version else { return nil }
    let learned = try commands.value(Learned.self, ["report", "\(version)"])
    for row in learned.learning {
      try screen.line(
        "  text of \(row.domain) that it was not shown: loss \(Format.nats(row.before)) → \(Format.nats(row.after)) nats per "
          + "token, \(Format.signedPercent(row.relative))")
    }
    return version
  }

  private static func sentence(_ report: OnceReport) -> String {
    let rounds = report.rounds.map { round in
      let end = round.version.map { "version \($0)" } ?? "not published"
      return "round \(round.round) → \(end), \(Format.count(round.tokens)) tokens"
    }
    return (["\(report.documents.learned) documents learned"] + rounds).joined(separator: "; ")
  }

  /// The same question to several versions: the likeliest words, so that only the version differs.
  private func answers(_ versions: [Int]) throws {
    try screen.heading("4. The same questions, asked of each version")
    for domain in [DemoDomain.harbour, .garden] {
      try screen.command("stet ask --version N --raw --temperature 0 --max-tokens 28 \"\(domain.prompt)\"")
      for version in versions {
        let answer = try commands.value(
          Answer.self,
          [
            "ask", "--version", "\(version)", "--raw", "--temperature", "0", "--max-tokens", "28", domain.prompt,
          ])
        let name = version == 0 ? "base     " : "version \(version)"
        let words = Self.firstSentence(answer.text)
        try screen.quotation("\(name)  \(words.isEmpty ? "(empty lines)" : words)")
      }
      try screen.line("  the documents say: \(domain.fact)")
    }
  }

  /// Up to the end of the first sentence that has some length, on one line.
  private static func firstSentence(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    let words = line.trimmingCharacters(in: .whitespaces)
    guard let end = words.firstRange(of: ". ")?.lowerBound else { return words }
    return String(words[...end])
  }

  private func rollback(to version: Int) throws {
    try screen.heading("5. And back")
    try screen.step(showing: "stet rollback") {
      try commands.value(Move.self, ["rollback"])
    } done: {
      "current was version \($0.from), is version \($0.to); \(Format.count($0.shelved, "document")) shelved"
    }
    try screen.command("stet status")
    try screen.quotation(try commands.text(["status"]))
  }
}
