import Foundation
import Tokenizers

/// Documents → samples and verdicts. Pure: the same bytes under the same settings always give the same verdict.
package struct Curator: Sendable {
  /// A digest of bytes for exact duplicates; the caller chooses it.
  package typealias ContentHasher = @Sendable ([UInt8]) -> [UInt8]

  package let settings: CurationSettings
  package let sequenceLength: Int
  let tokenizer: Tokenizer?
  let template: ChatTemplate?
  let classifiers: [ScreeningClassifier]
  private let hash: ContentHasher

  /// - Parameters:
  ///   - tokenizer: the base model's. Without one nothing is counted in tokens: rules about tokens are left out, and
  ///     no samples can be made.
  ///   - template: `nil` where the base model has none; chats are then refused.
  ///   - classifiers: judge each record after the filters.
  ///   - sequenceLength: tokens in a training sample at most; at least 16.
  ///   - hash: the digest behind `CurationVerdict.contentKey`.
  package init(
    settings: CurationSettings = CurationSettings(), tokenizer: Tokenizer?, template: ChatTemplate?,
    classifiers: [ScreeningClassifier] = [], sequenceLength: Int = 512, hash: @escaping ContentHasher
  ) {
    self.settings = settings
    self.tokenizer = tokenizer
    self.template = template
    self.classifiers = classifiers
    self.sequenceLength = max(16, sequenceLength)
    self.hash = hash
  }

  /// Reads, cleans and judges one document.
  /// - Parameter name: the path below `Watch`; its ending chooses the reader.
  package func curate(name: String, bytes: Data) -> CurationVerdict {
    var verdict = CurationVerdict(state: .rejected(RejectionReason(.noRecords)))
    do {
      verdict.state = .accepted(try document(name: name, bytes: bytes, &verdict))
    } catch {
      verdict.state = .rejected(error.reason)
    }
    return verdict
  }

  /// The samples of a document, with held-out pieces as `plan` places them; `cursor` goes on by the document's pieces.
  ///
  /// - Precondition: the curator has a tokenizer.
  package func samples(of document: CuratedDocument, plan: HeldOutPlan, cursor: inout HeldOutCursor) -> [Sample] {
    guard let tokenizer else { preconditionFailure("samples are made with a tokenizer") }
    var division = DocumentDivision(document, tokenizer: tokenizer, sequenceLength: sequenceLength)
    return division.divide(plan, &cursor)
  }

  /// The samples of a document with nothing held out: for screens, and for data that is judged elsewhere.
  ///
  /// - Precondition: the curator has a tokenizer.
  package func samples(of document: CuratedDocument) -> [Sample] {
    guard let tokenizer else { preconditionFailure("samples are made with a tokenizer") }
    return DocumentDivision(document, tokenizer: tokenizer, sequenceLength: sequenceLength).undivided()
  }

  private func document(name: String, bytes: Data, _ verdict: inout CurationVerdict) throws(Rejected) -> CuratedDocument
  {
    guard bytes.count <= settings.documentBytes else {
      throw Rejected(
        .tooLarge, figure: Double(bytes.count), limit: Double(settings.documentBytes), detail: "bytes; split it")
    }
    let ending = DocumentReaders.pathExtension(name)
    let reader = DocumentReaders.reader(forExtension: ending)
    let decoded = try TextDecoding.decode(
      Array(bytes), keepsDamagedLines: reader.reportsLines, declares: reader.declaresEncoding)
    verdict.encoding = decoded.encoding
    var whole = NormalisedText(text: decoded.text, removed: 0, scalars: 0)
    if reader.readsNormalisedText {
      let isPaged = reader.isPaged && !SourceCode.extensions.contains(ending)
      whole = TextNormaliser.normalise(isPaged ? PageFurniture.removed(from: decoded.text) : decoded.text)
    }
    let read = try reader.read(whole.text, extension: ending, limits: settings.reader)
    for notice in read.notices { verdict.note(notice, limit: settings.reader.notices) }

    var judge = RecordJudge(curator: self, removedShare: whole.removedShare, normalises: !reader.readsNormalisedText)
    for record in read.records {
      do {
        try judge.add(record)
      } catch {
        if read.records.count == 1, read.notices.isEmpty {
          judge.report(to: &verdict)
          verdict.language = judge.language
          throw error
        }
        verdict.note(RecordNotice(line: record.line, reason: error.reason), limit: settings.reader.notices)
      }
    }
    judge.report(to: &verdict)
    verdict.sortNotices()
    verdict.language = judge.language
    guard !judge.records.isEmpty else {
      throw Rejected(verdict.notices.first?.reason ?? RejectionReason(.noRecords, detail: "nothing to read"))
    }
    let document = CuratedDocument(records: judge.records)
    let text = document.plainText
    // Records too short to tell by themselves may tell together.
    if verdict.language == .undetermined, judge.records.count > 1 {
      verdict.language = LanguageGuess.guess(TextStatistics(String(text.prefix(1 << 16))))
    }
    verdict.contentKey = hash(Array(text.utf8))
    let shingles = ShingleSet(text)
    verdict.signature = MinHashSignature(shingles)
    verdict.shingles = shingles
    return document
  }
}

extension CurationVerdict {
  mutating func note(_ notice: RecordNotice, limit: Int) {
    noticeCount += 1
    if notices.count < limit { notices.append(notice) }
  }

  mutating func sortNotices() { notices.sort { $0.line < $1.line } }
}
