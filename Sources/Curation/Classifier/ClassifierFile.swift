import Foundation
import Platform

/// Why a file is not used as a classifier.
package enum ClassifierFileError: Error, Hashable, Sendable, CustomStringConvertible {
  case damaged(path: String, fact: String)
  case newer(path: String, format: Int)

  package var description: String {
    switch self {
    case let .damaged(path, fact):
      "\(path): it is no whole classifier: \(fact). Train it again (stet classifier train), or remove it."
    case let .newer(path, format):
      "\(path): its format is \(format), and this program knows \(ClassifierFile.format). Use a later stet, or train it again."
    }
  }
}

/// A classifier's bytes. Integers and numbers are little-endian; nothing in it is text of the labels.
///
/// ```
/// "STETCLSF"                        8 bytes
/// header length                     UInt32, then the header: JSON, `TextClassifier.Record` and the format's number
/// n                                 UInt32
/// columns, idf, weights             n UInt32 ascending, n Float32, n Float32
/// d                                 UInt32, 0 without hidden states
/// mean, factor, weights             d Float32 each
/// SHA-256 of all that is above      32 bytes
/// ```
package enum ClassifierFile {
  static let format = 1
  private static let mark = Array("STETCLSF".utf8)
  private static let headerLimit = 1 << 20
  private static let denseLimit = 1 << 16
  /// Larger files are none.
  package static let limit = 64 << 20

  private struct Header: Codable {
    var format: Int
    var classifier: TextClassifier.Record
  }

  private struct Format: Decodable { var format: Int }

  package static func bytes(of classifier: TextClassifier) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let header = try encoder.encode(Header(format: format, classifier: classifier.record))
    var bytes = mark
    func append(_ value: UInt32) {
      for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
    append(UInt32(header.count))
    bytes += header
    let count = classifier.terms.columns.count
    append(UInt32(count))
    for column in classifier.terms.columns { append(column) }
    for value in classifier.terms.idf { append(value.bitPattern) }
    for value in classifier.weights.prefix(count) { append(value.bitPattern) }
    append(UInt32(classifier.dense?.width ?? 0))
    if let dense = classifier.dense {
      for value in dense.mean + dense.factor + classifier.weights.dropFirst(count) { append(value.bitPattern) }
    }
    return bytes + Digest.of(bytes).bytes
  }

  /// - Parameter path: where the bytes are from, for errors.
  package static func read(_ bytes: [UInt8], path: String) throws(ClassifierFileError) -> TextClassifier {
    var reader = Reader(bytes: bytes, path: path)
    guard try reader.take(mark.count).elementsEqual(mark) else { throw reader.fault("it does not begin as one") }
    let length = Int(try reader.integer())
    guard length <= headerLimit else { throw reader.fault("its header declares \(length) bytes") }
    let header = Data(try reader.take(length))
    guard let declared = try? JSONDecoder().decode(Format.self, from: header) else {
      throw reader.fault("its header cannot be read")
    }
    guard declared.format == format else { throw .newer(path: path, format: declared.format) }
    let count = Int(try reader.integer())
    guard count <= HashedGrams.columns else { throw reader.fault("it declares \(count) columns") }
    var columns: [UInt32] = []
    for _ in 0..<count {
      let column = try reader.integer()
      guard column < HashedGrams.columns, columns.last.map({ $0 < column }) ?? true else {
        throw reader.fault("its columns are not in order")
      }
      columns.append(column)
    }
    let idf = try reader.numbers(count)
    var weights = try reader.numbers(count)
    let width = Int(try reader.integer())
    guard width <= denseLimit else { throw reader.fault("it declares \(width) hidden dimensions") }
    var dense: DenseScale?
    if width > 0 {
      dense = DenseScale(mean: try reader.numbers(width), factor: try reader.numbers(width))
      weights += try reader.numbers(width)
    }
    let body = bytes[..<reader.position]
    let digest = try reader.take(32)
    guard reader.position == bytes.count else { throw reader.fault("something follows its end") }
    guard Digest.of(Array(body)).bytes.elementsEqual(digest) else {
      throw reader.fault("its bytes are not those that were written")
    }
    guard let record = (try? JSONDecoder().decode(Header.self, from: header))?.classifier, isSound(record, width) else {
      throw reader.fault("its header cannot be read")
    }
    return TextClassifier(
      record: record, terms: TermWeights(columns: columns, idf: idf), weights: weights, dense: dense)
  }

  private static func isSound(_ record: TextClassifier.Record, _ width: Int) -> Bool {
    TextClassifier.isName(record.name) && (0...1).contains(record.threshold) && record.scaling.slope >= 0
      && [record.scaling.slope, record.scaling.offset, record.bias, record.strength].allSatisfy(\.isFinite)
      && TextClassifier.passageLimits.contains(record.passageWords) && Digest(hex: record.labels) != nil
      && (record.base == nil) == (width == 0) && record.base.map { Digest(hex: $0) != nil } ?? true
  }

  /// Bounds first, then the value.
  private struct Reader {
    let bytes: [UInt8]
    let path: String
    var position = 0

    func fault(_ fact: String) -> ClassifierFileError { .damaged(path: path, fact: fact) }

    mutating func take(_ count: Int) throws(ClassifierFileError) -> ArraySlice<UInt8> {
      guard bytes.count - position >= count else { throw fault("it ends after \(bytes.count) bytes") }
      position += count
      return bytes[position - count..<position]
    }

    mutating func integer() throws(ClassifierFileError) -> UInt32 {
      try take(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func numbers(_ count: Int) throws(ClassifierFileError) -> [Float] {
      guard (bytes.count - position) / 4 >= count else { throw fault("it ends after \(bytes.count) bytes") }
      var values: [Float] = []
      values.reserveCapacity(count)
      for _ in 0..<count {
        let value = Float(bitPattern: try integer())
        guard value.isFinite else { throw fault("a number in it is not finite") }
        values.append(value)
      }
      return values
    }
  }
}

extension TextClassifier {
  /// Whether a classifier can be called so: its file has the name.
  package static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
      }
  }
}
