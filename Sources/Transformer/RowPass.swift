// T tokens of a row · N supervised tokens · C hidden · V vocabulary

import ModelFiles
import Tensors

/// A row on its way through the decoder.
struct RowContext {
  let row: PackedRow
  let segments: [Range<Int>]
  /// Position of each token in its segment, or behind the segments that its own goes on from.
  let positions: [Int]
  /// Of each segment, those that it goes on from, in order; empty where it starts afresh.
  let prefixes: [[Range<Int>]]
  /// Tells rows of a step apart for dropout's masks.
  let index: Int
  let team: Team

  init(_ row: PackedRow, index: Int, team: Team) {
    self.row = row
    let segments = row.segments
    self.segments = segments
    var prefixes: [[Range<Int>]] = []
    for k in segments.indices {
      prefixes.append(row.continues?[k].map { prefixes[$0] + [segments[$0]] } ?? [])
    }
    self.prefixes = prefixes
    positions = segments.indices.flatMap { k in
      let past = prefixes[k].reduce(0) { $0 + $1.count }
      return past..<past + segments[k].count
    }
    self.index = index
    self.team = team
  }

  var count: Int { row.tokens.count }

  /// One call for each (segment, its prefixes, head), spread over the team; the last argument names the part, for its
  /// scratch. A head's segments stay together, in order, where they add to a common prefix.
  func spread(heads: Int, _ body: (Range<Int>, [Range<Int>], Int, Int) -> Void) {
    let together = row.continues == nil ? 1 : segments.count
    let items = segments.count * heads / together
    let parts = min(team.threads, items)
    team.each(parts) { part in
      for item in stride(from: part, to: items, by: parts) {
        for place in 0..<together {
          let segment = together > 1 ? place : item / heads
          body(segments[segment], prefixes[segment], item % heads, part)
        }
      }
    }
  }
}

/// One row through the whole decoder, in one lane's memory.
struct RowPass {
  let model: LanguageModel
  let lane: Workspace
  let context: RowContext
  let dropout: ElementDropout?

  private var row: PackedRow { context.row }
  private var hidden: Int { model.configuration.hidden }
  private var vocabulary: Int { model.configuration.vocabulary }
  private var final: FloatBuffer { lane.input(model.configuration.layers) }

  /// Embeds the row and runs every layer.
  func forward() {
    for (t, token) in row.tokens.enumerated() {
      unsafe model.head.embed(token, into: lane.input(0).pointer + t * hidden)
    }
    for index in 0..<model.configuration.layers {
      layer(index).forward(context, input: lane.input(index), output: lane.input(index + 1))
    }
  }

  /// Forward, loss and the adapter's gradient of the summed loss, added to the lane's.
  /// - Parameter teacher: the base's `supervisedHidden` of the row's distilled part, where it has one.
  func train(layout: AdapterLayout, teacher: FloatBuffer?) -> LossSum {
    forward()
    guard let scratch = lane.backward else { return LossSum() }
    let (learned, distilled) = row.targets
    let targets = learned + distilled
    gather(targets)
    var loss = LossSum(tokens: learned.count { row.supervised[$0] }, distilled: distilled.count)
    StepClock.measure(.vocabulary) {
      eachChunk(of: learned) { first, chunk in
        loss += losses(ofLogitsAt: chunk)
        unsafe model.head.backward(
          lane.logits.pointer, count: chunk.count, into: lane.dHidden.pointer + first * hidden,
          scratch: lane.vocabularyScratch, rows: lane.half, team: context.team)
      }
      if let teacher { loss.divergence = distil(from: teacher, first: learned.count, count: distilled.count) }
    }
    scratch.dx.fill(0)
    for (i, t) in targets.enumerated() {
      unsafe RMSNorm.backward(
        lane.dHidden.pointer + (i - t + 1) * hidden, gradientStride: hidden, x: final.pointer, stride: hidden,
        weight: model.finalNorm, reciprocal: lane.finalReciprocal.pointer, addingTo: scratch.dx.pointer,
        outputStride: hidden, rows: t - 1..<t, width: hidden)
    }
    for index in (0..<model.configuration.layers).reversed() {
      let layer = layer(index)
      if lane.isOverwritten(index) { layer.recompute(context, input: lane.input(index)) }
      layer.backward(context, input: lane.input(index), scratch: scratch, layout: layout, isLowest: index == 0)
    }
    return loss
  }

  /// Of the lane's logits, which become their gradients: what is learned and recalled at `places`.
  private func losses(ofLogitsAt places: [Int]) -> LossSum {
    var terms = [(nll: Double, divergence: Double)](repeating: (0, 0), count: places.count)
    unsafe terms.withUnsafeMutableBufferPointer { terms in
      nonisolated(unsafe) let terms = unsafe terms
      context.team.split(places.count) { some in
        for i in some {
          let (t, logits) = unsafe (places[i], lane.logits.pointer + i * vocabulary)
          if let recall = row.recall, let memory = recall.targets[t] {
            unsafe terms[i] = memory.lossAndGradient(
              logits, vocabulary: vocabulary, target: row.supervised[t] ? Int(row.tokens[t]) : nil,
              weight: recall.weight)
          } else {
            unsafe terms[i].nll = Double(
              CrossEntropy.lossAndGradient(logits, vocabulary: vocabulary, target: Int(row.tokens[t])))
          }
        }
      }
    }
    var sum = LossSum()
    for (t, term) in zip(places, terms) {
      sum.nll += term.nll
      sum.recall += term.divergence
      if row.recall?.targets[t] != nil { sum.recalled += 1 }
    }
    return sum
  }

  /// NLL in nats of each supervised token, 0 elsewhere.
  func losses() -> [Float] {
    forward()
    var losses = [Float](repeating: 0, count: context.count)
    let targets = row.supervisedPlaces
    gather(targets)
    eachChunk(of: targets) { _, chunk in
      for (i, t) in chunk.enumerated() {
        losses[t] = unsafe CrossEntropy.loss(
          lane.logits.pointer + i * vocabulary, vocabulary: vocabulary, target: Int(row.tokens[t]))
      }
    }
    return losses
  }

  /// log softmax in nats of each asked token, behind each asked place.
  func logProbabilities(_ asked: [ContinuationRow.Question]) -> [[Float]] {
    forward()
    gather(asked.map { $0.place + 1 })
    var answers = [[Float]](repeating: [], count: asked.count)
    eachChunk(of: Array(asked.indices)) { first, chunk in
      for i in chunk.indices {
        let logits = unsafe lane.logits.pointer + i * vocabulary
        let norm = unsafe Softmax.logSumExp(logits, vocabulary)
        answers[first + i] = asked[first + i].tokens.map { unsafe logits[Int($0)] - norm }
      }
    }
    return answers
  }

  /// What is predicted of the tokens at `places`, as a store keeps it.
  func softTargets(at places: [Int], count: Int) -> [Int: SoftTarget] {
    forward()
    gather(places)
    var targets: [Int: SoftTarget] = [:]
    eachChunk(of: places) { _, chunk in
      for (i, t) in chunk.enumerated() {
        targets[t] = unsafe SoftTarget(
          logits: UnsafeBufferPointer(start: lane.logits.pointer + i * vocabulary, count: vocabulary), count: count)
      }
    }
    return targets
  }

  /// The final norm's output at each position that predicts a supervised token, [N, C].
  func supervisedHidden() -> FloatBuffer {
    forward()
    let targets = row.supervisedPlaces
    gather(targets)
    let count = targets.count * hidden
    let copy = FloatBuffer(count: count)
    unsafe copy.pointer.update(from: lane.hidden.pointer, count: count)
    return copy
  }

  /// The final norm's output, averaged over the row's tokens, [C].
  func meanHidden() -> [Float] {
    forward()
    unsafe normalise(rows: 0..<context.count, into: lane.hidden.pointer)
    return (0..<hidden).map { place in
      let sum = (0..<context.count).reduce(0.0) { unsafe $0 + Double(lane.hidden.pointer[$1 * hidden + place]) }
      return Float(sum / Double(max(context.count, 1)))
    }
  }

  /// Calls `body` with the logits of every position, in order.
  func eachPosition(_ body: (Int, UnsafeBufferPointer<Float>) -> Void) {
    forward()
    unsafe normalise(rows: 0..<context.count, into: lane.hidden.pointer)
    eachChunk(of: Array(0..<context.count)) { first, chunk in
      for i in chunk.indices {
        unsafe body(first + i, UnsafeBufferPointer(start: lane.logits.pointer + i * vocabulary, count: vocabulary))
      }
    }
  }

  private func layer(_ index: Int) -> DecoderLayer {
    DecoderLayer(
      model: model, index: index,
      weights: model.weights(
        layer: index, scratch: lane.layerScratch, rows: lane.half, team: context.team),
      cache: lane.cache(index),
      workspace: lane, dropout: dropout)
  }

  /// Lays the normed hidden states that predict the tokens at `targets` end to end in the lane.
  private func gather(_ targets: [Int]) {
    for (i, t) in targets.enumerated() {
      unsafe normalise(rows: t - 1..<t, into: lane.hidden.pointer + (i - t + 1) * hidden)
    }
  }

  /// Divergence from the teacher, and its gradient, of the lane's hidden rows from `first` on.
  private func distil(from teacher: FloatBuffer, first: Int, count: Int) -> Double {
    let weight = row.distillation?.weight ?? 0
    // Half of the lane's logits are the model's, half the teacher's; as many as the row has use for, since a lane that was
    // made for longer rows would round otherwise.
    let size = max(min(VocabularyHead.chunk, row.tokens.count) / 2, 1)
    var sum = 0.0
    for start in stride(from: 0, to: count, by: size) {
      let rows = min(size, count - start)
      let (model, base) = unsafe (lane.logits.pointer, lane.logits.pointer + size * vocabulary)
      unsafe self.model.head.project(
        lane.hidden.pointer + (first + start) * hidden, count: rows, into: model, scratch: lane.vocabularyScratch,
        rows: lane.half, team: context.team)
      unsafe self.model.head.project(
        teacher.pointer + start * hidden, count: rows, into: base, scratch: lane.vocabularyScratch,
        rows: lane.half, team: context.team)
      var terms = [Double](repeating: 0, count: rows)
      unsafe terms.withUnsafeMutableBufferPointer { terms in
        nonisolated(unsafe) let terms = unsafe terms
        context.team.each(rows) { i in
          unsafe terms[i] = CrossEntropy.divergenceAndGradient(
            base + i * vocabulary, model + i * vocabulary, vocabulary: vocabulary, weight: weight)
        }
      }
      sum += terms.reduce(0, +)
      unsafe self.model.head.backward(
        model, count: rows, into: lane.dHidden.pointer + (first + start) * hidden, scratch: lane.vocabularyScratch,
        rows: lane.half, team: context.team)
    }
    return sum
  }

  private func normalise(rows: Range<Int>, into target: UnsafeMutablePointer<Float>) {
    unsafe RMSNorm.forward(
      final.pointer, stride: hidden, weight: model.finalNorm, into: target, outputStride: hidden,
      reciprocal: lane.finalReciprocal.pointer, rows: rows, width: hidden, epsilon: model.configuration.normEpsilon)
  }

  /// Computes logits for a few of the lane's hidden rows at a time, into the lane's buffer.
  private func eachChunk(of targets: [Int], _ body: (Int, [Int]) -> Void) {
    let size = max(lane.logits.count / vocabulary, 1)
    for first in stride(from: 0, to: targets.count, by: size) {
      let chunk = Array(targets[first..<min(first + size, targets.count)])
      unsafe model.head.project(
        lane.hidden.pointer + first * hidden, count: chunk.count, into: lane.logits.pointer,
        scratch: lane.vocabularyScratch, rows: lane.half, team: context.team)
      body(first, chunk)
    }
  }
}
