import Foundation
import ModelFiles
import Platform
import Tensors
import Transformer

/// What taking a prompt in, and writing on from it, costs on this machine; as `ask` does both.
struct GenerationBench {
  struct Result: Encodable {
    /// Of the prompt, or of all streams together: the median.
    let tokensPerSecond: Double
    let peakResidentBytes: Int64
    let gigaflops: Double
    let kernel: String
    let threads: Int
    /// Of the prompt, or written in each stream.
    let tokens: Int
    let streams: Int
    let runs: Int

    enum CodingKeys: String, CodingKey {
      case tokensPerSecond = "tokens_per_second"
      case peakResidentBytes = "peak_rss_bytes"
      case gigaflops = "sgemm_gflops"
      case kernel = "blas_kernel"
      case threads, tokens, streams, runs
    }
  }

  let base: BaseModelFile
  let threads: Int
  let runs: Int
  let machine: Machine

  /// Tokens that each stream starts from.
  private static let shortPrompt = 16

  /// From a prompt of random ids to the first token that follows it.
  func prompt(tokens: Int, onRun: (Int, Int) -> Void) throws -> Result {
    let generator = try generator(streams: 1)
    let clock = ContinuousClock()
    let rates = try measured(onRun) { run in
      let start = clock.now
      _ = try generator.generate(prompts: prompts(1, tokens: tokens, run), options: SamplingOptions(maxTokens: 1))
      return Double(tokens) / ((clock.now - start) / .seconds(1))
    }
    return try result(rates, tokens: tokens, streams: 1)
  }

  /// Decoding alone, from the moment that every stream has its first token.
  func generate(tokens: Int, streams: Int, onRun: (Int, Int) -> Void) throws -> Result {
    let generator = try generator(streams: streams)
    let clock = ContinuousClock()
    let rates = try measured(onRun) { run in
      var (begun, counted, start) = (Set<Int>(), 0, clock.now)
      _ = try generator.generate(
        prompts: prompts(streams, tokens: Self.shortPrompt, run),
        options: SamplingOptions(temperature: 1, topP: 1, maxTokens: tokens, seed: UInt64(run))
      ) { stream, _ in
        if begun.count < streams {
          begun.insert(stream)
          (start, counted) = (clock.now, 0)
        } else {
          counted += 1
        }
        return true
      }
      return Double(counted) / ((clock.now - start) / .seconds(1))
    }
    return try result(rates, tokens: tokens, streams: streams)
  }

  private func generator(streams: Int) throws -> Generator {
    Generator(model: try LanguageModel(file: base, threads: threads, purpose: .generation), streams: streams)
  }

  private func prompts(_ count: Int, tokens: Int, _ run: Int) -> [[Int32]] {
    var rng = SeededGenerator(seed: UInt64(run), stream: "bench.prompt")
    let vocabulary = Int32(base.configuration.vocabulary)
    return (0..<count).map { _ in (0..<tokens).map { _ in Int32.random(in: 0..<vocabulary, using: &rng) } }
  }

  /// One run warms up.
  private func measured(_ onRun: (Int, Int) -> Void, _ rate: (Int) throws -> Double) rethrows -> [Double] {
    var rates: [Double] = []
    for run in 0...runs {
      let one = try rate(run)
      if run > 0 { rates.append(one) }
      onRun(run + 1, runs + 1)
    }
    return rates
  }

  private func result(_ rates: [Double], tokens: Int, streams: Int) throws -> Result {
    // Before the peak of the processor is measured, whose matrices are no part of generating.
    let peak = machine.peakResidentBytes
    let blas = try BLAS.shared()
    return Result(
      tokensPerSecond: TrainingBench.median(rates), peakResidentBytes: peak,
      gigaflops: blas.measurePeak(threads: threads, runs: 3), kernel: blas.kernel, threads: threads, tokens: tokens,
      streams: streams, runs: runs)
  }
}
