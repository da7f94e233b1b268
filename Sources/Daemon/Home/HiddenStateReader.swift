import ModelFiles
import Synchronization
import Tokenizers
import Transformer

/// What the base model makes of texts, for classifiers that read it. One text at a time, whoever asks.
package final class HiddenStateReader: Sendable {
  /// Tokens of a text that are read: its beginning.
  private static let mostTokens = 512

  private let engine: Mutex<GradientEngine>
  private let tokenizer: Tokenizer
  private let width: Int
  private let tokens: Int

  /// - Parameters:
  ///   - memory: small beside a daemon's rounds, whose budget knows nothing of this; fast for many texts at once.
  ///   - threads: inside the one text that is read.
  /// - Throws: `BLASError` where OpenBLAS is missing.
  package init(_ base: LoadedBase, _ settings: Settings, memory: MemoryMode, threads: Int) throws {
    let layout = AdapterLayout(lora: settings.lora.configuration, model: base.file.configuration)
    let model = try LanguageModel(file: base.file, memory: memory, threads: threads, layout: layout)
    engine = Mutex(GradientEngine(model: model, layout: layout))
    tokenizer = base.tokenizer
    width = base.file.configuration.hidden
    tokens = min(Self.mostTokens, base.file.configuration.context)
  }

  /// The final norm's output, averaged over the text's tokens; zeros for a text without any.
  package func mean(_ text: String) -> [Float] {
    let tokens = Array(tokenizer.encode(text).prefix(tokens))
    guard !tokens.isEmpty else { return [Float](repeating: 0, count: width) }
    return engine.withLock { $0.meanHidden(rows: [PackedRow(text: tokens)])[0] }
  }
}
