import Daemon
import Foundation
import ModelFiles
import Platform
import Reports
import Tokenizers

/// What `model info` shows about a base model.
struct ModelDescription: Encodable {
  struct TokenizerPart: Encodable {
    let kind: String
    let preTokenizer: String
    let sha256: String
    let endOfText: Int32
    let endOfTurn: Int32

    enum CodingKeys: String, CodingKey {
      case kind, sha256
      case preTokenizer = "pre_tokenizer"
      case endOfText = "end_of_text"
      case endOfTurn = "end_of_turn"
    }
  }

  struct TemplatePart: Encodable {
    /// ChatML, the only kind that is understood.
    let usable: Bool
    @OrNull var problem: String?
    @OrNull var sha256: String?
  }

  let path: String
  let sha256: String
  let name: String
  let architecture: String
  let parameters: Int
  let layers: Int
  let hidden: Int
  let intermediate: Int
  let heads: Int
  let keyValueHeads: Int
  let vocabulary: Int
  let context: Int
  let quantisation: String
  /// Of the file.
  let bytes: Int64
  let tokenizer: TokenizerPart
  let template: TemplatePart

  enum CodingKeys: String, CodingKey {
    case path, sha256, name, architecture, parameters, layers, hidden, intermediate, heads
    case keyValueHeads = "key_value_heads"
    case vocabulary, context, quantisation, bytes, tokenizer, template
  }

  init(_ base: LoadedBase, through fileSystem: any FileSystem) throws {
    let (file, model) = (base.file, base.file.configuration)
    path = file.path
    sha256 = file.sha256.hex
    name = file.huggingFaceName ?? file.name
    architecture = try file.metadata.string("general.architecture")
    parameters = file.parameterCount
    layers = model.layers
    hidden = model.hidden
    intermediate = model.intermediate
    heads = model.heads
    keyValueHeads = model.keyValueHeads
    vocabulary = model.vocabulary
    context = model.context
    quantisation = file.quantisation
    bytes = try fileSystem.status(of: Path(file.path), followingLinks: true).size
    tokenizer = TokenizerPart(
      kind: try file.metadata.string("tokenizer.ggml.model"),
      preTokenizer: try file.metadata.stringIfPresent("tokenizer.ggml.pre") ?? "default",
      sha256: base.tokenizerDigest.hex, endOfText: base.tokenizer.endOfText, endOfTurn: base.tokenizer.endOfTurn)
    template = TemplatePart(
      usable: base.template != nil, problem: base.templateProblem, sha256: base.templateDigest?.hex)
  }

  func text(_ style: Style) -> String {
    var table = Table([.init(""), .init("")])
    table.add([.init("model"), .init("\(name), \(quantisation)") { $0.strong($1) }])
    table.add(["file", "\(path), \(Format.bytes(Int(bytes)))"])
    table.add(["sha256", sha256])
    table.add([
      "shape",
      "\(architecture), \(Format.count(parameters)) parameters: \(layers) layers of \(hidden), \(heads) heads "
        + "(\(keyValueHeads) for keys and values), MLP \(intermediate)",
    ])
    table.add(["context", Format.count(context, "token")])
    table.add([
      "tokenizer",
      "\(tokenizer.kind)/\(tokenizer.preTokenizer), \(Format.count(vocabulary, "token")), sha256 \(tokenizer.sha256.prefix(12))…",
    ])
    let chat = template.sha256.map { "ChatML, sha256 \($0.prefix(12))…" } ?? ""
    table.add(["template", template.problem.map { TerminalText.escaped($0) } ?? chat])
    return table.text(style: style)
  }
}
