/// Everything about one record that a screen shows, taken or not.
package struct RecordFinding: Sendable {
  /// The line where it began, from 1.
  package var line: Int
  /// Unicode scalars of the document's text as read before it: records follow one another with a blank line between.
  package var offset: Int
  /// The text as read, before personal data is masked.
  package var text: String
  package var reason: RejectionReason?
  package var language: Language
  package var profile: Profile?
  /// Personal data, in scalars of the document's text as read.
  package var spans: [PersonalDataSpan]
  /// Where what the reason is about first shows, in the same count; `nil` where it is the text as a whole.
  package var offence: TextSpan?
  /// What each classifier says of it, in the same count.
  package var judgements: [ClassifierJudgement] = []
}
