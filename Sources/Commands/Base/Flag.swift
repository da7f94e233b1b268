/// A flag that a verb declares: what it is called, whether it takes a value, what it does.
package struct Flag: Hashable, Sendable {
  /// Without the dashes.
  package let name: String
  /// What stands for its value in help, such as `N`; `nil` for a switch.
  package let value: String?
  package let meaning: String
  package let isRepeatable: Bool

  /// A flag that is there or not.
  package static func `switch`(_ name: String, _ meaning: String) -> Flag {
    Flag(name: name, value: nil, meaning: meaning, isRepeatable: false)
  }

  package static func value(_ name: String, _ value: String, _ meaning: String, isRepeatable: Bool = false) -> Flag {
    Flag(name: name, value: value, meaning: meaning, isRepeatable: isRepeatable)
  }

  /// `--rank N`.
  package var synopsis: String { "--\(name)" + (value.map { " \($0)" } ?? "") }

  /// Short for `--train.memory`, of verbs that train.
  package static let memory = Flag.value(
    "memory", "BUDGET|fast|small", "How much memory training may take, such as 512M; by default what is free.")

  /// Understood by every verb.
  package static let everywhere: [Flag] = [
    .value("state", "DIR", "Where everything is kept; by default $STET_STATE, else State."),
    .value("watch", "DIR", "The folder that documents are dropped in; by default $STET_WATCH, else Watch."),
    .value("model", "FILE.gguf", "The base model; by default $STET_MODEL, the State's own, else the fetched one."),
    .value(
      "set", "KEY=VALUE", "A setting for this run, like --KEY VALUE; stet settings lists them.", isRepeatable: true),
    .switch("json", "Print JSON."),
    .switch("help", "Print this."),
  ]
}
