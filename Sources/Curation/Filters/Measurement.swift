/// One figure that a filter took, beside its limit.
package struct Measurement: Codable, Hashable, Sendable {
  package enum Bound: String, Codable, Sendable { case most, least }

  package var name: RejectionReason.Name
  package var figure: Double
  package var limit: Double
  package var bound: Bound
  /// What an ordinary text has, where that is not nothing: from there nearness to the limit is measured.
  package var ordinary: Double?
  /// Which of several of its kind the rule is; never text of the document.
  package var detail: String?

  package init(_ name: RejectionReason.Name, _ figure: Double, _ bound: Bound, _ limit: Double, ordinary: Double? = nil)
  {
    self.name = name
    self.figure = figure
    self.bound = bound
    self.limit = limit
    self.ordinary = ordinary
  }

  package var isWithin: Bool {
    switch bound {
    case .most: figure <= limit
    case .least: figure >= limit
    }
  }

  /// How near the figure is to its limit: 1 at the limit, above 1 beyond it, 0 far away.
  package var closeness: Double {
    if let ordinary, limit != ordinary { return max(0, (figure - ordinary) / (limit - ordinary)) }
    let (small, large) = bound == .most ? (figure, limit) : (limit, figure)
    if large == 0 { return small == 0 ? 0 : .greatestFiniteMagnitude }
    return small / large
  }

  var reason: RejectionReason { RejectionReason(name, figure: figure, limit: limit, detail: detail) }
}
