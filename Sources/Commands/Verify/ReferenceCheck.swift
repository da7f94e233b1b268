import Reports

/// One comparison with reference figures: the worst difference beside what is allowed.
struct ReferenceCheck: Encodable, Sendable {
  let name: String
  /// In the tolerance's unit; not finite where our figure is not.
  @Figure var worst: Double
  let tolerance: Double
  /// What a difference is here, such as `relative` or `texts`.
  let unit: String
  /// Where the worst is.
  let at: String
  let ok: Bool
}

/// Collects differences and remembers the worst.
struct WorstDifference {
  private(set) var value = 0.0
  private(set) var place = ""

  /// A difference that is no number counts as infinite: nothing that diverged may pass.
  mutating func add(_ difference: Double, at place: @autoclosure () -> String) {
    let difference = difference.isNaN ? .infinity : abs(difference)
    if difference > value {
      value = difference
      self.place = place()
    }
  }

  /// The difference as a share of the reference.
  mutating func addRelative(_ ours: Double, reference: Double, at place: @autoclosure () -> String) {
    let difference = ours - reference
    add(difference == 0 ? 0 : difference / abs(reference), at: place())
  }

  /// Differences of several numbers as a share of the largest of the reference's.
  mutating func addScaled(_ ours: some Sequence<Float>, reference: [Double], at place: @autoclosure () -> String) {
    let largest = reference.map(abs).max() ?? 0
    for (our, their) in zip(ours, reference) {
      let difference = Double(our) - their
      add(difference == 0 ? 0 : difference / largest, at: place())
    }
  }

  func check(_ name: String, within tolerance: Double, _ unit: String) -> ReferenceCheck {
    ReferenceCheck(
      name: name, worst: value, tolerance: tolerance, unit: unit, at: place, ok: value <= tolerance)
  }
}
