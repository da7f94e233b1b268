import Foundation
import Platform
import TestSupport
import Testing

@Suite("Fuzzing", .serialized)
struct FuzzTests {
  @Test(
    "no bytes bring a parser down, let it run on, or make it take memory that the file does not bear out",
    arguments: ["gguf", "safetensors", "json", "peft"])
  func parsers(_ target: String) async throws {
    let environment = ProcessInfo.processInfo.environment
    let seconds = environment["STET_FUZZ_SECONDS"].flatMap { Int($0) } ?? 5
    let seed = environment["STET_FUZZ_SEED"] ?? "1"
    try await withTemporaryDirectory { folder in
      let run = try await BuiltProgram.fuzz.run([target, "\(seconds)", seed, folder.path], seconds: seconds + 60)
      guard run.succeeded else {
        let input = try Data(contentsOf: folder.appendingPathComponent("input"))
        Issue.record(
          "\(target): \(run.outcome) \(run.lastErrorLine ?? "") on \(input.count) bytes: \(input.base64EncodedString())"
        )
        return
      }
      let count = Int(
        String(decoding: run.standardOutput, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
      #expect((count ?? 0) > 10)
      print("fuzzing \(target): \(count ?? 0) inputs in \(seconds) s")
    }
  }
}
