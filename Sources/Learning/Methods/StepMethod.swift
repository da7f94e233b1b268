/// Something that changes each step's gradient; a trainer has any number of them, in order.
package protocol StepMethod: Sendable {
  /// Adds this method's own gradient to that of the step's mean loss, before clipping.
  /// - Parameter parameters: before the update.
  /// - Returns: the penalty in nats; 0 where it has none.
  func adjust(_ gradient: inout [Float], at parameters: [Float]) -> Double
}
