import Daemon
import Foundation
import Learning
import ModelFiles
import Reports
import Tokenizers
import Transformer

/// How surprising the base model finds texts: far above their like is gibberish or another kind of text, far below is
/// boilerplate that every model knows by heart.
struct PerplexityMeter {
  private let base: LoadedBase
  private let engine: GradientEngine
  /// Tokens of a text that are read: its beginning tells.
  private static let tokens = 256
  /// Fewer texts of a language tell no outlier.
  private static let fewest = 8
  /// Median absolute deviations, and nats, that an outlier is away from the median.
  private static let deviations = 4.0
  private static let leastNats = 0.7

  init(_ base: LoadedBase, _ settings: Settings, threads: Int) throws {
    self.base = base
    let layout = AdapterLayout(lora: settings.lora.configuration, model: base.file.configuration)
    let model = try LanguageModel(file: base.file, memory: .fast, threads: threads, layout: layout)
    engine = GradientEngine(model: model, layout: layout)
  }

  /// Mean nats per token; `nil` for a text of fewer than two tokens.
  func nats(_ text: String) -> Double? {
    let tokens = base.tokenizer.encode(text).prefix(Self.tokens)
    guard tokens.count > 1 else { return nil }
    let row = PackedRow(text: Array(tokens))
    let losses = engine.tokenLosses(rows: [row], adapter: nil)[0]
    return losses.reduce(0) { $0 + Double($1) } / Double(max(1, row.supervisedCount))
  }

  /// What to say of documents whose figure is far from that of the others in their language, by place.
  static func outliers(_ documents: [ScreenedDocument]) -> [Int: String] {
    var found: [Int: String] = [:]
    for places in Dictionary(grouping: documents.indices, by: { documents[$0].language }).values {
      let measured = places.compactMap { place in documents[place].perplexity.map { (place, $0) } }
      guard measured.count >= fewest else { continue }
      let median = Self.median(measured.map(\.1))
      let deviation = 1.4826 * Self.median(measured.map { abs($0.1 - median) })
      for (place, nats) in measured where abs(nats - median) > max(leastNats, deviations * deviation) {
        let words = nats > median ? "gibberish, or another kind of text" : "boilerplate that the model knows by heart"
        found[place] =
          String(format: "%.2f nats per token where the others have %.2f: ", nats, median) + words
      }
    }
    return found
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
