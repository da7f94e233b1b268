import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing
import Transformer

/// A tiny model for generating, and the same one's full forward pass to compare with.
struct TinyGenerator {
  let file: BaseModelFile
  let layout: AdapterLayout
  let adapter: Adapter

  init(format: BlockFormat = .f32, context: Int = 256, tiedEmbeddings: Bool = true) throws {
    let model = TinyModel(format: format, context: context, tiedEmbeddings: tiedEmbeddings)
    file = try withTemporaryDirectory { directory in
      try BaseModelFile.read(model.write(to: directory.appendingPathComponent("tiny.gguf").path))
    }
    layout = AdapterLayout(
      lora: LoRAConfiguration(rank: 3, alpha: 6, targets: [.q, .v, .o, .gate, .down]), model: file.configuration)
    var rng = SeededGenerator(seed: 5)
    let count = layout.count
    adapter = Adapter(layout: layout, parameters: (0..<count).map { _ in Float.random(in: -0.2...0.2, using: &rng) })
  }

  func generator(
    memory: MemoryMode = .small, purpose: LanguageModel.Purpose = .generation, threads: Int = 2, adapted: Bool = true,
    streams: Int = 8
  ) throws -> Generator {
    let model = try LanguageModel(file: file, memory: memory, threads: threads, purpose: purpose)
    return Generator(model: model, adapter: adapted ? adapter : nil, streams: streams)
  }

  func prompt(_ count: Int, seed: UInt64) -> [Int32] {
    var rng = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Int32.random(in: 3..<Int32(file.configuration.vocabulary), using: &rng) }
  }

  /// Logits at every position by one uncached pass.
  func fullLogits(_ tokens: [Int32], adapted: Bool = true) throws -> [[Float]] {
    let engine = GradientEngine(model: try LanguageModel(file: file, threads: 1), layout: layout)
    var rows: [[Float]] = []
    unsafe engine.eachPositionLogits(row: PackedRow(text: tokens), adapter: adapted ? adapter : nil) { _, logits in
      unsafe rows.append(Array(logits))
    }
    return rows
  }
}

func worstDifference(_ a: [[Float]], _ b: [[Float]]) -> Float {
  precondition(a.count == b.count, "\(a.count) rows and \(b.count)")
  return zip(a, b).flatMap { zip($0, $1).map { abs($0 - $1) } }.max() ?? .infinity
}

@Suite("A generator")
struct GeneratorTests {
  static let ways: [(MemoryMode, LanguageModel.Purpose)] = [
    (.fast, .training), (.fast, .both), (.fast, .generation), (.small, .training),
  ]

  @Test(
    "decodes to the logits of a full pass, in every stored format and however the weights are kept",
    arguments: BlockFormat.allCases, ways.indices)
  func decodingAgrees(format: BlockFormat, way: Int) throws {
    let (memory, purpose) = Self.ways[way]
    let tiny = try TinyGenerator(format: format, tiedEmbeddings: way % 2 == 0)
    let tokens = tiny.prompt(60, seed: 2)
    let generator = try tiny.generator(memory: memory, purpose: purpose)
    var cached: [[Float]] = []
    unsafe try generator.eachLogits(tokens, promptTokens: 13) { _, logits in unsafe cached.append(Array(logits)) }
    #expect(worstDifference(cached, try tiny.fullLogits(tokens)) < 1e-3)
  }

  @Test("takes a long prompt in rows that go on from the cache")
  func longPrompt() throws {
    let tiny = try TinyGenerator(context: 1200)
    let tokens = tiny.prompt(1150, seed: 3)
    let generator = try tiny.generator()
    var cached: [[Float]] = []
    unsafe try generator.eachLogits(tokens, promptTokens: 1150) { _, logits in unsafe cached.append(Array(logits)) }
    #expect(worstDifference(cached, try tiny.fullLogits(tokens)) < 1e-3)
  }

  @Test("without an adapter is the base model, also after another adapter was bound")
  func baseAlone() throws {
    let tiny = try TinyGenerator(format: .q8x0)
    let tokens = tiny.prompt(40, seed: 4)
    let model = try LanguageModel(file: tiny.file, threads: 2, layout: tiny.layout)
    let (base, adapted) = (Generator(model: model), Generator(model: model, adapter: tiny.adapter))
    var rows: [[Float]] = []
    unsafe try adapted.eachLogits(tokens, promptTokens: 20) { _, _ in }
    unsafe try base.eachLogits(tokens, promptTokens: 20) { _, logits in unsafe rows.append(Array(logits)) }
    #expect(worstDifference(rows, try tiny.fullLogits(tokens, adapted: false)) < 1e-3)
  }

  @Test("writes the same for a prompt whatever its neighbours, the streams and the threads", arguments: [1, 2, 3])
  func neighbours(threads: Int) throws {
    let tiny = try TinyGenerator(format: .q4x1)
    let prompts = [5, 40, 1, 17, 90, 33, 2, 8, 64, 21, 12].enumerated().map {
      tiny.prompt($1, seed: UInt64($0))
    }
    let options = SamplingOptions(temperature: 1, topP: 0.9, maxTokens: 30, seed: 7)
    let together = try tiny.generator(threads: threads).generate(prompts: prompts, options: options)
    let oneByOne = try tiny.generator(threads: 1, streams: 1).generate(prompts: prompts, options: options)
    #expect(together == oneByOne)
    #expect(together.allSatisfy { $0.count == 30 })
    #expect(Set(together).count == prompts.count)
  }

  @Test("writes the same again for the same seed, and something else for another")
  func seeds() throws {
    let tiny = try TinyGenerator()
    let generator = try tiny.generator()
    let prompt = tiny.prompt(9, seed: 1)
    var options = SamplingOptions(temperature: 1, topP: 1, maxTokens: 20, seed: 7)
    let (first, again) = (
      try generator.generate(prompts: [prompt, prompt], options: options),
      try generator.generate(prompts: [prompt, prompt], options: options)
    )
    #expect(first == again)
    #expect(first[0] != first[1])
    options.seed = 8
    #expect(try generator.generate(prompts: [prompt, prompt], options: options) != first)
  }

  @Test("writes the same for equal prompts in a row, which share one pass, as for each alone")
  func repeatedPrompts() throws {
    let tiny = try TinyGenerator(format: .q4x0)
    let (a, b) = (tiny.prompt(30, seed: 1), tiny.prompt(21, seed: 2))
    let options = SamplingOptions(temperature: 1, topP: 0.9, maxTokens: 12, seed: 5)
    let prompts = [a, a, a, b, b, a]
    let generator = try tiny.generator(streams: 2)
    let texts = try generator.generate(prompts: prompts, options: options)
    let apart = try tiny.generator().generate(prompts: [a, b, a, b, a, b], options: options)
    let others = try tiny.generator().generate(prompts: [b, a, b, a, b, a], options: options)
    for (i, prompt) in prompts.enumerated() {
      #expect(texts[i] == ((i % 2 == 0) == (prompt == a) ? apart[i] : others[i]))
    }
  }

  @Test("at temperature 0 takes the most probable token each time")
  func greedy() throws {
    let tiny = try TinyGenerator()
    let prompt = tiny.prompt(12, seed: 6)
    let text = try tiny.generator().generate(
      prompts: [prompt], options: SamplingOptions(temperature: 0, maxTokens: 25))[0]
    let logits = try tiny.fullLogits(prompt + text)
    let best = logits[(prompt.count - 1)...].map { row in Int32(row.indices.max { row[$0] < row[$1] } ?? 0) }
    #expect(text == Array(best.prefix(25)))
  }

  @Test("ends a stream at a stop token, which is not part of its text, and lets the others go on")
  func stops() throws {
    let tiny = try TinyGenerator()
    let prompts = [tiny.prompt(12, seed: 6), tiny.prompt(20, seed: 8), tiny.prompt(3, seed: 9)]
    let generator = try tiny.generator()
    var options = SamplingOptions(temperature: 1, topP: 1, maxTokens: 40, seed: 2)
    let free = try generator.generate(prompts: prompts, options: options)
    options.stop = [free[1][10]]
    let stopped = try generator.generate(prompts: prompts, options: options)
    for (text, whole) in zip(stopped, free) {
      let end = whole.firstIndex(where: options.stop.contains) ?? whole.count
      #expect(text == Array(whole[..<end]))
    }
    #expect(stopped[1].count <= 10)
  }

  @Test("hands out each token as it is chosen, and ends a stream whose caller has enough")
  func callback() throws {
    let tiny = try TinyGenerator()
    let prompts = (0..<5).map { tiny.prompt(4 + $0, seed: UInt64($0)) }
    var seen = [[Int32]](repeating: [], count: prompts.count)
    let options = SamplingOptions(temperature: 1, topP: 1, maxTokens: 12, seed: 2)
    let texts = try tiny.generator(streams: 2).generate(prompts: prompts, options: options) { stream, token in
      seen[stream].append(token)
      return stream != 3 || seen[3].count < 4
    }
    #expect(texts == seen)
    #expect(texts.map(\.count) == [12, 12, 12, 4, 12])
  }

  @Test("fills the context to its last token")
  func wholeContext() throws {
    let tiny = try TinyGenerator(context: 64)
    let generator = try tiny.generator()
    let options = SamplingOptions(temperature: 0, maxTokens: 44)
    #expect(try generator.generate(prompts: [tiny.prompt(20, seed: 1)], options: options)[0].count == 44)
    let unlimited = SamplingOptions(temperature: 0)
    let lengths = try generator.generate(
      prompts: [tiny.prompt(20, seed: 1), tiny.prompt(64, seed: 1)], options: unlimited
    ).map(\.count)
    #expect(lengths == [44, 1])
  }

  @Test("refuses what cannot work before anything runs, and says what to change")
  func refusals() throws {
    let tiny = try TinyGenerator(context: 64)
    let generator = try tiny.generator()
    let fine = tiny.prompt(5, seed: 1)
    func failure(_ prompts: [[Int32]], _ options: SamplingOptions) -> GenerationError? {
      do throws(GenerationError) {
        _ = try generator.generate(prompts: prompts, options: options) { _, _ in
          Issue.record("a token was generated")
          return false
        }
        return nil
      } catch { return error }
    }
    let overflow = failure([fine, tiny.prompt(50, seed: 2)], SamplingOptions(maxTokens: 15))
    #expect(overflow == .contextExceeded(prompt: 1, tokens: 50, maxTokens: 15, context: 64))
    #expect(overflow?.description.contains("at most 14 tokens") == true)
    #expect(failure([tiny.prompt(65, seed: 2)], SamplingOptions()) != nil)
    #expect(failure([fine, []], SamplingOptions()) == .emptyPrompt(prompt: 1))
    #expect(failure([[3, -1]], SamplingOptions()) != nil)
    #expect(failure([[3, 9_999]], SamplingOptions()) != nil)
    #expect(failure([fine], SamplingOptions(temperature: -1)) != nil)
    #expect(failure([fine], SamplingOptions(temperature: .nan)) != nil)
    #expect(failure([fine], SamplingOptions(topP: 0)) != nil)
    #expect(failure([fine], SamplingOptions(maxTokens: -1)) != nil)
  }
}
