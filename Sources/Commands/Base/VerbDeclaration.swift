/// What a verb is called, takes and does: the parser reads it, and help is made from it.
package struct VerbDeclaration: Sendable {
  /// What people want when they look for a verb.
  package enum Task: String, CaseIterable, Sendable {
    case begin = "Begin"
    case look = "Look"
    case steer = "Steer"
    case use = "Use what was learned"
    case check = "Check and measure"
  }

  package struct Example: Sendable {
    package let command: String
    package let meaning: String

    package init(_ command: String, _ meaning: String) {
      self.command = command
      self.meaning = meaning
    }
  }

  /// One or two words, such as `model fetch`.
  package let name: String
  package let task: Task
  /// As help shows the operands, such as `[FILE]`; empty where there are none.
  package let operands: String
  package let operandCount: ClosedRange<Int>
  /// One line without a full stop.
  package let summary: String
  package let flags: [Flag]
  /// Whole sentences below the synopsis.
  package let details: String
  package let examples: [Example]
  /// The verb ends on SIGINT in its own way; others end at once with exit code 130.
  package let handlesInterrupt: Bool

  package init(
    _ name: String, _ task: Task, operands: String = "", count: ClosedRange<Int> = 0...0, _ summary: String,
    flags: [Flag] = [], details: String = "", examples: [Example], handlesInterrupt: Bool = false
  ) {
    self.name = name
    self.task = task
    self.operands = operands
    self.operandCount = count
    self.summary = summary
    self.flags = flags
    self.details = details
    self.examples = examples
    self.handlesInterrupt = handlesInterrupt
  }
}

/// Something that stet does. One file each; `VerbRegistry` lists them.
package protocol Verb: Sendable {
  var declaration: VerbDeclaration { get }
  /// Does it. Rows and JSON go to `call.output`'s standard output, everything else to its standard error.
  func run(_ call: Call) async throws -> ExitCode
}
