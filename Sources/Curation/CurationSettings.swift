/// What curation can be told.
package struct CurationSettings: Codable, Hashable, Sendable {
  /// What happens to personal data.
  package enum PersonalData: String, Codable, CaseIterable, Sendable {
    case mask, reject, allow
  }

  package var personalData = PersonalData.mask
  /// Bytes of one document; larger ones are refused before they are read further.
  package var documentBytes = 32 << 20
  package var reader = ReaderLimits()
  /// Chosen for every text instead of by its statistics; `nil` chooses.
  package var profile: Profile?
  /// Whether a text that breaks a filter's rule is refused; a document that somebody takes out of quarantine is not.
  package var enforcesFilters = true
  /// Whether the verdict has everything about each record (`CurationVerdict.findings`): for screens, not for intake.
  package var reportsFindings = false

  package init() {}
}
