import Foundation

/// A document as the comparison of a batch with its domain sees it.
package struct DriftSample: Hashable, Sendable {
  /// `nil` where it could not be told.
  package var language: String?
  package var bytes: Int
  package var isRefused: Bool
  /// Nats per token under the base; `nil` where it was not measured.
  package var perplexity: Double?

  package init(language: String?, bytes: Int, isRefused: Bool, perplexity: Double? = nil) {
    self.language = language == Language.undetermined.rawValue ? nil : language
    self.bytes = bytes
    self.isRefused = isRefused
    self.perplexity = perplexity
  }
}

/// What many documents come to.
package struct DriftProfile: Hashable, Sendable {
  package let documents: Int
  /// Documents by language, where it is known.
  package let languages: [String: Int]
  package let refused: Int
  /// Of the documents that were not refused.
  let logarithmsOfBytes: Moments
  let perplexities: Moments

  package init(_ samples: [DriftSample]) {
    documents = samples.count
    languages = Dictionary(samples.compactMap { $0.language.map { ($0, 1) } }, uniquingKeysWith: +)
    refused = samples.count(where: \.isRefused)
    logarithmsOfBytes = Moments(samples.filter { !$0.isRefused }.map { log(Double(max(1, $0.bytes))) })
    perplexities = Moments(samples.compactMap(\.perplexity))
  }

  package var refusedShare: Double { documents == 0 ? 0 : Double(refused) / Double(documents) }

  /// Geometric mean.
  package var typicalBytes: Double { exp(logarithmsOfBytes.mean) }

  /// The commonest language and its share of those that are known.
  package var language: (name: String, share: Double)? {
    let known = languages.values.reduce(0, +)
    return languages.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { ($0.key, Double($0.value) / Double(known)) }
  }
}

/// Number, mean and variance.
struct Moments: Hashable, Sendable {
  let count: Int
  let mean: Double
  let variance: Double

  init(_ values: [Double]) {
    count = values.count
    let mean = values.reduce(0, +) / Double(max(1, values.count))
    self.mean = mean
    variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count - 1))
  }
}
