import Foundation
import Platform

/// A folder of reference figures, as `make_reference.py` writes it.
struct ReferenceFolder {
  static let tokenizerName = "tokenizer_vectors.jsonl"
  static let logitsName = "logits.json"
  static let trainingName = "lora_training.json"
  static let adapterName = "adapter_initial"

  struct TokenizerVector: Decodable {
    let text: String
    let ids: [Int32]
  }

  struct Logits: Decodable {
    let ids: [Int32]
    let topIDs: [[Int]]
    let topLogits: [[Double]]
    let logSumExp: [Double]

    enum CodingKeys: String, CodingKey {
      case ids
      case topIDs = "top_ids"
      case topLogits = "top_logits"
      case logSumExp = "logsumexp"
    }
  }

  struct Training: Decodable {
    struct Optimizer: Decodable {
      let lr: Double
      let betas: [Double]
      let eps: Double
      let weightDecay: Double
      let clip: Double

      enum CodingKeys: String, CodingKey {
        case lr, betas, eps
        case weightDecay = "weight_decay"
        case clip = "clip_global_norm"
      }
    }

    struct Step: Decodable {
      let ids: [[Int32]]
      let supervised: [[Int]]
      let loss: Double
      let gradientNorm: Double
      /// By tensor; the first step alone has it.
      let clippedGradientSums: [String: Double]?

      enum CodingKeys: String, CodingKey {
        case ids, supervised, loss
        case gradientNorm = "grad_norm_before_clip"
        case clippedGradientSums = "grad_abs_sum_after_clip"
      }
    }

    struct Fisher: Decodable {
      let sum: Double
      let max: Double
      let first8: [Double]
    }

    struct Parameters: Decodable {
      let absoluteSum: Double
      let first8: [Double]

      enum CodingKeys: String, CodingKey {
        case first8
        case absoluteSum = "abs_sum"
      }
    }

    let optimizer: Optimizer
    let steps: [Step]
    let lossAfter: Double
    let fisher: [String: Fisher]
    let final: [String: Parameters]

    enum CodingKeys: String, CodingKey {
      case optimizer, steps
      case lossAfter = "loss_on_first_batch_after"
      case fisher = "fisher_of_initial_adapter"
      case final = "final_parameters"
    }
  }

  private static let fileLimit = 256 << 20

  let path: Path
  /// Names of what lies there.
  let entries: [String]
  private let fileSystem: any FileSystem

  init(_ path: String, through fileSystem: any FileSystem) throws {
    self.path = Path(path)
    self.fileSystem = fileSystem
    entries = try fileSystem.list(Path(path)).map { $0.name.description }
    guard !Set(entries).isDisjoint(with: [Self.tokenizerName, Self.logitsName, Self.trainingName]) else {
      throw VerbError(
        "\(self.path): holds no reference figures (\(Self.tokenizerName), \(Self.logitsName) or \(Self.trainingName)). "
          + "Name the folder that make_reference.py wrote.")
    }
  }

  func has(_ name: String) -> Bool { entries.contains(name) }

  /// What is neither checked nor read.
  var unchecked: [String] {
    entries.filter { ![Self.tokenizerName, Self.logitsName, Self.trainingName, Self.adapterName].contains($0) }
  }

  func file(_ name: String) -> String { path.appending(name).description }

  func tokenizerVectors() throws -> [TokenizerVector] {
    var vectors: [TokenizerVector] = []
    try LineReader.each(of: file(Self.tokenizerName), through: fileSystem) { number, line in
      if line.isEmpty { return }
      vectors.append(try decode(TokenizerVector.self, line, "\(file(Self.tokenizerName)): line \(number)"))
    }
    return vectors
  }

  func logits() throws -> [Logits] { try decode([Logits].self, Self.logitsName) }

  func training() throws -> Training { try decode(Training.self, Self.trainingName) }

  private func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    try decode(type, try fileSystem.contents(of: path.appending(name), limit: Self.fileLimit), file(name))
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ data: Data, _ place: String) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw VerbError("\(place): is not what make_reference.py writes (\(error)). Make it again.")
    }
  }
}
