/// Replaces personal data by typed marks, `[EMAIL_1]`; within a document the same value always gets the same mark.
package struct PersonalDataMask: Sendable {
  /// How many spans of each kind were masked.
  package private(set) var counts: [PersonalDataKind: Int] = [:]
  private var numbers: [PersonalDataKind: [UInt64: Int]] = [:]

  package init() {}

  /// The spans in `text`, in order, none overlapping another.
  package static func spans(in text: String) -> [PersonalDataSpan] {
    let bytes = Array(text.utf8)
    var spans: [PersonalDataSpan] = []
    var position = 0
    var scalars = 0
    for found in find(bytes) {
      scalars += UTF8Length.scalars(bytes, position..<found.range.lowerBound)
      let length = UTF8Length.scalars(bytes, found.range)
      spans.append(PersonalDataSpan(kind: found.kind, start: scalars, end: scalars + length))
      scalars += length
      position = found.range.upperBound
    }
    return spans
  }

  /// `text` with every span replaced.
  package mutating func mask(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let found = Self.find(bytes)
    guard !found.isEmpty else { return text }
    var masked: [UInt8] = []
    masked.reserveCapacity(bytes.count)
    var position = 0
    for span in found {
      masked.append(contentsOf: bytes[position..<span.range.lowerBound])
      masked.append(contentsOf: "[\(span.kind.mask)_\(number(span.kind, span.value))]".utf8)
      counts[span.kind, default: 0] += 1
      position = span.range.upperBound
    }
    masked.append(contentsOf: bytes[position...])
    return String(decoding: masked, as: UTF8.self)
  }

  /// Separators and case do not make another value.
  private mutating func number(_ kind: PersonalDataKind, _ value: ArraySlice<UInt8>) -> Int {
    var canonical = kind.ignoresSeparators ? value.filter(ASCII.isAlphanumeric) : Array(value)
    if kind.ignoresCase { canonical = Array(String(decoding: canonical, as: UTF8.self).lowercased().utf8) }
    let key = Mixing.hash(canonical)
    let next = (numbers[kind]?.count ?? 0) + 1
    return numbers[kind, default: [:]][key]
      ?? {
        numbers[kind, default: [:]][key] = next
        return next
      }()
  }

  /// - value: as detectors read it.
  private typealias Found = (kind: PersonalDataKind, range: Range<Int>, value: ArraySlice<UInt8>)

  /// In the order of their strength: what one rule has claimed no later rule splits.
  private static let detectors: [any PersonalDataDetector.Type] = [
    PrivateKeyDetector.self, URLCredentialsDetector.self, APIKeyDetector.self, CryptoAddressDetector.self,
    IBANDetector.self, EmailDetector.self, IPAddressDetector.self, BirthDateDetector.self, NationalIDDetector.self,
    InternationalPhoneDetector.self, CardDetector.self, SocialSecurityDetector.self, PhoneDetector.self,
  ]

  private static func find(_ bytes: [UInt8]) -> [Found] {
    let text = DetectorText(bytes)
    var kept: [Found] = []
    for detector in detectors {
      let ranges = detector.ranges(in: text.bytes)
      if !ranges.isEmpty {
        kept = merge(kept, ranges.map { (detector.kind, text.original($0), text.bytes[$0]) })
      }
    }
    return kept
  }

  /// Both in order; of `weaker` only what overlaps nothing in `stronger`.
  private static func merge(_ stronger: [Found], _ weaker: [Found]) -> [Found] {
    var merged: [Found] = []
    var index = 0
    for candidate in weaker {
      while index < stronger.count, stronger[index].range.upperBound <= candidate.range.lowerBound {
        merged.append(stronger[index])
        index += 1
      }
      if index == stronger.count || stronger[index].range.lowerBound >= candidate.range.upperBound {
        merged.append(candidate)
      }
    }
    merged.append(contentsOf: stronger[index...])
    return merged
  }
}
