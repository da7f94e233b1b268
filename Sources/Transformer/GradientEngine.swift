// B rows of a step · T tokens of a row · N supervised tokens · C hidden · V vocabulary

import Dispatch
import ModelFiles
import Tensors

/// Regularisation of one training step.
package struct StepNoise: Sendable {
  package var rankMask: RankMask?
  package var dropout: ElementDropout?

  package init(rankMask: RankMask? = nil, dropout: ElementDropout? = nil) {
    self.rankMask = rankMask
    self.dropout = dropout
  }

  package static let none = StepNoise()
}

/// Losses and exact gradients of an adapter over packed rows.
///
/// Rows go through the decoder side by side, one thread each, as long as there are as many as threads; what is left over
/// runs one row at a time with all threads inside. Scratch is made once. The sums depend on the rows, their order, the
/// threads and the lanes only.
package final class GradientEngine {
  package let model: LanguageModel
  package let layout: AdapterLayout
  /// The most rows that are trained side by side; measuring keeps little, so there it is one a thread.
  private let lanes: Int
  /// Topmost layers whose activations are kept for backward.
  private let kept: Int
  private var trainingLanes: [Workspace] = []
  private var evaluationLanes: [Workspace] = []

  /// - Parameters:
  ///   - lanes: the most rows that are trained side by side; `nil` is one a thread.
  ///   - kept: topmost layers whose activations are kept for backward; `nil` is all in fast mode, none in small mode.
  package init(model: LanguageModel, layout: AdapterLayout, lanes: Int? = nil, kept: Int? = nil) {
    self.model = model
    self.layout = layout
    self.lanes = max(min(lanes ?? model.threads, model.threads), 1)
    self.kept = kept ?? (model.memory == .fast ? model.configuration.layers : 0)
  }

  /// Adds the gradient of the rows' summed loss to `gradient` (the caller divides by the supervised tokens).
  ///
  /// - Parameters:
  ///   - gradient: one value for each place in `layout`.
  ///   - pause: called before each row that runs by itself; what it throws is thrown on, with `gradient` as it was.
  package func lossAndGradient(
    rows: [PackedRow], adapter: Adapter, noise: StepNoise, into gradient: inout [Float],
    pause: () throws -> Void
  ) rethrows -> LossSum {
    precondition(gradient.count == layout.count, "gradient: \(gradient.count) of \(layout.count)")
    prepareTraining(rows)
    let teachers = teachers(of: rows)
    bind(adapter, noise.rankMask)
    model.bindHalf()
    for lane in trainingLanes { lane.backward?.gradient.fill(0) }
    let layout = layout
    let losses = try spread(rows, over: trainingLanes, dropout: noise.dropout, pause: pause) { pass in
      pass.train(layout: layout, teacher: teachers[pass.context.index])
    }
    for lane in trainingLanes {
      guard let own = lane.backward?.gradient else { continue }
      unsafe gradient.withUnsafeMutableBufferPointer { target in
        for i in 0..<target.count { unsafe target[i] += own.pointer[i] }
      }
    }
    mask(&gradient, noise.rankMask)
    return losses.reduce(into: LossSum()) { $0 += $1 }
  }

  package func lossAndGradient(
    rows: [PackedRow], adapter: Adapter, noise: StepNoise = .none, into gradient: inout [Float]
  ) -> LossSum {
    lossAndGradient(rows: rows, adapter: adapter, noise: noise, into: &gradient, pause: {})
  }

  /// Calls `body` with each row's own gradient of its summed NLL, in order (for per-sample Fisher and clipping).
  /// - Precondition: no row is distilled.
  package func eachRowGradient(
    rows: [PackedRow], adapter: Adapter, _ body: (Int, UnsafeBufferPointer<Float>, LossSum) -> Void
  ) {
    precondition(rows.allSatisfy { $0.distillation == nil }, "a distilled row's own gradient")
    bind(adapter, nil)
    model.bindHalf()
    prepareTraining(rows)
    let layout = layout
    var first = 0
    while first < rows.count {
      // Side by side only as `spread` does it: else all rows would add up in the first lane.
      let isWide = trainingLanes.count >= model.threads && rows.count - first >= trainingLanes.count
      let count = isWide ? trainingLanes.count : 1
      for lane in trainingLanes { lane.backward?.gradient.fill(0) }
      let losses = spread(Array(rows[first..<first + count]), over: trainingLanes, dropout: nil) {
        $0.train(layout: layout, teacher: nil)
      }
      for (i, loss) in losses.enumerated() {
        guard let own = trainingLanes[i].backward?.gradient else { continue }
        unsafe body(first + i, UnsafeBufferPointer(start: own.pointer, count: own.count), loss)
      }
      first += count
    }
  }

  /// NLL in nats of each supervised token under the base with `adapter` (`nil`: the base alone); 0 elsewhere.
  package func tokenLosses(rows: [PackedRow], adapter: Adapter?) -> [[Float]] {
    bind(adapter, nil)
    prepareEvaluation(rows)
    return spread(rows, over: evaluationLanes, dropout: nil) { $0.losses() }
  }

  /// Of each row, the final norm's output under the base alone, averaged over its tokens, [C].
  package func meanHidden(rows: [PackedRow]) -> [[Float]] {
    bind(nil, nil)
    prepareEvaluation(rows)
    return spread(rows, over: evaluationLanes, dropout: nil) { $0.meanHidden() }
  }

  /// Of each row, summed over its supervised tokens in nats: NLL under the base with `adapter`, and KL(base ‖ base with
  /// `adapter`).
  package func divergenceFromBase(rows: [PackedRow], adapter: Adapter) -> [(nll: Double, sum: Double, tokens: Int)] {
    bind(nil, nil)
    prepareEvaluation(rows)
    let base = spread(rows, over: evaluationLanes, dropout: nil) { $0.supervisedHidden() }
    bind(adapter, nil)
    let tuned = spread(rows, over: evaluationLanes, dropout: nil) { $0.supervisedHidden() }
    let (vocabulary, hidden) = (model.configuration.vocabulary, model.configuration.hidden)
    let team = Team(threads: model.threads)
    let chunk = VocabularyHead.chunk / 2
    let (p, q) = (FloatBuffer(count: chunk * vocabulary), FloatBuffer(count: chunk * vocabulary))
    return rows.indices.map { i in
      let targets = zip(rows[i].tokens, rows[i].supervised).filter(\.1).map(\.0)
      let tokens = targets.count
      var (nll, sum) = (0.0, 0.0)
      for first in stride(from: 0, to: tokens, by: chunk) {
        let count = min(chunk, tokens - first)
        for (source, logits) in [(base[i], p), (tuned[i], q)] {
          unsafe model.head.project(
            source.pointer + first * hidden, count: count, into: logits.pointer,
            scratch: evaluationLanes[0].vocabularyScratch, team: team)
        }
        var terms = [(nll: Double, divergence: Double)](repeating: (0, 0), count: count)
        unsafe terms.withUnsafeMutableBufferPointer { terms in
          nonisolated(unsafe) let terms = unsafe terms
          team.each(count) { row in
            let (base, tuned) = unsafe (p.pointer + row * vocabulary, q.pointer + row * vocabulary)
            unsafe terms[row] = unsafe (
              Double(CrossEntropy.loss(tuned, vocabulary: vocabulary, target: Int(targets[first + row]))),
              CrossEntropy.divergence(base, tuned, vocabulary: vocabulary)
            )
          }
        }
        nll += terms.reduce(0) { $0 + $1.nll }
        sum += terms.reduce(0) { $0 + $1.divergence }
      }
      return (nll, sum, tokens)
    }
  }

  /// Total log-probability in nats of each continuation of each question under the base with `adapter` (`nil`: the base
  /// alone). A question's prompt is read once, and its continuations beside each other behind it.
  package func logProbabilities(_ questions: [RankedContinuations], adapter: Adapter?) -> [[Double]] {
    let rows = ContinuationRow.pack(questions, capacity: Self.questionTokens)
    bind(adapter, nil)
    prepareEvaluation(rows.map(\.row))
    let answers = spread(rows.map(\.row), over: evaluationLanes, dropout: nil) { pass in
      pass.logProbabilities(rows[pass.context.index].questions)
    }
    var sums = questions.map { [Double](repeating: 0, count: $0.continuations.count) }
    for (row, answers) in zip(rows, answers) {
      for (question, values) in zip(row.questions, answers) {
        for (continuation, value) in zip(question.continuations, values) {
          sums[question.number][continuation] += Double(value)
        }
      }
    }
    return sums
  }

  /// Tokens of a row of questions.
  static let questionTokens = 512

  /// What the base with `adapter` predicts, as `SoftTarget.count` keeps it: of the supervised tokens, or with
  /// `everywhere` of every token but each segment's first.
  package func softTargets(rows: [PackedRow], adapter: Adapter?, everywhere: Bool = false) -> [[Int: SoftTarget]] {
    bind(adapter, nil)
    prepareEvaluation(rows)
    return spread(rows, over: evaluationLanes, dropout: nil) { pass in
      let row = pass.context.row
      let places = everywhere ? row.segments.flatMap { $0.dropFirst() } : row.supervisedPlaces
      return pass.softTargets(at: places, count: SoftTarget.count)
    }
  }

  /// Row and column sums of the squared gradients of the adapted weights, each row's own (of its summed NLL), added up.
  /// - Precondition: no row is distilled.
  package func weightSquares(rows: [PackedRow], adapter: Adapter, pause: () throws -> Void = {}) rethrows
    -> WeightSquares
  {
    precondition(rows.allSatisfy { $0.distillation == nil }, "a distilled row's own gradient")
    let total = WeightSquares(layout: layout)
    let layout = layout
    for first in stride(from: 0, to: rows.count, by: max(model.threads, 1)) {
      try pause()
      let part = Array(rows[first..<min(first + max(model.threads, 1), rows.count)])
      bind(adapter, nil)
      model.bindHalf()
      prepareTraining(part)
      let own = part.map { _ in WeightSquares(layout: layout) }
      _ = spread(part, over: trainingLanes, dropout: nil) { pass in
        pass.lane.backward?.squares = own[pass.context.index]
        defer { pass.lane.backward?.squares = nil }
        return pass.train(layout: layout, teacher: nil)
      }
      for squares in own { total.add(squares) }
    }
    return total
  }

  /// Calls `body(position, logits)` with the vocabulary logits at every position of one row, in order.
  package func eachPositionLogits(
    row: PackedRow, adapter: Adapter?, _ body: (Int, UnsafeBufferPointer<Float>) -> Void
  ) {
    bind(adapter, nil)
    prepareEvaluation([row])
    let context = RowContext(row, index: 0, team: Team(threads: model.threads))
    unsafe RowPass(model: model, lane: evaluationLanes[0], context: context, dropout: nil).eachPosition(body)
  }

  /// The base's final hidden states where it is what a row learns from, by row.
  private func teachers(of rows: [PackedRow]) -> [Int: FloatBuffer] {
    let parts = rows.enumerated().compactMap { place, row in row.distilledPart.map { (place, $0) } }
    if parts.isEmpty { return [:] }
    bind(nil, nil)
    model.bindHalf()
    let states = spread(parts.map(\.1), over: trainingLanes, dropout: nil) { $0.supervisedHidden() }
    return Dictionary(uniqueKeysWithValues: zip(parts.map(\.0), states))
  }

  // MARK: Rows over threads

  /// Scratch depends on the adapter's shape, so the weights make room before lanes are made.
  private func bind(_ adapter: Adapter?, _ mask: RankMask?) {
    if let adapter { precondition(adapter.layout == layout, "the adapter's layout is not the engine's") }
    model.makeRoom(for: layout)
    model.bind(adapter, mask: mask)
  }

  private func prepareTraining(_ rows: [PackedRow]) {
    grow(&trainingLanes, most: lanes, for: rows, purpose: .training(parameters: layout.count))
  }

  private func prepareEvaluation(_ rows: [PackedRow]) {
    grow(&evaluationLanes, most: model.threads, for: rows, purpose: .evaluation)
  }

  private func grow(_ lanes: inout [Workspace], most: Int, for rows: [PackedRow], purpose: Workspace.Purpose) {
    model.makeRoom(for: layout)
    let longest = max(rows.map(\.tokens.count).max() ?? 0, lanes.first?.tokens ?? 0)
    let count = max(min(most, max(rows.count, 1)), lanes.count)
    if count == lanes.count, longest == lanes[0].tokens { return }
    lanes = []
    lanes = (0..<count).map { lane in
      Workspace(
        WorkspacePlan(
          model: model.configuration, shapes: model.shapes, memory: model.memory, precision: model.precision,
          tokens: longest,
          threads: lane == 0 ? model.threads : 1, kept: kept, purpose: purpose))
    }
  }

  /// `work` on every row: side by side while there are enough, then one at a time with all threads inside.
  private func spread<Result>(
    _ rows: [PackedRow], over lanes: [Workspace], dropout: ElementDropout?, _ work: (RowPass) -> Result
  ) -> [Result] {
    spread(rows, over: lanes, dropout: dropout, pause: {}, work)
  }

  private func spread<Result>(
    _ rows: [PackedRow], over lanes: [Workspace], dropout: ElementDropout?, pause: () throws -> Void,
    _ work: (RowPass) -> Result
  ) rethrows -> [Result] {
    var results = [Result?](repeating: nil, count: rows.count)
    let together = lanes.count >= model.threads ? rows.count / model.threads * model.threads : 0
    func pass(_ i: Int, _ lane: Workspace, threads: Int) -> RowPass {
      RowPass(
        model: model, lane: lane, context: RowContext(rows[i], index: i, team: Team(threads: threads)), dropout: dropout
      )
    }
    try unsafe results.withUnsafeMutableBufferPointer { results in
      nonisolated(unsafe) let results = unsafe results
      try pause()
      Team(threads: lanes.count).each(together == 0 ? 0 : lanes.count) { lane in
        for i in stride(from: lane, to: together, by: lanes.count) {
          unsafe results[i] = work(pass(i, lanes[lane], threads: 1))
        }
      }
      for i in together..<rows.count {
        try pause()
        unsafe results[i] = work(pass(i, lanes[0], threads: model.threads))
      }
    }
    return results.compactMap { $0 }
  }

  /// The kept ranks' scale belongs to B's gradient too: y = s·m·B·A·x.
  private func mask(_ gradient: inout [Float], _ mask: RankMask?) {
    guard let mask else { return }
    for entry in layout.entries where entry.factor == .b {
      let scales = mask.scales(layer: entry.layer, projection: entry.projection)
      for row in 0..<entry.rows {
        for k in 0..<entry.columns { gradient[entry.offset + row * entry.columns + k] *= scales[k] }
      }
    }
  }
}
