import ModelFiles

/// A combination of parts by name, such as `replay+ewc`.
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
      case .ewc: "online EWC on A and B (ewc.lambda)"
      case .ewcProduct: "online EWC on the weights' change BA"
      case .anchor: "the weights' change anchored to the last version"
      case .dark: "replay also learns what was predicted when it was learned"
      case .darkText: "the same at every token of a sample"
      case .distil: "what the last version predicts of new prompts is kept"
      case .slow: "a moving average of the weights is served"
      case .decay: "the peak rate falls over tasks"
      case .stepBack: "a part of each step is served, 1/√i of it"
      case .olora: "O-LoRA"
      case .slao: "SLAO, Merge before Forget"
      }
    }

    /// The strength where none is given; `nil` where it has none.
    package var standardStrength: Double? {
      switch self {
      case .replay, .general, .decay, .slao, .ewc: nil
      case .rehearse: 64
      case .ewcProduct: 0.1
      case .anchor: 0.01
      case .dark, .darkText, .distil: 1
      case .slow: 10
      case .stepBack: 0.5
      case .olora: 0.5
      }
    }
  }

  package let name: String
  package let parts: [Part]
  /// All tasks at once: the ceiling.
  package let isJoint: Bool

  /// What rounds do.
  package static let standardParts: [Part] = [.replay, .general, .decay, .ewc]

  /// - Returns: `nil` where a part has no such name, or comes twice.
  package init?(_ name: String) {
    self.name = name
    isJoint = name == "joint"
    switch name {
    case "naive", "joint": parts = []
    case "default": parts = Self.standardParts
    default:
      let words = name.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
      let parts = words.compactMap(Part.init(rawValue:))
      guard !parts.isEmpty, parts.count == words.count, Set(parts).count == parts.count else { return nil }
      self.parts = parts
    }
  }

  package static let names = ["naive", "joint", "default"] + Part.allCases.map(\.rawValue)

  package var description: String { name }

  /// Ranks of the adapter for every rank of one task.
  package func rankFactor(tasks: Int) -> Int { parts.contains(.olora) ? max(tasks, 1) : 1 }

  package var rehearsesGeneral: Bool { parts.contains(.general) }

  /// In an order that lets each see what those before it changed: general texts first.
  func make(_ settings: ContinualSettings, tasks: Int) -> [any ContinualPart] {
    // General texts have to be there when the Fishers of the base are taken.
    (Part.allCases.filter { $0 == .general } + Part.allCases.filter { $0 != .general }).filter(parts.contains).map {
      part in
      let strength = settings.strength(part.rawValue, default: part.standardStrength ?? 0)
      return switch part {
      case .replay: ReplayPart(repeats: 1)
      case .rehearse: ReplayPart(repeats: Int(strength))
      case .general: GeneralPart()
      case .ewc: ConsolidationPart()
      case .ewcProduct: ProductConsolidationPart(strength: strength)
      case .anchor: NormAnchorPart(strength: strength)
      case .dark: DarkReplayPart(weight: strength, everywhere: false)
      case .darkText: DarkReplayPart(weight: strength, everywhere: true)
      case .distil: PromptDistillationPart(weight: strength)
      case .slow: SlowWeightsPart(window: Int(strength))
      case .decay: RateDecayPart()
      case .stepBack: StepBackPart(least: strength)
      case .olora: OrthogonalSubspacePart(strength: strength, tasks: tasks)
      case .slao: MergeBeforeForgetPart()
      }
    }
  }
}
