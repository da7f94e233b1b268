import Curation
import Daemon
import Foundation
import Platform
import Reports

/// Documents a second that curation reads, filters, screens and sketches.
struct BenchCurateVerb: Verb {
  let declaration = VerbDeclaration(
    "bench curate", .check, operands: "DIR…", count: 1...10_000,
    "documents a second that are read, filtered, screened and sketched",
    flags: [
      .value("profile", "P", "Judge every text as one profile; web has the published limits."),
      .value("verdicts", "FILE", "Write each document's verdict, a JSON object a line."),
    ],
    details: """
      All that curation does but for tokens: reading, encodings, NFC, quality rules, language, personal data, MinHash
      signatures and bands. A line of JSONL is a document, any other file is one. Lines are streamed: memory does not
      follow the size of a file. Near-duplicates are counted among the latest 250,000 to 500,000 documents.
      """,
    examples: [
      .init("stet bench curate corpus/", "MB/s, documents/s, memory"),
      .init("stet bench curate --profile web --verdicts v.jsonl corpus/", "the published limits, every verdict"),
    ])

  func run(_ call: Call) async throws -> ExitCode {
    let settings = try call.settings().settings
    var curation = settings.curation
    if let name = call.value("profile") {
      let words = Profile.allCases.map(\.rawValue)
      guard let profile = Profile(rawValue: name) else {
        throw UsageError(
          "--profile is “\(name)”, which is not \(words.joined(separator: " or "))"
            + NearestName.hint(name, among: words))
      }
      curation.profile = profile
    }
    let files = try call.operands.flatMap { try Screener.files($0, watch: call.watchPath, through: call.fileSystem) }
    guard !files.isEmpty else {
      throw VerbError("\(call.operands[0]): there is no document in it. Name another folder.")
    }
    let curator = Curator(settings: curation, tokenizer: nil, template: nil) { Digest.of($0).bytes }
    let verdicts = try call.value("verdicts").map { path in
      try call.fileSystem.open(Path(path), for: .create(mode: 0o600))
    }
    defer { verdicts?.close() }
    var sink: ((CurationBench.Verdict) throws -> Void)?
    if let verdicts {
      sink = { verdict in
        let line = Array(try ReportCoding.line(verdict))
        try unsafe call.fileSystem.writeAll(line.span.bytes, to: verdicts)
      }
    }
    let all = try files.reduce(Int64(0)) { try $0 + call.fileSystem.status(of: $1, followingLinks: true).size }
    let bench = CurationBench(
      curator: curator, threads: call.threads(settings), documentBytes: settings.intake.limit,
      machine: call.surroundings.machine, through: call.fileSystem,
      onVerdict: sink,
      onProgress: { result in
        guard result.seconds > 1 else { return }
        let left = Double(all - result.bytes) / 1e6 / max(0.001, result.megabytesPerSecond)
        call.output.progress(
          "\(Format.count(result.documents, "document")), \(Int(result.documentsPerSecond))/s, "
            + "\(Format.duration(seconds: max(0, left).rounded())) left")
      })
    let result = try bench.run(files)
    if call.wantsJSON {
      try call.output.object(result)
    } else {
      try call.output.text(text(result, call.output.style))
    }
    return .done
  }

  private func text(_ result: CurationBench.Result, _ style: Style) -> String {
    var table = Table([.init(""), .init("")])
    let speed = "\(Format.count(Int(result.documentsPerSecond.rounded()))) documents/s"
    table.add([.init("curation"), .init(speed) { $0.strong($1) }])
    table.add(["", String(format: "%.1f MB/s", result.megabytesPerSecond)])
    table.add(["read", "\(Format.count(result.documents, "document")), \(Format.bytes(Int(result.bytes)))"])
    table.add(["memory", "\(Format.bytes(Int(result.peakResidentBytes))) at most"])
    table.add(["threads", Format.count(result.threads)])
    table.add(["taken", Format.count(result.taken)])
    let refused = result.refused.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    for (reason, count) in refused.prefix(8) { table.add(["refused", "\(Format.count(count)) \(reason)"]) }
    table.add(["near", "\(Format.count(result.nearDuplicates)) share a MinHash band with an earlier document"])
    table.add(["masked", "\(Format.count(result.personalData)) pieces of personal data"])
    return table.text(style: style)
  }
}
