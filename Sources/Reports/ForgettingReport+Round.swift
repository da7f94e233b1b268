/// How the round went: the gate's decision, what it cost, what it read.
extension ForgettingReport {
  package enum Decision: String, Codable, Hashable, Sendable {
    case published, rejected
    /// Past the gate, by hand.
    case promoted
  }

  package struct Gate: Codable, Hashable, Sendable {
    package var decision: Decision
    /// The share of the step that was published, 1 unless the candidate was walked back.
    package var scale: Double
    /// Points measured between current and the candidate, the whole step first.
    package var walk: [WalkStep]
    package var retries: [Retry]
    /// Why, where the reason is not a domain over its budget.
    @OrNull package var reason: String?
    /// Documents set aside by a rejection.
    package var deferred: Int
    /// The source that most of a rejection comes from.
    @OrNull package var conflict: Conflict?

    package init(
      decision: Decision, scale: Double = 1, walk: [WalkStep] = [], retries: [Retry] = [], reason: String? = nil,
      deferred: Int = 0, conflict: Conflict? = nil
    ) {
      self.decision = decision
      self.scale = scale
      self.walk = walk
      self.retries = retries
      self.reason = reason
      self.deferred = deferred
      self.conflict = conflict
    }

    /// Whether the step as it was trained at first was too large: for the budgets, or to learn anything.
    package var heldBack: Bool {
      switch decision {
      case .published: walk.count > 1 || !retries.isEmpty
      case .rejected: true
      case .promoted: false
      }
    }
  }

  package struct WalkStep: Codable, Hashable, Sendable {
    /// Share of the way from current to the candidate.
    package var scale: Double
    @OrNull package var worstDomain: String?
    /// The worst domain's relative change; where that is `general`, how far it is from the base, in nats.
    @Figure package var change: Double

    package init(scale: Double, worstDomain: String?, change: Double) {
      self.scale = scale
      self.worstDomain = worstDomain
      self.change = change
    }

    private enum CodingKeys: String, CodingKey {
      case scale
      case worstDomain = "worst_domain"
      case change
    }
  }

  package struct Retry: Codable, Hashable, Sendable {
    /// Share of a step's tokens that were replayed, 0 to 1.
    package var replayShare: Double
    @OrNull package var worstDomain: String?
    @Figure package var change: Double

    package init(replayShare: Double, worstDomain: String?, change: Double) {
      self.replayShare = replayShare
      self.worstDomain = worstDomain
      self.change = change
    }

    private enum CodingKeys: String, CodingKey {
      case replayShare = "replay_share"
      case worstDomain = "worst_domain"
      case change
    }
  }

  package struct Conflict: Codable, Hashable, Sendable {
    package var source: String
    package var documents: Int

    package init(source: String, documents: Int) {
      self.source = source
      self.documents = documents
    }
  }

  package struct Cost: Codable, Hashable, Sendable {
    /// Wall time of the whole round; the parts may leave a rest.
    package var seconds: Double
    package var stepSeconds: Double
    package var evaluationSeconds: Double
    package var fisherSeconds: Double
    package var publishingSeconds: Double
    /// Tokens trained on, replayed ones and repeated epochs included.
    package var tokens: Int
    package var replayedTokens: Int
    /// Those of `replayedTokens` that are of the general set; `nil` in reports of before they were counted apart.
    @OrNull package var generalTokens: Int?
    package var replayDomains: [String]

    package init(
      seconds: Double = 0, stepSeconds: Double = 0, evaluationSeconds: Double = 0, fisherSeconds: Double = 0,
      publishingSeconds: Double = 0, tokens: Int = 0, replayedTokens: Int = 0, generalTokens: Int? = nil,
      replayDomains: [String] = []
    ) {
      self.seconds = seconds
      self.stepSeconds = stepSeconds
      self.evaluationSeconds = evaluationSeconds
      self.fisherSeconds = fisherSeconds
      self.publishingSeconds = publishingSeconds
      self.tokens = tokens
      self.replayedTokens = replayedTokens
      self.generalTokens = generalTokens
      self.replayDomains = replayDomains
    }

    private enum CodingKeys: String, CodingKey {
      case seconds
      case stepSeconds = "step_seconds"
      case evaluationSeconds = "evaluation_seconds"
      case fisherSeconds = "fisher_seconds"
      case publishingSeconds = "publishing_seconds"
      case tokens
      case replayedTokens = "replayed_tokens"
      case generalTokens = "general_tokens"
      case replayDomains = "replay_domains"
    }
  }

  /// What was new in the round.
  package struct DataSummary: Codable, Hashable, Sendable {
    package var documents: Int
    package var samples: Int
    package var tokens: Int
    package var domains: [String]
    package var sources: [Source]

    package init(
      documents: Int = 0, samples: Int = 0, tokens: Int = 0, domains: [String] = [], sources: [Source] = []
    ) {
      self.documents = documents
      self.samples = samples
      self.tokens = tokens
      self.domains = domains
      self.sources = sources
    }
  }

  package struct Source: Codable, Hashable, Sendable {
    package var path: String
    package var documents: Int

    package init(path: String, documents: Int) {
      self.path = path
      self.documents = documents
    }
  }
}
