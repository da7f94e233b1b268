import Foundation
import Platform
import Tokenizers

/// The ids of texts.
struct TokenizeVerb: Verb {
  let declaration = VerbDeclaration(
    "tokenize", .check, "the base model's token ids of texts, one JSON object a line",
    flags: [
      .value("jsonl", "FILE", "Lines of JSON, each with a “text”; - is standard input."),
      .switch("plain", "Read special tokens such as <|im_end|> as plain text, as training does."),
    ],
    examples: [
      .init("stet tokenize --jsonl texts.jsonl", "{\"ids\":[…]} for each line, in order"),
      .init("stet tokenize --jsonl - --plain < texts.jsonl", "markup as plain text"),
    ])

  private struct Input: Decodable { let text: String }
  private struct Result: Encodable { let ids: [Int32] }

  /// Texts that are encoded together, on all threads.
  private static let batch = 512

  func run(_ call: Call) async throws -> ExitCode {
    guard let path = call.value("jsonl") else { throw UsageError("tokenize needs --jsonl FILE (- is standard input).") }
    let tokenizer = try call.loadTokenizer()
    let recognise = !call.has("plain")
    let threads = call.surroundings.machine.cores
    let decoder = JSONDecoder()
    var texts: [String] = []
    func flush() throws {
      for ids in tokenizer.encode(texts, recognisingSpecials: recognise, threads: threads) {
        try call.output.line(Result(ids: ids))
      }
      texts.removeAll(keepingCapacity: true)
    }
    do {
      try LineReader.each(of: path, through: call.fileSystem) { number, line in
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return }
        guard let input = try? decoder.decode(Input.self, from: line) else {
          throw VerbError(
            "\(path): line \(number) is not a JSON object with a “text”. Correct that line and run it again.")
        }
        texts.append(input.text)
        if texts.count == Self.batch { try flush() }
      }
    } catch let error as VerbError {
      // The lines before it are good.
      try flush()
      throw error
    }
    try flush()
    return .done
  }
}
