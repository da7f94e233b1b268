import Daemon

/// A command line taken apart; nothing has been looked up on disk.
package struct ParsedLine: Sendable {
  /// `nil` where no verb was named.
  package var verb: (any Verb)?
  /// The first word of several verbs, such as `bench`, where help about them is wanted.
  package var family: String?
  package var operands: [String] = []
  /// In the order given; a flag without value has an empty one.
  package var flags: [(name: String, value: String)] = []
  /// Settings given as `--train.rate 1e-4` or `--set train.rate=1e-4`.
  package var settings: [(key: String, value: String)] = []
  package var wantsHelp = false
  package var wantsVersion = false

  /// Global flags may stand before the verb; everything after `--` is an operand, and so is `-`.
  /// - Throws: `UsageError`.
  package init(_ arguments: [String], verbs: [any Verb]) throws(UsageError) {
    var rest = arguments[...]
    while let argument = rest.first, argument.hasPrefix("-"), argument != "-", argument != "--" {
      rest.removeFirst()
      try take(argument, from: &rest, declared: Flag.everywhere + [.switch("version", "")])
    }
    guard let word = rest.first else { return }
    if word == "help" {
      wantsHelp = true
      rest.removeFirst()
      if rest.isEmpty { return }
    }
    if let family = Self.family(rest, among: verbs, isForHelp: wantsHelp) {
      (self.family, wantsHelp) = (family, true)
      return
    }
    let verb = try Self.verb(&rest, among: verbs)
    self.verb = verb
    let declared = verb.declaration.flags + Flag.everywhere
    while let argument = rest.popFirst() {
      if argument == "--" {
        operands += rest
        break
      }
      if argument.hasPrefix("-"), argument != "-" {
        try take(argument, from: &rest, declared: declared)
      } else {
        operands.append(argument)
      }
    }
    if !wantsHelp { try checkCount(verb.declaration) }
  }

  private func checkCount(_ declaration: VerbDeclaration) throws(UsageError) {
    let range = declaration.operandCount
    let synopsis = "stet \(declaration.name)" + (declaration.operands.isEmpty ? "" : " \(declaration.operands)")
    if operands.count < range.lowerBound {
      throw UsageError("\(declaration.name) needs \(declaration.operands): \(synopsis)")
    }
    if operands.count > range.upperBound {
      let extra = operands[range.upperBound]
      throw UsageError(
        "\(declaration.name) does not take “\(extra)”; as in: \(synopsis). "
          + "stet \(declaration.name) --help says what it takes.")
    }
  }

  /// The word that several verbs begin with, where that word alone is asked about.
  private static func family(_ words: ArraySlice<String>, among verbs: [any Verb], isForHelp: Bool) -> String? {
    guard let word = words.first, verbs.allSatisfy({ $0.declaration.name != word }),
      verbs.contains(where: { $0.declaration.name.hasPrefix(word + " ") })
    else { return nil }
    let rest = words.dropFirst()
    if let next = rest.first, !next.hasPrefix("-") { return nil }
    return isForHelp || rest.contains("--help") || rest.contains("-h") ? word : nil
  }

  /// The verb with the longest name that the words begin with.
  private static func verb(
    _ words: inout ArraySlice<String>, among verbs: [any Verb]
  ) throws(UsageError) -> any Verb {
    for count in [2, 1] where words.count >= count {
      let name = words.prefix(count).joined(separator: " ")
      if let verb = verbs.first(where: { $0.declaration.name == name }) {
        words.removeFirst(count)
        return verb
      }
    }
    let word = words.first ?? ""
    let names = verbs.map(\.declaration.name)
    let family = names.filter { $0.hasPrefix(word + " ") }
    guard family.isEmpty else {
      let next = words.dropFirst().first { !$0.isEmpty }
      let given =
        next.flatMap { $0.hasPrefix("-") ? nil : "there is no stet \(word) \($0)" } ?? "\(word) needs one word more"
      throw UsageError("\(given): \(family.map { "stet \($0)" }.joined(separator: ", "))")
    }
    throw UsageError(
      "there is no verb “\(word)”\(NearestName.hint(word, among: Set(names.compactMap { $0.split(separator: " ").first.map(String.init) }).sorted())) "
        + "stet --help lists them all.")
  }

  private mutating func take(
    _ argument: String, from rest: inout ArraySlice<String>, declared: [Flag]
  ) throws(UsageError) {
    if argument == "-h" {
      wantsHelp = true
      return
    }
    guard argument.hasPrefix("--") else {
      throw UsageError("there is no flag \(argument); flags have two dashes. stet --help lists the verbs.")
    }
    let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    var value = parts.count == 2 ? String(parts[1]) : nil
    func required(_ meaning: String) throws(UsageError) -> String {
      if let value { return value }
      guard let next = rest.first, !next.hasPrefix("--") else {
        throw UsageError("--\(name) needs a value: --\(name) \(meaning)")
      }
      rest.removeFirst()
      return next
    }
    if let flag = declared.first(where: { $0.name == name }) {
      if let meaning = flag.value {
        value = try required(meaning)
      } else if value != nil {
        throw UsageError("--\(name) takes no value; leave “=\(value ?? "")” out.")
      }
      try record(flag, value ?? "")
    } else if SettingsCatalog.setting(name) != nil {
      settings.append((name, try required("VALUE")))
    } else {
      let known = declared.map(\.name) + SettingsCatalog.all.map(\.key)
      throw UsageError(
        "there is no flag --\(name)\(NearestName.hint(name, among: known).replacing("mean ", with: "mean --"))"
          + " Add --help to see the flags.")
    }
  }

  private mutating func record(_ flag: Flag, _ value: String) throws(UsageError) {
    switch flag.name {
    case "help": wantsHelp = true
    case "version" where flag.value == nil: wantsVersion = true
    case "memory": settings.append(("train.memory", value))
    case "set":
      let pair = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2 else { throw UsageError("--set \(value): write KEY=VALUE, such as train.rate=1e-4.") }
      settings.append((pair[0], pair[1]))
    default:
      if !flag.isRepeatable, flags.contains(where: { $0.name == flag.name }) {
        throw UsageError("--\(flag.name) is there twice; once is enough.")
      }
      flags.append((flag.name, value))
    }
  }
}
