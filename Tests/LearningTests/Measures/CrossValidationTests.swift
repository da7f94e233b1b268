import Foundation
import Learning
import ModelFiles
import TestSupport
import Testing
import Transformer

@Suite("Cross-validation")
struct CrossValidationTests {
  @Test("means and spreads are over folds, and the turn is where the mean is lowest")
  func figures() {
    let result = CrossValidation(folds: [[3, 2, 1.5, 2], [5, 3, 2.5, 2]])
    #expect(result.mean == [4, 2.5, 2, 2])
    #expect(abs(result.spread[0] - 2.0.squareRoot()) < 1e-12 && result.spread[3] == 0)
    #expect(result.turn == 2)
  }

  @Test("deals whole groups, the folds alike in tokens")
  func deal() {
    let dealt = CrossValidation.deal(tokens: [10, 1, 1, 1, 7, 4, 3, 3], folds: 3)
    var load = [0, 0, 0]
    for (fold, tokens) in zip(dealt, [10, 1, 1, 1, 7, 4, 3, 3]) { load[fold] += tokens }
    #expect(load.sorted() == [10, 10, 10])
  }

  @Test("holds each fold out once and measures it after every pass")
  func run() throws {
    let file = try withTemporaryDirectory { directory in
      try BaseModelFile.read(TinyModel().write(to: directory.appendingPathComponent("tiny.gguf").path))
    }
    let layout = AdapterLayout(lora: LoRAConfiguration(rank: 4, alpha: 8), model: file.configuration)
    let engine = GradientEngine(model: try LanguageModel(file: file, threads: 2, layout: layout), layout: layout)
    var settings = ContinualSettings()
    (settings.lora, settings.rate, settings.sequence, settings.epochs) = (layout.lora, 2e-2, 64, 4)
    var groups: [[EncodedTokens]] = []
    for n in 0..<6 {
      let tokens = (0..<30).map { place in Int32(10 + (place + n) % 7) }
      groups.append([EncodedTokens(tokens: tokens, supervised: tokens.indices.map { $0 > 0 })])
    }
    var shares: [Double] = []
    let result = try CrossValidation.run(groups: groups, folds: 3, settings: settings, engine: engine, pause: {}) {
      shares.append($3)
    }
    #expect(result.folds.count == 3 && result.folds.allSatisfy { $0.count == 5 })
    #expect(result.mean[4] < result.mean[0])
    #expect(shares.last == 1 && shares == shares.sorted())
  }
}
