import Curation
import Daemon
import Foundation
import Learning
import ModelFiles
import Platform
import Tokenizers
import Transformer

/// Reads what a continual bench learns: folders of labelled samples, or of text.
struct ContinualTaskFolder {
  /// What a task is scored by.
  enum Metric: String, CaseIterable {
    /// Right answers: the folder has `train.jsonl`, `test.jsonl` and `labels.json`.
    case accuracy
    /// Nats per token: the folder has files of text.
    case nll
  }

  let base: LoadedBase
  let curator: Curator
  /// At most so many samples of each split; `nil` takes all.
  let limits: (train: Int?, test: Int?)
  let fileSystem: any FileSystem

  private static let fileLimit = 1 << 28

  /// - Throws: `VerbError` with the file, the line and what is wrong.
  func task(_ path: String, _ metric: Metric) throws -> ContinualTask {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let folder = Path(path)
    guard try fileSystem.statusIfPresent(folder, followingLinks: true)?.kind == .directory else {
      throw VerbError("\(TerminalText.escaped(path)): there is no such folder. Name the folder of a task.")
    }
    switch metric {
    case .accuracy: return try labelled(folder, name)
    case .nll: return try text(folder, name)
    }
  }

  // MARK: Labelled samples

  private struct Record: Decodable {
    let prompt: String
    let completion: String
  }

  private func labelled(_ folder: Path, _ name: String) throws -> ContinualTask {
    let labels = try decode([String].self, try read(folder.appending("labels.json")), folder.appending("labels.json"))
    guard labels.count > 1, Set(labels).count == labels.count, labels.allSatisfy({ !$0.isEmpty }) else {
      throw VerbError("\(folder.appending("labels.json")): it has to list at least two different labels, as strings.")
    }
    let train = try records(folder.appending("train.jsonl"), limits.train).map { record in
      let sample = base.tokenizer.encodeForTraining(prompt: record.value.prompt, completion: record.value.completion)
      guard sample.tokens.count <= curator.sequenceLength else {
        throw VerbError(
          "\(folder.appending("train.jsonl")), line \(record.line): \(sample.tokens.count) tokens do not fit"
            + " train.sequence = \(curator.sequenceLength); set it higher.")
      }
      return EncodedTokens(tokens: sample.tokens, supervised: sample.supervised)
    }
    let continuations = labels.map { base.tokenizer.encode(" " + $0) + [base.tokenizer.endOfTurn] }
    let tests = try records(folder.appending("test.jsonl"), limits.test)
    let answers = try tests.map { record in
      let answer = record.value.completion.trimmingCharacters(in: .whitespacesAndNewlines)
      guard let place = labels.firstIndex(of: answer) else {
        throw VerbError(
          "\(folder.appending("test.jsonl")), line \(record.line): the completion “\(TerminalText.escaped(answer))” is"
            + " no label of labels.json.")
      }
      return place
    }
    let questions = try tests.map { record in
      let prompt = base.tokenizer.encode(record.value.prompt)
      let longest = continuations.map(\.count).max() ?? 0
      guard !prompt.isEmpty, prompt.count + longest <= base.file.configuration.context else {
        throw VerbError(
          "\(folder.appending("test.jsonl")), line \(record.line): its prompt has \(prompt.count) tokens, which do not"
            + " fit the model's context. Shorten or remove it.")
      }
      return RankedContinuations(prompt: prompt, continuations: continuations)
    }
    return ContinualTask(name: name, train: train, test: .labels(questions, answers: answers))
  }

  /// The first `limit` records of a file of JSON lines.
  private func records(_ path: Path, _ limit: Int?) throws -> [(line: Int, value: Record)] {
    let lines = try read(path).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    var records: [(line: Int, value: Record)] = []
    for (index, line) in lines.enumerated() where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
      if let limit, records.count == limit { break }
      guard let record = try? JSONDecoder().decode(Record.self, from: Data(line)) else {
        throw VerbError(
          "\(path), line \(index + 1): it is no JSON object with a prompt and a completion, both strings.")
      }
      records.append((index + 1, record))
    }
    guard !records.isEmpty else { throw VerbError("\(path): it has no records.") }
    return records
  }

  private func read(_ path: Path) throws -> Data {
    guard try fileSystem.exists(path) else {
      throw VerbError(
        "\(path): there is no such file. A task is a folder with train.jsonl, test.jsonl and labels.json; for folders"
          + " of text add --metric nll.")
    }
    return try fileSystem.contents(of: path, limit: Self.fileLimit)
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ data: Data, _ path: Path) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw VerbError("\(path): it is not what was expected, a JSON list of strings.")
    }
  }

  // MARK: Text

  /// Held out as intake does it, with a seed of its own: 10 % of the pieces are the test, what stands beside them is left
  /// out.
  private func text(_ folder: Path, _ name: String) throws -> ContinualTask {
    let plan = HeldOutPlan(seed: 1, validation: 0, test: 0.1)
    var cursor = HeldOutCursor(domain: name)
    var (train, test) = ([EncodedTokens](), [PackedRow]())
    for entry in try fileSystem.list(folder).sorted(by: { $0.name.description < $1.name.description }) {
      guard entry.kind == .regular, !entry.name.description.hasPrefix(".") else { continue }
      let path = folder.appending(entry.name)
      let bytes = try fileSystem.contents(of: path, limit: Self.fileLimit)
      guard case .accepted(let document) = curator.curate(name: "\(name)/\(entry.name)", bytes: bytes).state else {
        continue
      }
      for sample in curator.samples(of: document, plan: plan, cursor: &cursor) where sample.supervisedCount > 0 {
        let encoded = EncodedTokens(tokens: sample.encoded.tokens, supervised: sample.encoded.supervised)
        switch sample.split {
        case .train: train.append(encoded)
        case .test: test.append(encoded.row)
        case .validation, .gap: continue
        }
      }
    }
    guard !train.isEmpty, !test.isEmpty else {
      throw VerbError(
        "\(folder): \(train.count) samples to learn and \(test.count) to test came of its files. Put more text there;"
          + " stet screen shows what is refused.")
    }
    return ContinualTask(
      name: name, train: limits.train.map { Array(train.prefix($0)) } ?? train,
      test: .text(limits.test.map { Array(test.prefix($0)) } ?? test))
  }
}
