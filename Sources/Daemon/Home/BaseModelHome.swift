import AdapterStore
import Foundation
import ModelFiles
import Platform
import Tokenizers

/// A base model read whole, with the tokenizer and chat template that its file carries.
package struct LoadedBase: Sendable {
  package let file: BaseModelFile
  package let tokenizer: Tokenizer
  /// `nil` where the file has none, or one that is not ChatML: then there are no chats, and `templateProblem` says why.
  package let template: ChatTemplate?
  package let templateProblem: String?
  package let tokenizerDigest: Digest
  package let templateDigest: Digest?

  init(_ file: BaseModelFile) throws {
    let description = try TokenizerDescription(file.metadata)
    self.file = file
    tokenizer = try Tokenizer(description)
    tokenizerDigest = description.digest
    templateDigest = description.chatTemplate.map { Digest.of($0) }
    do {
      template = try ChatTemplate(tokenizer)
      templateProblem = nil
    } catch {
      template = nil
      templateProblem = error.description
    }
  }

  /// What a version's manifest says about the base.
  /// - Parameter name: `adapters.base_name`; `nil` takes the model's own Hugging Face name, else its file's.
  package func manifestBase(name: String? = nil) -> Manifest.Base {
    Manifest.Base(
      sha256: file.sha256, name: name ?? file.huggingFaceName ?? file.name, quantisation: file.quantisation,
      tokenizer: tokenizerDigest, template: templateDigest)
  }
}

/// Finds and loads the base model of a State: the one that is named, else the State's own, else the fetched default.
package struct BaseModelHome: Sendable {
  private let state: StateDirectory
  private let fileSystem: any FileSystem
  private let digests: DigestCache

  package init(
    state: StateDirectory, now: @escaping @Sendable () -> Date, through fileSystem: any FileSystem = LocalFileSystem()
  ) {
    self.state = state
    self.fileSystem = fileSystem
    digests = DigestCache(path: state.digests.description, now: now, through: fileSystem)
  }

  /// Where the fetched default is, or will be.
  package var fetched: Path { state.models.appending(PublishedModel.smolLM2.fileName) }

  /// - Parameter named: `--model`.
  /// - Throws: `BaseModelError.missing` where the named file is not there, `.none` where there is no model at all.
  package func locate(named: String?) throws -> Path {
    if let named {
      guard try fileSystem.statusIfPresent(named, followingLinks: true) != nil else {
        throw BaseModelError.missing(Path(named).description)
      }
      return Path(named)
    }
    if let link = try fileSystem.statusIfPresent(state.baseModel) {
      if try fileSystem.statusIfPresent(state.baseModel, followingLinks: true) != nil { return state.baseModel }
      let target = link.kind == .symbolicLink ? try fileSystem.readSymbolicLink(state.baseModel) : state.baseModel
      throw BaseModelError.missing(target.description)
    }
    guard try fileSystem.exists(fetched) else { throw BaseModelError.none(state.models.description) }
    return fetched
  }

  /// Fetches the default model where there is none at all.
  /// - Returns: its path.
  package func fetch(progress: @escaping (ModelFetch.Progress) -> Void = { _ in }) throws -> Path {
    try DurableFile.makeDirectory(state.models, through: fileSystem)
    return Path(
      try ModelFetch.fetchDefault(
        into: state.models.description, digests: digests, through: fileSystem, progress: progress))
  }

  /// Reads the model at `path` and checks that it is the one that the State's versions were made from.
  /// - Parameters:
  ///   - expected: of the State's identity; `nil` where the State has none yet.
  ///   - versions: how many versions were made, for the error.
  /// - Throws: `BaseModelError.another` (exit code 12), `GGUFError`, `TokenizerError`.
  package func load(_ path: Path, expecting expected: Digest?, versions: Int = 0) throws -> LoadedBase {
    let name = path.string ?? path.description
    let file = try BaseModelFile.read(name, digests: digests, through: fileSystem)
    if let expected, file.sha256 != expected {
      throw BaseModelError.another(
        path: path.description, actual: file.sha256, expected: expected, versions: versions)
    }
    return try LoadedBase(file)
  }

  /// Whether the file is still the one that was loaded, by its hash, which is only taken anew where the file was touched.
  /// - Throws: `BaseModelError.another`, `.missing`.
  package func checkUnchanged(_ base: LoadedBase) throws {
    try check(Path(base.file.path), expecting: base.file.sha256)
  }

  /// Whether the file at `path` is the model with that hash, without reading it where the hash is known.
  /// - Parameter versions: as in `load`.
  /// - Throws: `BaseModelError.another` (exit code 12), `.missing`.
  package func check(_ path: Path, expecting expected: Digest, versions: Int = 0) throws {
    guard let status = try fileSystem.statusIfPresent(path, followingLinks: true) else {
      throw BaseModelError.missing(path.description)
    }
    let digest = try digests.digest(of: status) ?? Digest.ofFile(path, through: fileSystem)
    guard digest == expected else {
      throw BaseModelError.another(path: path.description, actual: digest, expected: expected, versions: versions)
    }
    digests.record(digest, of: status)
  }

  /// Makes a model that lies elsewhere the State's own, so that no verb needs `--model` again.
  package func adopt(_ path: Path) throws {
    // A link that leads nowhere is one to a model that was moved since.
    guard try fileSystem.statusIfPresent(state.baseModel, followingLinks: true) == nil, path != fetched,
      path != state.baseModel
    else { return }
    let here = Path(FileManager.default.currentDirectoryPath)
    // What lies in the State moves with it.
    let isInside = try fileSystem.statusIfPresent(path.parent, followingLinks: true).map {
      try fileSystem.statusIfPresent(state.models, followingLinks: true)?.identity == $0.identity
    }
    let target = isInside == true ? path.lastComponent : path.isAbsolute ? path : here.appending(path)
    try DurableFile.replaceSymbolicLink(at: state.baseModel, target: target, through: fileSystem)
  }
}

/// Why there is no base model to work with.
package enum BaseModelError: Error, Hashable, Sendable, CustomStringConvertible {
  case missing(String)
  case none(String)
  case another(path: String, actual: Digest, expected: Digest, versions: Int)

  package var description: String {
    switch self {
    case .missing(let path):
      "\(path): there is no such model. Put it back, or name another with --model."
    case .none(let folder):
      "\(folder): there is no base model. Get the default one with stet model fetch, or name one with --model."
    case .another(let path, let actual, let expected, let versions):
      "\(path) is not the base that \(Self.owner(versions)) made from "
        + "(sha256 \(actual.hex.prefix(4))… instead of \(expected.hex.prefix(4))…). "
        + "Put the original back, or start a new State with --state."
    }
  }

  private static func owner(_ versions: Int) -> String {
    switch versions {
    case ...0: "this State was"
    case 1: "version 1 was"
    default: "versions 1–\(versions) were"
    }
  }

  /// As INTERFACE has it: 12 for another base model.
  package var exitCode: Int32 {
    switch self {
    case .missing, .none: 1
    case .another: 12
    }
  }
}
