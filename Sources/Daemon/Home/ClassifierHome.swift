import Curation
import Foundation
import ModelFiles
import Platform
import Transformer

/// The text classifiers of a State, a file each: what intake and screens judge texts by.
package struct ClassifierHome: Sendable {
  private static let ending = ".classifier"

  private let state: StateDirectory
  private let fileSystem: any FileSystem

  package init(state: StateDirectory, through fileSystem: any FileSystem) {
    self.state = state
    self.fileSystem = fileSystem
  }

  package func path(of name: String) -> Path { state.classifiers.appending(name + Self.ending) }

  /// In the order of their names.
  package func names() throws -> [String] {
    guard try fileSystem.exists(state.classifiers) else { return [] }
    return try fileSystem.list(state.classifiers).compactMap { entry in
      guard entry.kind == .regular, let name = entry.name.string, name.hasSuffix(Self.ending) else { return nil }
      let stem = String(name.dropLast(Self.ending.count))
      return TextClassifier.isName(stem) ? stem : nil
    }.sorted()
  }

  /// Tells these files, in this very state, from others: something was trained since where it differs.
  package func stamp() throws -> [String] {
    try names().compactMap { name in
      try fileSystem.statusIfPresent(path(of: name)).map { "\(name) \(Arrival.stamp($0))" }
    }
  }

  /// - Throws: `ClassifierFileError`, `PlatformError`.
  package func read(_ name: String) throws -> TextClassifier {
    let path = path(of: name)
    let bytes = try fileSystem.contents(of: path, limit: ClassifierFile.limit)
    return try ClassifierFile.read([UInt8](bytes), path: path.description)
  }

  /// Writes or replaces the classifier of that name; a State that is not there yet is made as far as this needs.
  package func write(_ classifier: TextClassifier) throws -> Path {
    try DurableFile.makeDirectory(state.classifiers, through: fileSystem)
    try state.check(through: fileSystem)
    let path = path(of: classifier.name)
    try DurableFile.write(Data(try ClassifierFile.bytes(of: classifier)), to: path, through: fileSystem)
    return path
  }

  /// All of them as `quality.classifier` has them used; none where that is off.
  /// - Parameter base: the base model, asked for where a classifier reads its hidden states.
  /// - Throws: `ClassifierFileError`, `ClassifierError`; what `base` throws.
  package func screening(
    _ settings: Settings, base: () throws -> LoadedBase
  ) throws -> [ScreeningClassifier] {
    guard settings.quality.classifier != .off else { return [] }
    var reader: HiddenStateReader?
    return try names().map { name in
      let classifier = try read(name)
      var hidden: ScreeningClassifier.HiddenStates?
      if let wanted = classifier.record.base {
        let base = try base()
        guard base.file.sha256.hex == wanted else {
          throw ClassifierError.otherBase(
            path: path(of: name).description, wanted: wanted, actual: base.file.sha256.hex)
        }
        let states = try reader ?? HiddenStateReader(base, settings, memory: .small, threads: 1)
        reader = states
        hidden = { states.mean($0) }
      }
      return ScreeningClassifier(
        classifier, threshold: settings.quality.threshold, refuses: settings.quality.classifier == .reject,
        hidden: hidden)
    }
  }
}

/// Why a classifier cannot be used.
package enum ClassifierError: Error, Hashable, Sendable, CustomStringConvertible {
  case otherBase(path: String, wanted: String, actual: String)

  package var description: String {
    switch self {
    case let .otherBase(path, wanted, actual):
      "\(path): it reads hidden states of the base model \(wanted.prefix(8))…, and this one is \(actual.prefix(8))…. "
        + "Train it again with --deep, or remove it."
    }
  }
}
