import Foundation
import ModelFiles
import Platform

/// What a version is and what it was made from: `manifest.json`.
package struct Manifest: Codable, Hashable, Sendable {
  /// The model that the adapter belongs to.
  package struct Base: Codable, Hashable, Sendable {
    /// Of the model's file.
    package var sha256: Digest
    package var name: String
    /// How its weights are stored, such as `Q4_1`; `nil` in a version that did not write it down.
    package var quantisation: String?
    /// Of the tokenizer's vocabulary and merges.
    package var tokenizer: Digest
    /// Of the chat template; `nil` where the model has none.
    package var template: Digest?

    package init(sha256: Digest, name: String, quantisation: String? = nil, tokenizer: Digest, template: Digest?) {
      self.sha256 = sha256
      self.name = name
      self.quantisation = quantisation
      self.tokenizer = tokenizer
      self.template = template
    }
  }

  package struct FileRecord: Codable, Hashable, Sendable {
    package var sha256: Digest
    /// Bytes.
    package var size: Int64
  }

  /// The layout of this file and of its directory.
  package static let currentFormat = 1

  package var format = Manifest.currentFormat
  package var number: VersionNumber
  /// The version it was trained from; `nil` for version 0.
  package var parent: VersionNumber?
  /// The round that made it; `nil` for version 0.
  package var round: Int?
  package var origin: Origin
  /// Every other file of the version, by name.
  package var files: [String: FileRecord]
  /// SHA-256 of this manifest without its seal.
  package var seal: Digest?

  /// What the round knows before the version has a number.
  package struct Origin: Codable, Hashable, Sendable {
    /// Whole seconds.
    package var created: Date
    package var base: Base
    package var lora: LoRAConfiguration
    /// As `stet settings` names them.
    package var settings: [String: String]
    package var seeds: [String: Seed]
    /// The store's numbers of the documents that it learned.
    package var documents: [Int64]
    /// Measured figures; their names say the unit.
    package var figures: [String: Double]

    package init(
      created: Date, base: Base, lora: LoRAConfiguration, settings: [String: String] = [:],
      seeds: [String: Seed] = [:], documents: [Int64] = [], figures: [String: Double] = [:]
    ) {
      self.created = Date(timeIntervalSince1970: created.timeIntervalSince1970.rounded(.down))
      self.base = base
      self.lora = lora
      self.settings = settings
      self.seeds = seeds
      self.documents = documents
      self.figures = figures
    }
  }
}

/// A seed, in JSON as decimal text, since other readers round integers past 2⁵³.
package struct Seed: RawRepresentable, Codable, Hashable, Sendable {
  package var rawValue: UInt64

  package init(rawValue: UInt64) { self.rawValue = rawValue }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = UInt64(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a seed is a decimal number in quotes")
    }
    rawValue = value
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(String(rawValue))
  }
}

extension Manifest {
  /// The file's bytes, sealed.
  func encoded() throws -> Data {
    var sealed = self
    sealed.seal = try computedSeal()
    return try Manifest.encoder.encode(sealed)
  }

  private func computedSeal() throws -> Digest {
    var open = self
    open.seal = nil
    return Digest.of(try Manifest.encoder.encode(open))
  }

  /// - Throws: `AdapterStoreError` where the bytes are no manifest, another release's, or edited.
  static func decode(_ data: Data, version: VersionNumber, path: String) throws -> Manifest {
    struct Format: Decodable { var format: Int }
    let manifest: Manifest
    do {
      let format = try decoder.decode(Format.self, from: data).format
      guard format == currentFormat else {
        throw AdapterStoreError.otherFormat(version, file: path, found: format, known: currentFormat)
      }
      manifest = try decoder.decode(Manifest.self, from: data)
    } catch let error as DecodingError {
      throw AdapterStoreError.unreadableManifest(version, file: path, reason: error.fact)
    }
    guard try manifest.seal == manifest.computedSeal(), manifest.number == version else {
      throw AdapterStoreError.edited(version, file: path)
    }
    return manifest
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return encoder
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return decoder
  }
}
