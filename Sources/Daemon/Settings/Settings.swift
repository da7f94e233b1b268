import Foundation
import ModelFiles
import Transformer

/// Everything that can be set, with its default. `SettingsCatalog` has the keys, units and limits.
package struct Settings: Hashable, Sendable {
  package var lora = LoRA()
  package var train = Train()
  package var replay = Replay()
  package var ewc = Consolidation()
  package var general = General()
  package var gate = Gate()
  package var heldout = HeldOut()
  package var intake = Intake()
  package var readers = Readers()
  package var converters = ConverterTable.standard
  package var personalData = PersonalData()
  package var dedup = Duplicates()
  package var poisoning = Poisoning()
  package var quality = Quality()
  package var round = Round()
  package var adapters = Adapters()
  package var metrics = Metrics()
  package var hooks = Hooks()

  package init() {}

  package struct LoRA: Hashable, Sendable {
    package var rank = 16
    package var alpha = 32.0
    /// Of single elements of the adapter's input.
    package var dropout = 0.0
    /// Of whole ranks.
    package var rankDropout = 0.0
    package var targets = Projection.allCases

    package var configuration: LoRAConfiguration {
      LoRAConfiguration(rank: rank, alpha: Float(alpha), targets: targets)
    }
  }

  package struct Train: Hashable, Sendable {
    /// How the peak rate goes from round to round.
    package enum RateDecay: String, CaseIterable, Sendable {
      /// It falls where the gate held a round back, and rises again where it did not; never below `rateLowest` of the rate.
      case gate
      /// The rate divided by the fourth root of n in a lineage's round n, never below `rateLowest` of it.
      case root
      case none
    }
    package enum Precision: String, CaseIterable, Sendable {
      /// bf16 where the processor is faster with it and memory allows.
      case auto
      case fp32, bf16

      /// As `MemoryPlan` tries them.
      package var allowed: [Transformer.Precision] {
        switch self {
        case .auto: Transformer.Precision.fastest == .bf16 ? [.bf16, .fp32] : [.fp32]
        case .fp32: [.fp32]
        case .bf16: [.bf16]
        }
      }
    }
    package enum Schedule: String, CaseIterable, Sendable { case cosine, constant }

    package var rate = 5e-4
    package var rateDecay = RateDecay.gate
    package var rateLowest = 0.25
    /// Share of a round's steps; never fewer than three steps.
    package var warmup = 0.05
    package var schedule = Schedule.cosine
    /// Share of the peak that a cosine ends at.
    package var floor = 0.1
    /// Rows in a step.
    package var batch = 2
    /// Tokens in a row.
    package var sequence = 512
    package var epochs = 3
    /// New tokens, repeated passes counted, after which no further pass begins.
    package var enough = 40_000
    package var weightDecay = 0.0
    /// Global norm of a step's gradient.
    package var clip = 1.0
    /// Validations without improvement before a round stops early.
    package var patience = 3
    package var memory = MemoryRequest.auto
    package var precision = Precision.auto
    package var seed = 1
  }

  package struct Replay: Hashable, Sendable {
    package enum Retention: String, CaseIterable, Sendable { case all, none }
    /// What replayed samples teach: their text, what current predicts of it, or both.
    package enum Lesson: String, CaseIterable, Sendable { case text, recall, both }

    /// Share of a step's tokens from earlier domains.
    package var share = 0.20
    /// Share of a step's tokens from the general set.
    package var general = 0.1
    /// `share` when a round is tried again because the gate refused it.
    package var retry = 0.40
    package var learn = Lesson.text
    /// Weight of KL to current on what is replayed.
    package var recall = 5.0
    package var retention = Retention.all
    /// Bytes of learned samples; `nil` keeps all.
    package var budget: Int?
  }

  package struct Consolidation: Hashable, Sendable {
    /// Nats per squared unit of parameter, with a Fisher of mean 1; `nil` where only rounds without replay have it.
    package var lambda: Double?
    package var gamma = 0.9
    package var samples = 32
  }

  package struct General: Hashable, Sendable {
    package var pieces = 128
    /// Tokens of a piece.
    package var tokens = 256
    package var temperature = 1.0
    /// Share of the pieces that are answers to prompts; the others start from nothing.
    package var chat = 0.5
    /// Share of the pieces that are measured and never replayed.
    package var heldout = 0.25
    /// Weight that KL to the base on replayed texts starts with, against a token of a document; training adapts it.
    package var weight = 10.0
  }

  package struct Gate: Hashable, Sendable {
    /// Relative loss of an earlier domain in one round.
    package var round = 0.005
    /// Relative loss of an earlier domain since the lineage's best version.
    package var lineage = 0.01
    /// The round's budget is never less than this, in nats per token.
    package var roundNats = 0.005
    /// The lineage's budget is never less than this, in nats per token.
    package var lineageNats = 0.01
    /// KL to the base, nats per token.
    package var general = 0.05
    /// Share of right answers that a round may lose.
    package var accuracy = 0.005
    /// Relative gain on the round's own domains below which no version is made.
    package var minimumGain = 0.0
  }

  package struct HeldOut: Hashable, Sendable {
    package var validation = 0.05
    package var test = 0.10
    /// Most pieces of a domain in one evaluation.
    package var pieces = 32
    /// Pieces of a domain that early stopping reads.
    package var validationPieces = 16
    /// Domains whose held-out pieces stay when `replay.retention` is `none`.
    package var keep: [String] = []
  }

  package struct Intake: Hashable, Sendable {
    package enum Take: String, CaseIterable, Sendable { case move, copy }
    package enum Originals: String, CaseIterable, Sendable { case keep, delete }

    package var settle = Duration.seconds(1)
    package var take = Take.move
    package var originals = Originals.keep
    /// Bytes.
    package var limit = 64 << 20
    package var rescan = Duration.seconds(60)
  }

  package struct Readers: Hashable, Sendable {
    /// The key of JSON records, or the column of tables, that holds the text; `nil`: by the conventions.
    package var field: String?
  }

  package struct PersonalData: Hashable, Sendable {
    package enum Mode: String, CaseIterable, Sendable { case mask, reject, allow }

    package var mode = Mode.mask
  }

  package struct Quality: Hashable, Sendable {
    /// What the State's classifiers are used for.
    package enum Classifier: String, CaseIterable, Sendable { case off, report, reject }
    /// What is done with how surprising the base finds a text.
    package enum Perplexity: String, CaseIterable, Sendable { case off, report, reject }

    package var classifier = Classifier.reject
    /// Probability above which a text is refused; `nil`: each classifier's own.
    package var threshold: Double?
    package var perplexity = Perplexity.off
    /// Documents of a domain that may have a paragraph before later ones lose it; `nil` keeps all.
    package var boilerplate: Int? = 20
  }

  package struct Duplicates: Hashable, Sendable {
    package enum OnNear: String, CaseIterable, Sendable { case supersede, drop }

    package var onNear = OnNear.supersede
    /// Jaccard similarity from which two documents are near duplicates.
    package var similarity = 0.8
  }

  package struct Poisoning: Hashable, Sendable {
    /// Documents, or records, of one folder with one trigger that are taken; `nil` looks for none.
    package var cap: Int? = 20
  }

  package struct Round: Hashable, Sendable {
    /// Waiting tokens that start a round.
    package var tokens = 20_000
    /// Most new tokens of one round.
    package var limit = 200_000
    /// Age of the oldest waiting document that starts a round.
    package var age = Duration.seconds(6 * 3600)
    package var window = TimeWindow.always
    /// `nil`: as many as the process may use.
    package var threads: Int?
    package var nice = 10
  }

  package struct Adapters: Hashable, Sendable {
    /// `nil`: the model's own name.
    package var baseName: String?
    /// A serving user's group; `nil`: nobody else reads versions.
    package var group: String?
    /// How many versions keep their files beside the current one, by age and in its lineage; `nil`: all of them.
    package var keep: Int?
    /// Versions that keep their files whatever `keep` says.
    package var pinned: [Int] = []
  }

  package struct Metrics: Hashable, Sendable {
    /// A file in Prometheus' text format; `nil`: none.
    package var file: String?
  }

  /// Programs that are run, argument by argument, without a shell.
  package struct Hooks: Hashable, Sendable {
    /// After a version became current; empty: none.
    package var published: [String] = []
    /// After a round was refused; empty: none.
    package var rejected: [String] = []
  }
}
