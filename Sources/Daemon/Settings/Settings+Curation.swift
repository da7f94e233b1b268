import Curation

extension Settings {
  /// What curation is told: one place for the daemon, `screen` and `release`.
  package var curation: CurationSettings {
    var curation = CurationSettings()
    curation.documentBytes = intake.limit
    curation.personalData =
      switch personalData.mode {
      case .mask: .mask
      case .reject: .reject
      case .allow: .allow
      }
    curation.reader.field = readers.field
    return curation
  }
}
