/// Where a setting's value came from; later cases win over earlier ones.
package enum SettingOrigin: Hashable, Sendable, CustomStringConvertible {
  case standard
  /// The settings file, by its path.
  case file(String)
  /// The variable.
  case environment(String)
  /// The flag as it was written.
  case flag(String)

  package var description: String {
    switch self {
    case .standard: "default"
    case .file(let path): path
    case .environment(let name): name
    case .flag(let flag): flag
    }
  }
}
