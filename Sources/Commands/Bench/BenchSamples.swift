import Curation
import Daemon
import Foundation
import Learning
import Platform
import Tokenizers
import Transformer

/// Real samples for a benchmark, packed as a round packs them.
enum BenchSamples {
  /// The rows of one document.
  /// - Throws: `VerbError` where nothing in it can be learned.
  static func rows(
    of path: String, base: LoadedBase, sequence: Int, through fileSystem: any FileSystem
  ) throws -> [PackedRow] {
    var settings = Settings()
    settings.train.sequence = sequence
    let curator = base.curator(settings)
    let data = try fileSystem.contents(of: path, limit: curator.settings.documentBytes)
    switch curator.curate(name: path, bytes: data).state {
    case .accepted(let document):
      let samples = curator.samples(of: document).map {
        EncodedTokens(tokens: $0.encoded.tokens, supervised: $0.encoded.supervised)
      }
      return SequencePacker.pack(samples, length: sequence)
    case .rejected(let reason):
      throw VerbError("\(path): nothing in it can be learned (\(reason)). Name a file of text or of samples.")
    }
  }
}
