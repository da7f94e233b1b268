import Curation
import Daemon
import Foundation
import Platform
import Reports

/// What would be learned of some files, and what would be refused and why. Stores nothing.
struct ScreenVerb: Verb {
  let declaration = VerbDeclaration(
    "screen", .check, operands: "PATH…", count: 0...10_000, "what would be taken, refused and why; stores nothing",
    flags: [
      .value("labels", "FILE.jsonl", "Score personal data against labelled spans: lines of {text, spans}."),
      .value("html", "FILE", "Also write the screen as a page."),
      .switch("explain", "Also show the phrases that a classifier decided by, for files that are taken too."),
      .switch("perplexity", "Also measure how the base model finds each text, and name outliers at both ends."),
      .value("profile", "P", "Judge every text as \(Profile.allCases.map(\.rawValue).joined(separator: ", "))."),
    ],
    details: """
      Runs what intake runs: reading, normalising, quality rules, personal data, duplicates among the files named. Each
      file gets the verdict that stet documents would show, and for a refusal the place where its reason shows. Positions
      count characters (Unicode scalars) of the text as read, with records one after another and a blank line between.
      With a base model at hand prompts are measured in tokens too. Names of persons are beyond rules.
      Files of one folder are looked at together: a trigger that too many share, paragraphs that many have. A folder that
      is called like a domain of the State is compared with what the domain has.
      """,
    examples: [
      .init("stet screen contracts/", "a row for every file, then what it comes to"),
      .init("stet screen --json report.html notes.csv", "everything that was measured, a line a file"),
      .init("stet screen --labels labelled.jsonl", "precision and recall by kind of personal data"),
    ])

  func run(_ call: Call) async throws -> ExitCode {
    guard !call.operands.isEmpty || call.value("labels") != nil else {
      throw UsageError("screen needs a file or folder, or --labels FILE.jsonl.")
    }
    if !call.operands.isEmpty { try await screen(call) }
    if let path = call.value("labels") {
      let scores = try SpanLabels(path, through: call.fileSystem).scores
      if call.wantsJSON {
        for score in scores { try call.output.line(score) }
      } else {
        try call.output.text(SpanScore.text(scores, style: call.output.style))
      }
    }
    return .done
  }

  private func screen(_ call: Call) async throws {
    let settings = try call.settings().settings
    var curation = settings.curation
    if let name = call.value("profile") {
      guard let profile = Profile(rawValue: name) else {
        let words = Profile.allCases.map(\.rawValue)
        throw UsageError(
          "--profile is “\(name)”, which is not \(words.joined(separator: " or "))"
            + NearestName.hint(name, among: words))
      }
      curation.profile = profile
    }
    let mode = settings.quality.perplexity
    let base: LoadedBase? =
      call.has("perplexity") ? try call.loadModel() : mode == .off ? nil : try? call.loadModel()
    let meter = try base.map { try PerplexityMeter($0, settings, threads: call.threads(settings)) }
    let tokenizer = base?.tokenizer ?? (try? call.loadTokenizer())
    let classifiers = try ClassifierHome(state: call.state, through: call.fileSystem).screening(settings) {
      try base ?? call.loadModel()
    }
    var screener = Screener(
      settings, curation: curation, classifiers: classifiers, tokenizer: tokenizer, meter: meter,
      through: call.fileSystem)
    let files = try call.operands.flatMap { try Screener.files($0, watch: call.watchPath, through: call.fileSystem) }
    guard !files.isEmpty else {
      throw VerbError("\(call.operands[0]): there is no document in it. Name another folder.")
    }
    // Rows of --json come as they are made; later files cannot change them, the table's they can. Outliers are known
    // when all is measured.
    let streams = call.wantsJSON && meter == nil
    let keeps = !streams || call.value("html") != nil
    var report = ScreenReport()
    let (clock, start) = (ContinuousClock(), ContinuousClock().now)
    for (index, file) in files.enumerated() {
      let path = file.string ?? file.description
      call.output.progress(Self.progress(index, files.count, start.duration(to: clock.now), path))
      let (document, replaced): (ScreenedDocument, String?)
      do {
        (document, replaced) = try screener.screen(file)
      } catch let error as PlatformError where files.count > 1 {
        // Gone since, or closed to this user: the others are screened all the same.
        call.output.say("stet: \(error)")
        continue
      }
      if streams { try call.output.line(document) }
      guard keeps else { continue }
      report.add(document)
      if let replaced, let like = document.like {
        report.supersede(replaced, by: .init(path: path, jaccard: like.jaccard))
      }
    }
    for (place, outlier) in PerplexityMeter.outliers(report.documents) {
      report.note(outlier.text, of: place, refusing: mode == .reject ? outlier.reason.description : nil)
    }
    report.drift = try await ScreenDrift.lines(report.documents, call)
    if call.wantsJSON, !streams {
      for document in report.documents { try call.output.line(document) }
    }
    if let file = call.value("html") {
      let page = ScreenPage(report, created: call.surroundings.now(), zone: .current).html
      try DurableFile.write(Data(page.utf8), to: file, through: call.fileSystem)
      call.output.say("wrote \(DisplayText.escaped(file))")
    }
    if !call.wantsJSON {
      try call.output.text(
        report.text(style: call.output.style, width: call.output.width, explains: call.has("explain")))
      if tokenizer == nil { call.output.say("No base model at hand: prompts were not measured in tokens.") }
    }
  }

  private static func progress(_ done: Int, _ all: Int, _ elapsed: Duration, _ path: String) -> String {
    let seconds = elapsed / .seconds(1)
    guard seconds > 2, done > 0 else { return "\(done + 1)/\(all)  \(DisplayText.escaped(path))" }
    let rate = Double(done) / seconds
    let left = Format.duration(seconds: (Double(all - done) / rate).rounded())
    return "\(done + 1)/\(all)  \(Int(rate)) files/s, \(left) left  \(DisplayText.escaped(path))"
  }
}
