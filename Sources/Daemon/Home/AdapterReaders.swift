import AdapterStore
import Platform

extension AdapterStore.Readers {
  /// As `adapters.group` says.
  /// - Throws: `SettingsError.contradiction` where this machine has no such group: a serving user would be locked out.
  package init(group name: String?) throws {
    guard let name else {
      self = .owner
      return
    }
    guard let group = Machine.groupIdentifier(named: name) else {
      throw SettingsError.contradiction(
        keys: "adapters.group",
        reason: "this machine has no group “\(TerminalText.escaped(name))”. Make it (groupadd), or name another")
    }
    self = .group(group)
  }
}
