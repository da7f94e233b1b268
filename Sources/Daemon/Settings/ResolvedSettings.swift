import Foundation
import Platform

/// The settings of one run, and where each value came from.
package struct ResolvedSettings: Hashable, Sendable {
  package private(set) var settings = Settings()
  private var origins: [String: SettingOrigin] = [:]

  /// The file's name below the State.
  package static let fileName = "stet.json"
  /// Variables that name places rather than settings.
  package static let placeVariables: Set<String> = ["STET_STATE", "STET_WATCH", "STET_MODEL"]
  /// Variables that tell a hook what it is called for; it may call `stet` too.
  package static let hookPrefix = "STET_HOOK_"
  private static let fileLimit = 1 << 20

  package func origin(of setting: Setting) -> SettingOrigin { origins[setting.key] ?? .standard }

  /// All defaults.
  package init() {}

  /// - Parameters:
  ///   - state: the State whose `stet.json` counts; one that is not there has none.
  ///   - environment: `STET_…` variables of it count.
  ///   - flags: keys and values as the command line has them.
  /// - Throws: `SettingsError`.
  package init(
    state: some PathConvertible, environment: [String: String], flags: [(key: String, value: String)] = [],
    through fileSystem: any FileSystem = LocalFileSystem()
  ) throws(SettingsError) {
    try readFile(state.asPath.appending(ResolvedSettings.fileName), through: fileSystem)
    for (name, value) in environment.sorted(by: { $0.key < $1.key })
    where name.hasPrefix("STET_") && !ResolvedSettings.placeVariables.contains(name)
      && !name.hasPrefix(ResolvedSettings.hookPrefix)
    {
      guard let setting = SettingsCatalog.all.first(where: { $0.environmentName == name }) else {
        let nearest = NearestName.of(name, among: SettingsCatalog.all.map(\.environmentName))
        throw .unknownKey(name, from: "environment", nearest: nearest)
      }
      try set(setting, .text(value), from: .environment(name))
    }
    try take(flags)
    try check()
  }

  private static func setting(_ key: String, in source: String) throws(SettingsError) -> Setting {
    if let setting = SettingsCatalog.setting(key) { return setting }
    throw .unknownKey(key, from: source, nearest: NearestName.of(key, among: SettingsCatalog.all.map(\.key)))
  }

  private mutating func set(
    _ setting: Setting, _ value: ConfigValue, from origin: SettingOrigin
  ) throws(SettingsError) {
    if setting.namesCommand {
      switch origin {
      case .standard, .file: break
      case .environment, .flag:
        throw .untrustedCommand(
          key: setting.key, from: origin.description, reason: "so it counts only from the settings file; put it there.")
      }
    }
    guard setting.set(value, in: &settings) else {
      throw .notAllowed(
        key: setting.key, given: value.shown, allowed: setting.allowed, from: origin.description)
    }
    origins[setting.key] = origin
  }

  /// What no single setting can know.
  private func check() throws(SettingsError) {
    let replay = settings.replay
    for (key, share) in [("replay.share", replay.share), ("replay.retry", replay.retry)]
    where share + replay.general >= 1 {
      throw .contradiction(
        keys: "\(key) and replay.general",
        reason: "together \(share + replay.general) of a step's tokens, which leaves none for new text; lower one.")
    }
    if settings.heldout.validation + settings.heldout.test >= 1 {
      throw .contradiction(
        keys: "heldout.validation and heldout.test", reason: "together they leave nothing to learn; lower one.")
    }
  }
}

// MARK: The file

extension ResolvedSettings {
  private mutating func readFile(_ path: Path, through fileSystem: any FileSystem) throws(SettingsError) {
    guard let (data, status) = try Self.content(of: path, through: fileSystem) else { return }
    let name = path.description
    guard let text = String(validating: data, as: UTF8.self) else { throw .notUTF8(file: name) }
    let members: [ConfigMember]
    do {
      members = try ConfigParser.parse(text)
    } catch {
      throw .malformed(file: name, line: error.line, reason: error.reason)
    }
    var seen: Set<String> = []
    for (key, value, line) in Self.flattened(members, prefix: "") {
      let setting = try Self.setting(key, in: "\(name): line \(line)")
      guard seen.insert(key).inserted else {
        throw .malformed(file: name, line: line, reason: "\(key) is set twice")
      }
      if setting.namesCommand, let reason = Self.distrust(status) {
        throw .untrustedCommand(key: key, from: name, reason: reason)
      }
      try set(setting, value, from: .file(name))
    }
  }

  /// The content and the status of one open file, so that what is judged is what was read.
  private static func content(
    of path: Path, through fileSystem: any FileSystem
  ) throws(SettingsError) -> (Data, FileStatus)? {
    do {
      let file = try fileSystem.open(path, for: .read)
      defer { file.close() }
      return (try fileSystem.contents(of: file, limit: fileLimit), try fileSystem.status(of: file))
    } catch let error as PlatformError where error.isMissing {
      return nil
    } catch let error as PlatformError {
      throw .unreadable(error)
    } catch {
      throw .malformed(file: path.description, line: 1, reason: "\(error)")
    }
  }

  /// Why a file may not name programs; `nil` where it may.
  private static func distrust(_ status: FileStatus) -> String? {
    if !status.isOurs { return "but the file is another user's; make it your own (chown)." }
    if status.isWritableByOthers { return "but others may write the file; take that away (chmod go-w)." }
    return nil
  }

  /// `{"train": {"rate": 1}}` and `{"train.rate": 1}` are the same; an object that is a setting's value stays whole.
  private static func flattened(
    _ members: [ConfigMember], prefix: String
  ) -> [(key: String, value: ConfigValue, line: Int)] {
    members.flatMap { member in
      let isValue = SettingsCatalog.setting(prefix + member.key)?.kind == .table
      if case .object(let inner) = member.value, !isValue {
        return flattened(inner, prefix: prefix + member.key + ".")
      }
      return [(prefix + member.key, member.value, member.line)]
    }
  }
}

// MARK: Flags alone

extension ResolvedSettings {
  /// Whether flags name settings and allowed values, before anything is read.
  /// - Throws: `SettingsError`.
  package static func checkFlags(_ flags: [(key: String, value: String)]) throws(SettingsError) {
    var probe = ResolvedSettings()
    try probe.take(flags)
  }

  private mutating func take(_ flags: [(key: String, value: String)]) throws(SettingsError) {
    for (key, value) in flags { try set(try Self.setting(key, in: "--\(key)"), .text(value), from: .flag("--\(key)")) }
  }
}
