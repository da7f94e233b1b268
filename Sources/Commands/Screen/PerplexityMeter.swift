import Curation
import Daemon
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
  static func outliers(_ documents: [ScreenedDocument]) -> [Int: PerplexityOutliers.Outlier] {
    var found: [Int: PerplexityOutliers.Outlier] = [:]
    for places in Dictionary(grouping: documents.indices, by: { documents[$0].language }).values {
      let measured = places.compactMap { place in documents[place].perplexity.map { (place, $0) } }
      guard let range = PerplexityOutliers(measured.map(\.1)) else { continue }
      for (place, nats) in measured { found[place] = range.outlier(nats) }
    }
    return found
  }
}
