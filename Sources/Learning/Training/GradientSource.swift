import ModelFiles
import Transformer

/// A model that learning can train: losses and exact gradients of a flat parameter vector.
package protocol GradientSource {
  var parameterCount: Int { get }

  /// Adds the gradient of the rows' summed NLL to `gradient`.
  /// - Parameter pause: called between rows; what it throws is thrown on, and `gradient` is worth nothing then.
  func lossAndGradient(
    rows: [PackedRow], parameters: [Float], noise: StepNoise, into gradient: inout [Float], pause: () throws -> Void
  ) rethrows -> LossSum

  /// Calls `body` with each row's own gradient of its summed NLL, in order.
  func eachRowGradient(rows: [PackedRow], parameters: [Float], _ body: (Int, Span<Float>, LossSum) -> Void)

  /// Each row's summed NLL over its supervised tokens.
  func losses(rows: [PackedRow], parameters: [Float]) -> [LossSum]
}

extension GradientSource {
  package func lossAndGradient(
    rows: [PackedRow], parameters: [Float], noise: StepNoise, into gradient: inout [Float]
  ) -> LossSum {
    lossAndGradient(rows: rows, parameters: parameters, noise: noise, into: &gradient, pause: {})
  }
}

/// The decoder with an adapter, as something that learning can train.
package struct AdapterGradients: GradientSource {
  private let engine: GradientEngine

  package init(_ engine: GradientEngine) { self.engine = engine }

  package var parameterCount: Int { engine.layout.count }

  private func adapter(_ parameters: [Float]) -> Adapter { Adapter(layout: engine.layout, parameters: parameters) }

  package func lossAndGradient(
    rows: [PackedRow], parameters: [Float], noise: StepNoise, into gradient: inout [Float], pause: () throws -> Void
  ) rethrows -> LossSum {
    try engine.lossAndGradient(
      rows: rows, adapter: adapter(parameters), noise: noise, into: &gradient, pause: pause)
  }

  package func eachRowGradient(
    rows: [PackedRow], parameters: [Float], _ body: (Int, Span<Float>, LossSum) -> Void
  ) {
    unsafe engine.eachRowGradient(rows: rows, adapter: adapter(parameters)) { row, gradient, loss in
      unsafe body(row, gradient.span, loss)
    }
  }

  package func losses(rows: [PackedRow], parameters: [Float]) -> [LossSum] {
    zip(rows, engine.tokenLosses(rows: rows, adapter: adapter(parameters))).map { row, losses in
      LossSum(nll: losses.reduce(0) { $0 + Double($1) }, tokens: row.supervisedCount)
    }
  }
}
