import Curation
import Daemon
import Foundation
import Platform
import Reports

/// Documents a second that the search for near-duplicates takes in, on one core.
struct BenchDuplicatesVerb: Verb {
  let declaration = VerbDeclaration(
    "bench duplicates", .check, operands: "FILE…", count: 1...Int.max,
    "how fast near-duplicates are looked for, on one core",
    flags: [
      .value("words", "N", "Words in a document: the files are cut into parts of so many; by default 400."),
      .value("runs", "N", "Measured runs; by default 5."),
    ],
    details: """
      Shingles of five words, signatures of 112 minima, and for each document a search among all earlier ones by 14
      bands of 8 before it joins them: from the words of a text on, and from the text on, words cut and folded too. The
      median of the runs after one that warms up.
      """,
    examples: [.init("stet bench duplicates --json corpus/*.txt", "for programs")])

  private struct Result: Encodable {
    /// From words on.
    let documentsPerSecond: Double
    let documentsPerSecondFromText: Double
    let peakResidentBytes: Int64
    let documents: Int
    let nearDuplicates: Int

    enum CodingKeys: String, CodingKey {
      case documentsPerSecond = "documents_per_second"
      case documentsPerSecondFromText = "documents_per_second_from_text"
      case peakResidentBytes = "peak_rss_bytes"
      case documents
      case nearDuplicates = "near_duplicates"
    }
  }

  func run(_ call: Call) async throws -> ExitCode {
    let length = try call.integer("words", in: 5...1_000_000, default: 400)
    let runs = try call.integer("runs", in: 1...1000, default: 5)
    let parts = try BenchTexts.read(call.operands, through: call.fileSystem).flatMap { text in
      let words = text.split(whereSeparator: \.isWhitespace)
      return stride(from: 0, to: words.count, by: length).map {
        words[$0..<min(words.count, $0 + length)].joined(separator: " ")
      }
    }
    let clock = ContinuousClock()
    var (cutting, searching, near): ([Double], [Double], Int) = ([], [], 0)
    for run in 0...runs {
      let start = clock.now
      let words = parts.map { FoldedText($0) }
      let middle = clock.now
      near = Self.nearDuplicates(in: words)
      if run > 0 {
        cutting.append((middle - start) / .seconds(1))
        searching.append((clock.now - middle) / .seconds(1))
      }
      call.output.progress("run \(run + 1)/\(runs + 1)")
    }
    let (search, cut) = (TrainingBench.median(searching), TrainingBench.median(cutting))
    let result = Result(
      documentsPerSecond: Double(parts.count) / search,
      documentsPerSecondFromText: Double(parts.count) / (search + cut),
      peakResidentBytes: call.surroundings.machine.peakResidentBytes, documents: parts.count, nearDuplicates: near)
    if call.wantsJSON {
      try call.output.object(result)
      return .done
    }
    var table = Table([.init(""), .init("")])
    let speed = "\(Format.count(Int(result.documentsPerSecond.rounded()))) documents/s"
    table.add([.init("near-duplicates"), .init(speed) { $0.strong($1) }])
    table.add(["from text", "\(Format.count(Int(result.documentsPerSecondFromText.rounded()))) documents/s"])
    table.add(["work", "\(Format.count(parts.count, "document")) of \(Format.count(length)) words"])
    table.add(["near", "\(Format.count(near)) share a band with an earlier one"])
    table.add(["memory", "\(Format.bytes(Int(result.peakResidentBytes))) at most"])
    try call.output.text(table.text(style: call.output.style))
    return .done
  }

  private static func nearDuplicates(in texts: [FoldedText]) -> Int {
    var index = NearDuplicateIndex()
    return texts.enumerated().count { number, text in
      let signature = MinHashSignature(ShingleSet(text))
      let isNear = !index.candidates(signature).isEmpty
      index.insert(number, signature)
      return isNear
    }
  }
}
