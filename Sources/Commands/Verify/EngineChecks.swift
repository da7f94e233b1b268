import Foundation
import Learning
import ModelFiles
import Tokenizers
import Transformer

/// The comparisons that a reference folder allows, with the tolerances of its README.
struct EngineChecks {
  let folder: ReferenceFolder

  /// Ids exactly, and the text back from them.
  func tokenizer(_ tokenizer: Tokenizer) throws -> [ReferenceCheck] {
    let vectors = try folder.tokenizerVectors()
    let size = Int32(tokenizer.vocabularySize)
    var (wrongIDs, wrongTexts) = (0, 0)
    var (firstID, firstText) = ("", "")
    for (i, vector) in vectors.enumerated() {
      if tokenizer.encode(vector.text, recognisingSpecials: true) != vector.ids {
        if wrongIDs == 0 { firstID = "line \(i + 1)" }
        wrongIDs += 1
      }
      let isKnown = vector.ids.allSatisfy { $0 >= 0 && $0 < size }
      if !isKnown || tokenizer.decodeBytes(vector.ids) != Array(vector.text.utf8) {
        if wrongTexts == 0 { firstText = "line \(i + 1)" }
        wrongTexts += 1
      }
    }
    let unit = "of \(vectors.count) texts"
    return [("tokenizer ids", wrongIDs, firstID), ("tokenizer decoding", wrongTexts, firstText)].map {
      name, wrong, at in
      ReferenceCheck(name: name, worst: Double(wrong), tolerance: 0, unit: unit, at: at, ok: wrong == 0)
    }
  }

  /// Logits of the base alone at every position.
  func logits(_ engine: GradientEngine) throws -> [ReferenceCheck] {
    var (top, normaliser) = (WorstDifference(), WorstDifference())
    let vocabulary = engine.model.configuration.vocabulary
    for (number, sequence) in try folder.logits().enumerated() {
      let count = sequence.ids.count
      guard [sequence.topIDs.count, sequence.topLogits.count, sequence.logSumExp.count].allSatisfy({ $0 == count }),
        fits(sequence.ids, vocabulary), sequence.topIDs.joined().allSatisfy({ (0..<vocabulary).contains($0) })
      else { throw misfit(ReferenceFolder.logitsName, "sequence \(number + 1)") }
      unsafe engine.eachPositionLogits(row: PackedRow(text: sequence.ids), adapter: nil) { position, logits in
        let place = "sequence \(number + 1), position \(position)"
        for (id, theirs) in zip(sequence.topIDs[position], sequence.topLogits[position]) {
          unsafe top.add(Double(logits[id]) - theirs, at: place)
        }
        unsafe normaliser.add(Self.logSumExp(logits.span) - sequence.logSumExp[position], at: place)
      }
    }
    return [top.check("logits", within: 2e-3, "absolute"), normaliser.check("log-sum-exp", within: 2e-3, "absolute")]
  }

  /// log Σ exp(xᵢ), in double precision.
  private static func logSumExp(_ x: Span<Float>) -> Double {
    var largest = -Float.infinity
    for i in x.indices { largest = max(largest, x[i]) }
    var sum = 0.0
    for i in x.indices { sum += exp(Double(x[i] - largest)) }
    return Double(largest) + log(sum)
  }

  /// The Fisher of the initial adapter over the sequences of the first two batches.
  func fisher(_ engine: GradientEngine, _ initial: Adapter, _ training: ReferenceFolder.Training) throws
    -> [ReferenceCheck]
  {
    let samples = try training.steps.prefix(2).flatMap { try rows(of: $0, engine) }
    let fisher = try FisherEstimator.estimate(
      samples: samples, parameters: initial.parameters, using: AdapterGradients(engine))
    var (sums, largest, singles) = (WorstDifference(), WorstDifference(), WorstDifference())
    for entry in engine.layout.entries {
      guard let theirs = training.fisher[entry.peftName] else { throw missing(entry.peftName) }
      let ours = fisher[entry.range]
      sums.addRelative(ours.reduce(0) { $0 + Double($1) }, reference: theirs.sum, at: entry.peftName)
      largest.addRelative(Double(ours.max() ?? 0), reference: theirs.max, at: entry.peftName)
      singles.addScaled(ours.prefix(8), reference: theirs.first8, at: entry.peftName)
    }
    return [
      sums.check("Fisher sums", within: 0.01, "relative"), largest.check("Fisher maxima", within: 0.01, "relative"),
      singles.check("Fisher elements", within: 0.05, "of the largest of eight"),
    ]
  }

  /// AdamW from the initial adapter over the given batches.
  func training(_ engine: GradientEngine, _ initial: Adapter, _ training: ReferenceFolder.Training) throws
    -> [ReferenceCheck]
  {
    var adapter = initial
    let options = training.optimizer
    guard options.betas.count == 2 else { throw misfit(ReferenceFolder.trainingName, "optimizer.betas") }
    var optimiser = AdamW(
      count: engine.layout.count,
      settings: .init(
        beta1: options.betas[0], beta2: options.betas[1], epsilon: options.eps, weightDecay: options.weightDecay))
    var (losses, norms, sums) = (WorstDifference(), WorstDifference(), WorstDifference())
    for (number, step) in training.steps.enumerated() {
      var gradient = [Float](repeating: 0, count: engine.layout.count)
      let loss = engine.lossAndGradient(rows: try rows(of: step, engine), adapter: adapter, into: &gradient)
      let scale = 1 / Float(max(loss.tokens, 1))
      for i in gradient.indices { gradient[i] *= scale }
      let norm = clipGlobalNorm(&gradient, to: Float(options.clip)).norm
      losses.addRelative(loss.mean, reference: step.loss, at: "step \(number)")
      norms.addRelative(norm, reference: step.gradientNorm, at: "step \(number)")
      if let theirs = step.clippedGradientSums {
        for entry in engine.layout.entries {
          guard let reference = theirs[entry.peftName] else { throw missing(entry.peftName) }
          sums.addRelative(
            gradient[entry.range].reduce(0) { $0 + Double(abs($1)) }, reference: reference, at: entry.peftName)
        }
      }
      optimiser.step(parameters: &adapter.parameters, gradient: gradient, rate: Float(options.lr))
    }
    if let first = training.steps.first {
      let rows = try rows(of: first, engine)
      let after = engine.tokenLosses(rows: rows, adapter: adapter).joined().reduce(0) { $0 + Double($1) }
      let targets = rows.reduce(0) { $0 + $1.supervisedCount }
      losses.addRelative(after / Double(max(targets, 1)), reference: training.lossAfter, at: "the end")
    }
    var (finalSums, finals) = (WorstDifference(), WorstDifference())
    for entry in engine.layout.entries {
      guard let theirs = training.final[entry.peftName] else { throw missing(entry.peftName) }
      let ours = adapter.parameters[entry.range]
      finalSums.addRelative(ours.reduce(0) { $0 + Double(abs($1)) }, reference: theirs.absoluteSum, at: entry.peftName)
      finals.addScaled(ours.prefix(8), reference: theirs.first8, at: entry.peftName)
    }
    return [
      losses.check("losses", within: 1e-3, "relative"), norms.check("gradient norms", within: 0.01, "relative"),
      sums.check("gradient sums", within: 0.01, "relative"),
      finalSums.check("final parameter sums", within: 0.01, "relative"),
      finals.check("final parameters", within: 0.05, "of the largest of eight"),
    ]
  }

  private func rows(of step: ReferenceFolder.Training.Step, _ engine: GradientEngine) throws -> [PackedRow] {
    guard step.ids.count == step.supervised.count,
      zip(step.ids, step.supervised).allSatisfy({ $0.count == $1.count && !$0.isEmpty }),
      step.ids.allSatisfy({ fits($0, engine.model.configuration.vocabulary) })
    else { throw misfit(ReferenceFolder.trainingName, "a step") }
    // A row's first token is never a target, whatever its flag says.
    return zip(step.ids, step.supervised).map { PackedRow(tokens: $0, supervised: $1.map { $0 != 0 }) }
  }

  private func fits(_ ids: [Int32], _ vocabulary: Int) -> Bool {
    !ids.isEmpty && ids.allSatisfy { (0..<vocabulary).contains(Int($0)) }
  }

  private func misfit(_ name: String, _ place: String) -> VerbError {
    VerbError("\(folder.file(name)): \(place) does not fit this model. Name the model it was made with, with --model.")
  }

  private func missing(_ tensor: String) -> VerbError {
    VerbError("\(folder.file(ReferenceFolder.trainingName)): has no figures for \(tensor). Make the folder again.")
  }
}
