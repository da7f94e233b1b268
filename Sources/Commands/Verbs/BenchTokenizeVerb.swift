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

  private struct Line: Decodable { let text: String }

  func run(_ call: Call) async throws -> ExitCode {
    let tokenizer = try call.loadTokenizer()
    let threads = call.threads(try call.settings().settings)
    let runs = try call.integer("runs", in: 1...1000, default: 5)
    let texts = try call.operands.flatMap { try documents(of: $0, through: call.fileSystem) }
    let bytes = texts.reduce(0) { $0 + $1.utf8.count }
    guard bytes > 0 else { throw VerbError("\(call.operands[0]): there is no text in it. Name a file with some.") }
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

  private func documents(of path: String, through fileSystem: any FileSystem) throws -> [String] {
    guard path.hasSuffix(".jsonl") else {
      return [String(decoding: try fileSystem.contents(of: Path(path), limit: 1 << 32), as: UTF8.self)]
    }
    var texts: [String] = []
    let decoder = JSONDecoder()
    try LineReader.each(of: path, through: fileSystem) { number, line in
      if line.isEmpty { return }
      guard let input = try? decoder.decode(Line.self, from: line) else {
        throw VerbError(
          "\(path): line \(number) is not a JSON object with a “text”. Correct that line and run it again.")
      }
      texts.append(input.text)
    }
    return texts
  }
}
