import Foundation
import Learning
import ModelFiles
import TestSupport
import Testing
import Transformer

@Suite("The continual bench")
struct ContinualBenchTests {
  private let file: BaseModelFile

  init() throws {
    file = try withTemporaryDirectory { directory in
      try BaseModelFile.read(TinyModel().write(to: directory.appendingPathComponent("tiny.gguf").path))
    }
  }

  /// Prompts of one token that decides, repeated; the answer is one of two.
  private func task(_ name: String, offset: Int32) -> ContinualTask {
    let end: Int32 = 2
    func prompt(_ i: Int) -> [Int32] { (0..<6).map { place in offset + Int32((i + place * (i % 2)) % 5) } }
    func answer(_ i: Int) -> Int { i % 2 }
    let labels: [[Int32]] = [[offset + 20, end], [offset + 21, offset + 22, end]]
    return ContinualTask(
      name: name,
      train: (0..<24).map { i in
        let (tokens, label) = (prompt(i), labels[answer(i)])
        return EncodedTokens(
          tokens: tokens + label, supervised: (tokens + label).indices.map { $0 >= tokens.count })
      },
      test: .labels(
        (24..<40).map { RankedContinuations(prompt: prompt($0), continuations: labels) },
        answers: (24..<40).map(answer)))
  }

  private func settings() -> ContinualSettings {
    var settings = ContinualSettings()
    settings.lora = LoRAConfiguration(rank: 4, alpha: 8)
    settings.rate = 2e-2
    settings.sequence = 64
    settings.epochs = 3
    settings.ewcSamples = 8
    return settings
  }

  private func run(
    _ name: String, _ settings: ContinualSettings, shared: SharedStart = SharedStart()
  ) throws -> ContinualResult {
    let arm = try ContinualArm(name)
    let tasks = [task("one", offset: 10), task("two", offset: 60)]
    let factor = arm.rankFactor(tasks: tasks.count)
    let layout = AdapterLayout(
      lora: LoRAConfiguration(rank: 4 * factor, alpha: 8 * Float(factor)), model: file.configuration)
    let model = try LanguageModel(file: file, threads: 2, layout: layout)
    var general: [EncodedTokens] = []
    for n in 0..<4 {
      let tokens = (0..<20).map { place in Int32(5 + (place * 3 + n) % 90) }
      general.append(EncodedTokens(tokens: tokens, supervised: tokens.indices.map { $0 > 0 }))
    }
    return try ContinualBench(
      engine: GradientEngine(model: model, layout: layout), tasks: tasks, arm: arm, settings: settings,
      writer: { [file] adapter in
        Generator(
          model: try LanguageModel(file: file, memory: .small, threads: 2, purpose: .generation), adapter: adapter)
      }, general: GeneralTexts(replayed: general, heldOut: Array(general.prefix(2)))
    ).run(shared: shared, pause: {}, progress: { _ in })
  }

  @Test("fills R from the base to the last task, the same again with the same seed", arguments: ContinualArm.names)
  func everyArm(name: String) throws {
    let result = try run(name, settings())
    #expect(result.matrix.count == (name == "joint" ? 2 : 3))
    #expect(result.matrix.allSatisfy { $0.count == 2 && $0.allSatisfy { (0...1).contains($0 ?? -1) } })
    #expect(result.episodes.allSatisfy { $0.steps > 0 && $0.changeNorm > 0 && $0.changeNorm.isFinite })
    #expect((result.backwardTransfer == nil) == (name == "joint"))
    #expect(result.equivalentTokens >= Double(result.tokens))
    #expect(try #require(result.generalDivergence) > 0)
    let answers = try #require(result.answerLoss)
    #expect(answers.matrix.count == result.matrix.count)
    #expect(answers.matrix.allSatisfy { $0.allSatisfy { $0.map { $0 > 0 && $0.isFinite } == true } })
    #expect(answers.mean == (answers.matrix.last?.compactMap(\.self).reduce(0, +)).map { $0 / 2 })
    #expect((answers.backwardTransfer == nil) == (name == "joint"))
    if name == "dark" || name == "default" {
      let again = try run(name, settings())
      #expect(again.matrix == result.matrix && again.episodes == result.episodes)
    }
  }

  @Test("takes over the first task that another arm has learned, and nothing changes by it")
  func sharesTheStart() throws {
    let shared = SharedStart()
    let naive = try run("naive", settings(), shared: shared)
    let general = try run("general", settings(), shared: shared)
    #expect(general.matrix == (try run("general", settings())).matrix)
    for name in ["replay", "ewc", "ewc-product", "step-back", "replay+general"] {
      let (apart, together) = (try run(name, settings()), try run(name, settings(), shared: shared))
      #expect(together.matrix == apart.matrix && together.tokens == apart.tokens)
      #expect(together.episodes.map(\.changeNorm) == apart.episodes.map(\.changeNorm), "\(name)")
      #expect(together.matrix[1] == (name.contains("general") ? general : naive).matrix[1])
    }
  }

  @Test("keeps the buffer's share of past samples, and none with 0")
  func buffer() throws {
    var settings = settings()
    let all = try run("replay", settings)
    settings.buffer = 0
    let none = try run("replay", settings)
    #expect(none.matrix == (try run("naive", settings)).matrix)
    #expect(none.tokens < all.tokens)
    settings.buffer = 0.05
    let few = try run("replay", settings)
    let often = try run("rehearse", settings)
    #expect(few.tokens > none.tokens && often.tokens > few.tokens)
  }

  @Test("knows parts by their names alone, each once")
  func names() throws {
    #expect(try ContinualArm("replay+ewc").parts == [.replay, .ewc])
    #expect(try ContinualArm("replay=0.3+ewc=0.01").parts == [.replay, .ewc])
    #expect(try ContinualArm("default").parts == ContinualArm.standardParts)
    #expect(try ContinualArm("naive").parts == [])
    for wrong in [
      "", "replays", "ewc+ewc", "naive+ewc", "ewc+", "+", "ewc=", "ewc=-1", "slow=1.5", "slao=1", "ewc=nan",
    ] {
      #expect(throws: ContinualArm.NameError.self) { try ContinualArm(wrong) }
    }
  }

  @Test("knows how much of a step it leaves to new samples")
  func room() throws {
    let recipe = LearningRecipe()
    #expect(try ContinualArm("replay=0.9+general=0.5").replayedShare(recipe) == 1.4)
    #expect(try ContinualArm("naive").replayedShare(recipe) == 0)
    #expect(try ContinualArm("default").replayedShare(recipe) == recipe.replayShare + recipe.generalShare)
  }

  @Test("takes a part's number from its name")
  func values() throws {
    let settings = settings()
    #expect(try run("replay=0", settings).matrix == (try run("naive", settings)).matrix)
    #expect(try run("ewc=0", settings).matrix == (try run("naive", settings)).matrix)
    #expect(
      try run("replay=0.2", settings).tokens == (try run("replay", settings)).tokens)
  }

  @Test("leaves out of R what no mean needs, where it is to be brief")
  func brief() throws {
    var settings = settings()
    let whole = try run("naive", settings)
    settings.isBrief = true
    let brief = try run("naive", settings)
    #expect(brief.matrix[1][1] == nil && !brief.isComplete && whole.isComplete)
    #expect(brief.matrix[1][0] == whole.matrix[1][0] && brief.matrix[2] == whole.matrix[2])
    #expect(brief.backwardTransfer == whole.backwardTransfer && brief.accuracy == whole.accuracy)
    #expect(brief.learningAccuracy == whole.learningAccuracy && brief.forwardTransfer == nil)
  }

  @Test("rehearses what it wrote itself, of prompts and of text, without a sample of its own")
  func synthesis() throws {
    var settings = settings()
    settings.buffer = 0
    let naive = try run("naive", settings)
    let synthesis = try run("replay+synthesis=12", settings)
    #expect(synthesis.tokens > naive.tokens && synthesis.matrix[1] == naive.matrix[1])
    #expect(try run("replay+synthesis=12", settings).matrix == synthesis.matrix)
  }

  @Test(
    "has replay recall what the last version predicts of it, of what is replayed alone", arguments: ["recall", "soft"])
  func recall(part: String) throws {
    var settings = settings()
    let (replay, recall) = (try run("replay", settings), try run("replay+\(part)", settings))
    #expect(recall.tokens == replay.tokens && recall.equivalentTokens > replay.equivalentTokens)
    #expect(recall.matrix[1] == replay.matrix[1])
    #expect(recall.episodes[0] == replay.episodes[0] && recall.episodes[1] != replay.episodes[1])
    #expect(try run("replay+\(part)", settings).episodes == recall.episodes)
    settings.buffer = 0
    #expect(try run("replay+\(part)", settings).episodes == (try run("naive", settings)).episodes)
  }

  @Test("learns of replay either its tokens and what is recalled, or that alone")
  func soft() throws {
    #expect(try run("replay+soft=1", settings()).episodes != (try run("replay+recall=1", settings())).episodes)
  }

  @Test("learns each task jointly as often as alone")
  func joint() throws {
    #expect(try run("joint", settings()).tokens == (try run("naive", settings())).tokens)
  }

  @Test("measures loss where tasks are texts")
  func text() throws {
    var rows: [[Int32]] = []
    for n in 0..<6 { rows.append((0..<30).map { place in Int32(10 + (place * (n + 2)) % 40) }) }
    let task = ContinualTask(
      name: "text", train: rows.map { EncodedTokens(tokens: $0, supervised: $0.indices.map { $0 > 0 }) },
      test: .text(rows.map { PackedRow(text: $0) }))
    let layout = AdapterLayout(lora: LoRAConfiguration(rank: 4, alpha: 8), model: file.configuration)
    let result = try ContinualBench(
      engine: GradientEngine(model: try LanguageModel(file: file, threads: 2, layout: layout), layout: layout),
      tasks: [task], arm: try ContinualArm("naive"), settings: settings()
    ).run(pause: {}, progress: { _ in })
    let (base, learned) = (try #require(result.matrix[0][0]), try #require(result.matrix[1][0]))
    #expect(result.accuracy == nil && learned < base)
  }
}
