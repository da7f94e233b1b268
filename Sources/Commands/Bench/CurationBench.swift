import Curation
import Daemon
import Dispatch
import Foundation
import Platform
import Synchronization

/// Reads, normalises, filters, screens and sketches every document below a folder, on all cores, in bounded memory.
final class CurationBench {
  struct Result: Encodable {
    var documents = 0
    var bytes: Int64 = 0
    var seconds = 0.0
    var taken = 0
    /// Refused documents by reason.
    var refused: [String: Int] = [:]
    /// Documents that share a MinHash band with an earlier one.
    var nearDuplicates = 0
    var personalData = 0
    var peakResidentBytes: Int64 = 0
    var threads = 1

    var megabytesPerSecond: Double { seconds > 0 ? Double(bytes) / 1e6 / seconds : 0 }
    var documentsPerSecond: Double { seconds > 0 ? Double(documents) / seconds : 0 }

    enum CodingKeys: String, CodingKey {
      case megabytesPerSecond = "megabytes_per_second"
      case documentsPerSecond = "documents_per_second"
      case peakResidentBytes = "peak_rss_bytes"
      case documents, bytes, seconds, taken, refused, threads
      case nearDuplicates = "near_duplicates"
      case personalData = "personal_data_spans"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(megabytesPerSecond, forKey: .megabytesPerSecond)
      try container.encode(documentsPerSecond, forKey: .documentsPerSecond)
      try container.encode(peakResidentBytes, forKey: .peakResidentBytes)
      try container.encode(documents, forKey: .documents)
      try container.encode(bytes, forKey: .bytes)
      try container.encode(seconds, forKey: .seconds)
      try container.encode(taken, forKey: .taken)
      try container.encode(refused, forKey: .refused)
      try container.encode(threads, forKey: .threads)
      try container.encode(nearDuplicates, forKey: .nearDuplicates)
      try container.encode(personalData, forKey: .personalData)
    }
  }

  /// What became of one document; a line of `--verdicts`.
  struct Verdict: Encodable {
    let path: String
    let line: Int
    let taken: Bool
    let reason: String?
  }

  /// A document to be judged.
  private struct Item: Sendable {
    let path: String
    let line: Int
    let name: String
    let bytes: Data
  }

  private let curator: Curator
  private let threads: Int
  private let documentBytes: Int
  private let machine: Machine
  private let fileSystem: any FileSystem
  private let onVerdict: ((Verdict) throws -> Void)?
  private let onProgress: (Result) -> Void
  private var result = Result()
  private var near = RecentDuplicates()
  private var batch: [Item] = []
  private var batchBytes = 0
  private let clock = ContinuousClock()
  private let start = ContinuousClock().now

  /// Bytes that are judged together.
  private static let batchLimit = 4 << 20
  private static let batchItems = 4096
  private static let lines: Set<String> = ["jsonl", "ndjson", "jsonlines"]

  init(
    curator: Curator, threads: Int, documentBytes: Int, machine: Machine, through fileSystem: any FileSystem,
    onVerdict: ((Verdict) throws -> Void)? = nil, onProgress: @escaping (Result) -> Void = { _ in }
  ) {
    self.curator = curator
    self.threads = max(1, threads)
    self.documentBytes = documentBytes
    self.machine = machine
    self.fileSystem = fileSystem
    self.onVerdict = onVerdict
    self.onProgress = onProgress
  }

  func run(_ files: [Path]) throws -> Result {
    for file in files {
      let path = file.string ?? file.description
      let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
      if Self.lines.contains(ending) {
        try LineReader.each(of: file, limit: documentBytes, through: fileSystem) { number, line in
          guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) else { return }
          try add(Item(path: path, line: number, name: "line.jsonl", bytes: line))
        }
      } else {
        let size = try fileSystem.status(of: file, followingLinks: true).size
        guard size <= Int64(documentBytes) else {
          result.documents += 1
          result.refused["too_large", default: 0] += 1
          try onVerdict?(Verdict(path: path, line: 1, taken: false, reason: "too_large"))
          continue
        }
        try add(Item(path: path, line: 1, name: path, bytes: fileSystem.contents(of: file)))
      }
    }
    try flush()
    result.seconds = start.duration(to: clock.now) / .seconds(1)
    result.peakResidentBytes = machine.peakResidentBytes
    result.threads = threads
    return result
  }

  private func add(_ item: Item) throws {
    batch.append(item)
    batchBytes += item.bytes.count
    if batchBytes >= Self.batchLimit || batch.count >= Self.batchItems { try flush() }
  }

  /// Judges what has gathered on all threads, then takes the verdicts in order.
  private func flush() throws {
    guard !batch.isEmpty else { return }
    let verdicts = Self.judge(batch, curator, threads)
    for (item, verdict) in zip(batch, verdicts) {
      result.documents += 1
      result.bytes += Int64(item.bytes.count)
      result.personalData += verdict.masked
      if let reason = verdict.reason {
        result.refused[reason, default: 0] += 1
      } else {
        result.taken += 1
        if let signature = verdict.signature, near.addAndCompare(signature) { result.nearDuplicates += 1 }
      }
      try onVerdict?(Verdict(path: item.path, line: item.line, taken: verdict.reason == nil, reason: verdict.reason))
    }
    batch.removeAll(keepingCapacity: true)
    batchBytes = 0
    result.seconds = start.duration(to: clock.now) / .seconds(1)
    onProgress(result)
  }

  private struct Judged: Sendable {
    var reason: String?
    var masked = 0
    var signature: MinHashSignature?
  }

  private static func judge(_ items: [Item], _ curator: Curator, _ threads: Int) -> [Judged] {
    let results = Mutex([Judged](repeating: Judged(), count: items.count))
    // Pieces small enough that one long document does not keep the others waiting.
    let piece = max(1, min(64, items.count / (threads * 4)))
    DispatchQueue.concurrentPerform(iterations: (items.count + piece - 1) / piece) { number in
      let range = (number * piece)..<min(items.count, (number + 1) * piece)
      let judged = range.map { index in
        let verdict = curator.curate(name: items[index].name, bytes: items[index].bytes)
        return Judged(
          reason: verdict.rejection?.name.rawValue, masked: verdict.masked.values.reduce(0, +),
          signature: verdict.signature)
      }
      results.withLock { $0.replaceSubrange(range, with: judged) }
    }
    return results.withLock { $0 }
  }
}

/// Near-duplicates among the latest documents: two indexes in turn, so that memory stays the same however many come.
private struct RecentDuplicates {
  private var current = NearDuplicateIndex()
  private var previous = NearDuplicateIndex()
  private var number = 0
  /// Documents in one index: some 50 MB.
  private static let most = 250_000

  mutating func addAndCompare(_ signature: MinHashSignature) -> Bool {
    let isNear = !current.candidates(signature).isEmpty || !previous.candidates(signature).isEmpty
    if current.count >= Self.most {
      previous = current
      current = NearDuplicateIndex()
    }
    current.insert(number, signature)
    number += 1
    return isNear
  }
}
