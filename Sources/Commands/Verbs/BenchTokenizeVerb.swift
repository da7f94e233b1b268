import Daemon
import Foundation
import Platform
import Reports
import Tokenizers

/// Text that this machine turns into tokens in a second.
struct BenchTokenizeVerb: Verb {
  let declaration = VerbDeclaration(
    "bench tokenize", .check, operands: "FILE…", count: 1...Int.max, "how fast text becomes tokens",
    flags: [.value("runs", "N", "Measured runs; by default 5.")],
    details: """
      Of a name that ends in .jsonl, each line's “text” is a document; any other file is one document. Documents are
      spread over the threads; the median of the runs after one that warms up.
      """,
    examples: [
      .init("stet bench tokenize Watch/legal/*.txt", "documents over all cores"),
      .init("stet bench tokenize book.txt --round.threads 1 --json", "on one core, for programs"),
    ])

  private struct Result: Encodable {
    let megabytesPerSecond: Double
    let documentsPerSecond: Double
    let peakResidentBytes: Int64
    let megabytes: Double
    let documents: Int
    let tokens: Int
    let threads: Int

    enum CodingKeys: String, CodingKey {
      case megabytesPerSecond = "megabytes_per_second"
      case documentsPerSecond = "documents_per_second"
      case peakResidentBytes = "peak_rss_bytes"
      case megabytes, documents, tokens, threads
    }
  }

  func run(_ call: Call) async throws -> ExitCode {
    let tokenizer = try call.loadTokenizer()
    let threads = call.threads(try call.settings().settings)
    let runs = try call.integer("runs", in: 1...1000, default: 5)
    let texts = try BenchTexts.read(call.operands, through: call.fileSystem)
    let bytes = texts.reduce(0) { $0 + $1.utf8.count }
    let clock = ContinuousClock()
    var (seconds, tokens): ([Double], Int) = ([], 0)
    for run in 0...runs {
      let start = clock.now
      tokens = tokenizer.encode(texts, recognisingSpecials: false, threads: threads).reduce(0) { $0 + $1.count }
      if run > 0 { seconds.append((clock.now - start) / .seconds(1)) }
      call.output.progress("run \(run + 1)/\(runs + 1)")
    }
    let middle = TrainingBench.median(seconds)
    let result = Result(
      megabytesPerSecond: Double(bytes) / 1e6 / middle, documentsPerSecond: Double(texts.count) / middle,
      peakResidentBytes: call.surroundings.machine.peakResidentBytes, megabytes: Double(bytes) / 1e6,
      documents: texts.count, tokens: tokens, threads: min(threads, texts.count))
    if call.wantsJSON {
      try call.output.object(result)
      return .done
    }
    var table = Table([.init(""), .init("")])
    table.add([.init("tokenizing"), .init(String(format: "%.1f MB/s", result.megabytesPerSecond)) { $0.strong($1) }])
    table.add([
      "work",
      String(format: "%.2f MB in ", result.megabytes) + Format.count(result.documents, "document") + ", "
        + Format.count(tokens, "token"),
    ])
    table.add(["documents", String(format: "%.1f/s", result.documentsPerSecond)])
    table.add(["memory", "\(Format.bytes(Int(result.peakResidentBytes))) at most"])
    table.add(["threads", Format.count(result.threads)])
    try call.output.text(table.text(style: call.output.style))
    return .done
  }
}
