import Foundation

/// How a batch of documents differs from those that its domain had before: a scraper that broke, another language.
///
/// An alarm needs a difference that matters, and one that chance does not make: 10⁻⁶ for shares (exact binomial tail,
/// the domain's share by Laplace's rule), six standard errors for means.
package struct BatchDrift: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable { case language, length, refusals, perplexity }

  package struct Alarm: Hashable, Sendable {
    package let kind: Kind
    /// For people.
    package let text: String
  }

  package let batch: DriftProfile
  package let domain: DriftProfile
  package let alarms: [Alarm]

  /// Fewer documents on either side tell nothing.
  package static let fewest = 8
  private static let chance = 1e-6
  private static let share = 0.3
  private static let errors = 6.0
  /// Times as long, or as short.
  private static let factor = 2.0
  private static let nats = 0.7

  package init(batch: [DriftSample], domain: [DriftSample]) {
    self.init(batch: DriftProfile(batch), domain: DriftProfile(domain))
  }

  private init(batch: DriftProfile, domain: DriftProfile) {
    self.batch = batch
    self.domain = domain
    guard batch.documents >= Self.fewest, domain.documents >= Self.fewest else {
      alarms = []
      return
    }
    alarms = [
      Self.language(batch, domain), Self.length(batch, domain), Self.refusals(batch, domain),
      Self.perplexity(batch, domain),
    ].compactMap(\.self)
  }

  private static func language(_ batch: DriftProfile, _ domain: DriftProfile) -> Alarm? {
    let (known, before) = (batch.languages.values.reduce(0, +), domain.languages.values.reduce(0, +))
    guard known >= fewest, before >= fewest else { return nil }
    let found = batch.languages.map { name, count in
      (
        name: name, count: count, share: Double(count) / Double(known),
        was: Double(domain.languages[name] ?? 0) / Double(before)
      )
    }
    guard let most = found.max(by: { ($0.share - $0.was, $1.name) < ($1.share - $1.was, $0.name) }),
      differs(most.count, of: known, from: domain.languages[most.name] ?? 0, of: before)
    else { return nil }
    let name = Language(rawValue: most.name).name
    return Alarm(kind: .language, text: "\(percent(most.share)) are in \(name), where it were \(percent(most.was))")
  }

  private static func refusals(_ batch: DriftProfile, _ domain: DriftProfile) -> Alarm? {
    guard differs(batch.refused, of: batch.documents, from: domain.refused, of: domain.documents) else { return nil }
    return Alarm(
      kind: .refusals, text: "\(percent(batch.refusedShare)) are refused, where it were \(percent(domain.refusedShare))"
    )
  }

  private static func length(_ batch: DriftProfile, _ domain: DriftProfile) -> Alarm? {
    guard differ(batch.logarithmsOfBytes, domain.logarithmsOfBytes, least: log(factor), noise: 0.1) else { return nil }
    return Alarm(
      kind: .length,
      text: "they have \(Int(batch.typicalBytes)) bytes, where \(Int(domain.typicalBytes)) were usual")
  }

  private static func perplexity(_ batch: DriftProfile, _ domain: DriftProfile) -> Alarm? {
    guard differ(batch.perplexities, domain.perplexities, least: nats, noise: 0.05) else { return nil }
    return Alarm(
      kind: .perplexity,
      text: String(
        format: "they have %.2f nats per token, where %.2f were usual", batch.perplexities.mean,
        domain.perplexities.mean))
  }

  /// Whether `count` of `all` is far more than `before` of `beforeAll` lets expect.
  private static func differs(_ count: Int, of all: Int, from before: Int, of beforeAll: Int) -> Bool {
    guard Double(count) / Double(all) - Double(before) / Double(beforeAll) >= share else { return false }
    let expected = Double(before + 1) / Double(beforeAll + 2)
    return Binomial.upperTail(of: count, in: all, probability: expected) < chance
  }

  /// - Parameter noise: the least standard deviation that one value is taken to have.
  private static func differ(_ batch: Moments, _ domain: Moments, least: Double, noise: Double) -> Bool {
    guard batch.count >= fewest, domain.count >= fewest, abs(batch.mean - domain.mean) >= least else { return false }
    let variance = max(domain.variance, noise * noise)
    let error = (variance * (1 / Double(batch.count) + 1 / Double(domain.count))).squareRoot()
    return abs(batch.mean - domain.mean) >= errors * error
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
