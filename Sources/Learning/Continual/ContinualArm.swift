import ModelFiles

/// A combination of parts by name, such as `replay+ewc=0.01`.
package struct ContinualArm: Hashable, Sendable, CustomStringConvertible {
  /// Parts that arms are made of.
  package enum Part: String, CaseIterable, Hashable, Sendable {
    case replay
    /// The same, and a small buffer's samples come as often as their share of the tokens allows.
    case rehearse
    case general
    case ewc
    case ewcProduct = "ewc-product"
    case anchor
    case dark
    case darkText = "dark-text"
    case recall
    case soft
    case synthesis
    case distil
    case slow
    case decay
    case stepBack = "step-back"
    case olora
    case slao

    /// One line for help.
    package var meaning: String {
      switch self {
      case .replay: "a share of each step from earlier tasks"
      case .rehearse: "the same, repeating a small buffer until the share is full"
      case .general: "texts of the base itself, distilled"
      case .ewc: "online EWC on A and B"
      case .ewcProduct: "online EWC on the weights' change BA"
      case .anchor: "the weights' change anchored to the last version"
      case .dark: "replay also learns what was predicted when it was learned"
      case .darkText: "the same at every token of a sample"
      case .recall: "replay also learns what the last version predicts of it"
      case .soft: "replay learns what the last version predicts of it, and not its tokens"
      case .synthesis: "replay also has texts that the version that learned a task wrote like them"
      case .distil: "what the last version predicts of new prompts is kept"
      case .slow: "a moving average of the weights is served"
      case .decay: "the peak rate falls over tasks"
      case .stepBack: "a part of each step is served, 1/√i of it"
      case .olora: "O-LoRA"
      case .slao: "SLAO, Merge before Forget"
      }
    }

    /// The value that a part may be given; `nil` where it has none.
    package var value: Value? {
      switch self {
      case .replay: Value(what: "share", standard: .setting("replay.share", \.replayShare), range: 0...0.9)
      case .general: Value(what: "share", standard: .setting("replay.general", \.generalShare), range: 0...0.9)
      case .ewc: Value(what: "strength", standard: .number(Double(LearningRecipe.lambdaAlone)), range: 0...1e9)
      case .rehearse: Value(what: "repeats", standard: .number(64), range: 1...1e6, isWhole: true)
      case .ewcProduct: Value(what: "strength", standard: .number(0.1), range: 0...1e9)
      case .anchor: Value(what: "strength", standard: .number(0.01), range: 0...1e9)
      case .dark, .darkText, .recall, .distil: Value(what: "weight", standard: .number(1), range: 0...1e6)
      case .soft: Value(what: "weight", standard: .number(5), range: 0...1e6)
      case .synthesis: Value(what: "texts of a task", standard: .number(64), range: 1...1e6, isWhole: true)
      case .slow: Value(what: "steps", standard: .number(10), range: 1...1e6, isWhole: true)
      case .stepBack: Value(what: "least part", standard: .number(0.5), range: 0...1)
      case .olora: Value(what: "strength", standard: .number(0.5), range: 0...1e9)
      case .decay: Value(what: "power of the task's number", standard: .number(0.25), range: 0...1)
      case .slao: nil
      }
    }
  }

  /// What the number behind a part's name says.
  package struct Value: Sendable {
    package enum Standard: Sendable {
      case number(Double)
      /// A round's own, by the setting's name.
      case setting(String, @Sendable (LearningRecipe) -> Double)
    }

    package let what: String
    package let standard: Standard
    package let range: ClosedRange<Double>
    package var isWhole = false

    func contains(_ value: Double) -> Bool { range.contains(value) && (!isWhole || value == value.rounded()) }
  }

  package let name: String
  package let parts: [Part]
  /// By part, where its name was given one.
  private let values: [Part: Double]
  /// All tasks at once: the ceiling.
  package let isJoint: Bool
  /// What rounds do.
  package let isDefault: Bool

  /// What rounds do.
  package static let standardParts: [Part] = [.replay, .general, .ewc]

  /// Why a name is no arm's.
  package enum NameError: Error, Hashable {
    case unknown(String)
    case twice(String)
    /// The part, and what it was given.
    case value(Part, String)
  }

  /// - Throws: `NameError`.
  package init(_ name: String) throws {
    self.name = name
    isJoint = name == "joint"
    isDefault = name == "default"
    var values: [Part: Double] = [:]
    switch name {
    case "naive", "joint": parts = []
    case "default": parts = Self.standardParts
    default:
      var parts: [Part] = []
      for word in name.split(separator: "+", omittingEmptySubsequences: false) {
        let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let part = pair.first.flatMap(Part.init(rawValue:)) else { throw NameError.unknown(String(word)) }
        guard !parts.contains(part) else { throw NameError.twice(part.rawValue) }
        parts.append(part)
        guard pair.count == 2 else { continue }
        guard let value = Double(pair[1]), part.value?.contains(value) == true else {
          throw NameError.value(part, pair[1])
        }
        values[part] = value
      }
      self.parts = parts
    }
    self.values = values
  }

  package static let names = ["naive", "joint", "default"] + Part.allCases.map(\.rawValue)

  package var description: String { name }

  /// Share of a step's tokens that are not new.
  package func replayedShare(_ recipe: LearningRecipe) -> Double {
    earlierShare(recipe) + (rehearsesGeneral ? values[.general] ?? recipe.generalShare : 0)
  }

  private func earlierShare(_ recipe: LearningRecipe) -> Double {
    replays ? values[.replay] ?? recipe.replayShare : 0
  }

  /// Ranks of the adapter for every rank of one task.
  package func rankFactor(tasks: Int) -> Int { parts.contains(.olora) ? max(tasks, 1) : 1 }

  package var rehearsesGeneral: Bool { parts.contains(.general) }

  /// Whether it matters what is kept of past samples.
  package var replays: Bool { parts.contains(.replay) || parts.contains(.rehearse) }

  /// In an order that lets each see what those before it changed: general texts first.
  func make(_ settings: ContinualSettings, tasks: Int) -> [any ContinualPart] {
    let recall = settings.recipe.recallWeight
    let own: [any ContinualPart] =
      isDefault && recall > 0
      ? [RecallPart(weight: Double(recall), isAlone: !settings.recipe.replaysText)] : []
    // General texts have to be there when the Fishers of the base are taken.
    let order = Part.allCases.filter { $0 == .general } + Part.allCases.filter { $0 != .general }
    return own
      + order.filter(parts.contains).map { part in
        let strength = value(of: part, settings)
        return switch part {
        case .replay where isDefault:
          ReplayPart(share: strength, repeats: settings.recipe.repeats, answerRepeats: LearningRecipe.answerRepeats)
        case .replay: ReplayPart(share: strength, repeats: 1)
        case .rehearse: ReplayPart(share: settings.replayShare, repeats: Int(strength))
        case .general: GeneralPart(share: strength, replayed: earlierShare(settings.recipe))
        case .ewc: ConsolidationPart(strength: strength)
        case .ewcProduct: ProductConsolidationPart(strength: strength)
        case .anchor: NormAnchorPart(strength: strength)
        case .dark: DarkReplayPart(weight: strength, everywhere: false)
        case .darkText: DarkReplayPart(weight: strength, everywhere: true)
        case .recall: RecallPart(weight: strength, isAlone: false)
        case .soft: RecallPart(weight: strength, isAlone: true)
        case .synthesis: SelfSynthesisPart(texts: Int(strength))
        case .distil: PromptDistillationPart(weight: strength)
        case .slow: SlowWeightsPart(window: Int(strength))
        case .decay: RateDecayPart(power: strength)
        case .stepBack: StepBackPart(least: strength)
        case .olora: OrthogonalSubspacePart(strength: strength, tasks: tasks)
        case .slao: MergeBeforeForgetPart()
        }
      }
  }

  /// 0 where it has none.
  private func value(of part: Part, _ settings: ContinualSettings) -> Double {
    if let value = values[part] { return value }
    // A round has it where it needs it.
    if part == .ewc, isDefault { return Double(settings.recipe.ewcLambda(replays: settings.buffer > 0)) }
    return switch part.value?.standard {
    case .number(let value): value
    case .setting(_, let value): value(settings.recipe)
    case nil: 0
    }
  }
}
