/// Every setting, in the order that people read them.
package enum SettingsCatalog {
  package static let all: [Setting] = learning + keeping + documents + running

  /// `nil` where no setting has that key.
  package static func setting(_ key: String) -> Setting? { byKey[key] }

  private static let byKey = Dictionary(all.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })

  private static let learning: [Setting] = [
    Setting("lora.rank", \.lora.rank, .integer(1...256), "The adapter's rank; a State keeps the one it began with."),
    Setting("lora.alpha", \.lora.alpha, .positive(through: 4096), "The adapter is scaled by alpha / rank."),
    Setting("lora.dropout", \.lora.dropout, .share(), "Dropout of single elements of the adapter's input; slower."),
    Setting(
      "lora.rank_dropout", \.lora.rankDropout, .share(), "Share of the ranks that a step leaves out; costs nothing."),
    Setting("lora.targets", \.lora.targets, .projections(), "The projections that get an adapter."),
    Setting("train.rate", \.train.rate, .positive(through: 1), "The learning rate's peak."),
    Setting(
      "train.rate_decay", \.train.rateDecay, .choice(),
      "How the peak falls over rounds: gate where one was held back, root by the fourth root of the round's number."),
    Setting("train.rate_lowest", \.train.rateLowest, .number(0...1), "Share of the peak that falling stops at."),
    Setting("train.warmup", \.train.warmup, .share(), "Share of a round's steps that warm up, at least three steps."),
    Setting("train.schedule", \.train.schedule, .choice(), "The rate after the warm-up."),
    Setting("train.floor", \.train.floor, .number(0...1), "Share of the peak that a cosine ends at."),
    Setting("train.batch", \.train.batch, .integer(1...1024), unit: "rows", "Rows in a step."),
    Setting("train.sequence", \.train.sequence, .integer(16...131_072), unit: "tokens", "Tokens in a row."),
    Setting("train.epochs", \.train.epochs, .integer(1...100), "Most passes over a round's samples."),
    Setting(
      "train.enough", \.train.enough, .integer(1...Int.max), unit: "tokens",
      "New tokens, repeated ones counted, after which no further pass over them begins."),
    Setting("train.weight_decay", \.train.weightDecay, .number(0...10), "AdamW's decoupled decay, per unit of rate."),
    Setting(
      "train.clip", \.train.clip, .positive(through: 1e6), "A step's gradient is scaled down to this global norm."),
    Setting(
      "train.patience", \.train.patience, .integer(1...1000), "Validations without improvement that end a round early."),
    Setting(
      "train.precision", \.train.precision, .choice(),
      "Of products with frozen weights while training; auto is bf16 where that is faster here. Measuring is fp32's."),
    Setting(
      "train.memory", \.train.memory, .memory(),
      "auto is within 10 % of the fastest, and in fp32 the fastest where half of what is free is enough; fast trains as many "
        + "rows at once as there are threads; small keeps the file's blocks; a size such as 512M takes the fastest way that "
        + "fits it."),
    Setting("train.seed", \.train.seed, .integer(0...Int.max), "The seed of orders, masks and new adapters."),
  ]

  private static let keeping: [Setting] = [
    Setting(
      "replay.share", \.replay.share, .share(),
      "Share of a step's tokens from earlier domains, and up to 0.4 in short rounds that have many."),
    Setting(
      "replay.general", \.replay.general, .share(),
      "Share of a step's tokens from the general set, and up to 0.2 in short rounds."),
    Setting(
      "replay.retry", \.replay.retry, .share(),
      "replay.share of a second try, after the gate refused the first; never less than in the first."),
    Setting(
      "replay.learn", \.replay.learn, .choice(),
      "What replayed samples teach: their text once more, what current predicts of it (recall), or both."),
    Setting(
      "replay.recall", \.replay.recall, .number(0...1000),
      "Weight of what current predicts of replayed samples, against the loss of what is learned; see replay.learn."),
    Setting("replay.retention", \.replay.retention, .choice(), "none: a round's samples go after publishing."),
    Setting(
      "replay.budget", \.replay.budget, .optional(.bytes((1 << 16)...(1 << 50)), whenNone: "off"),
      "Learned samples, text and tokens, that are kept to replay from: a fair draw of every domain. Files stay."),
    Setting(
      "ewc.lambda", \.ewc.lambda, .optional(.number(0...1e9), whenNone: "auto"), unit: "nats",
      "Strength of the pull to the anchor; 0 is off, auto has it on where nothing may be replayed."),
    Setting("ewc.gamma", \.ewc.gamma, .number(0...1), "Weight of earlier rounds' Fisher in the running mean."),
    Setting(
      "ewc.samples", \.ewc.samples, .integer(1...100_000), unit: "samples", "Samples that a Fisher is taken over."),
    Setting(
      "general.pieces", \.general.pieces, .integer(0...100_000), unit: "pieces", "Texts that the base writes itself."),
    Setting(
      "general.tokens", \.general.tokens, .integer(16...8192), unit: "tokens",
      "Length of each of them; one that is longer than train.sequence is measured and never replayed."),
    Setting(
      "general.temperature", \.general.temperature, .positive(through: 10), "Temperature that they are drawn at."),
    Setting("general.chat", \.general.chat, .number(0...1), "Share of them that answers prompts."),
    Setting("general.heldout", \.general.heldout, .number(0...1), "Share of them that is measured and never replayed."),
    Setting(
      "general.weight", \.general.weight, .positive(through: 1000),
      "Weight that the pull to the base's distributions on them starts a round with; training adapts it."),
    Setting(
      "gate.round", \.gate.round, .number(0...1), "Relative loss that an earlier domain may gain in one round."),
    Setting(
      "gate.lineage", \.gate.lineage, .number(0...1),
      "Relative loss that an earlier domain may gain over the best version it had."),
    Setting(
      "gate.round_nats", \.gate.roundNats, .number(0...100), unit: "nats per token", "Least budget of one round."),
    Setting(
      "gate.lineage_nats", \.gate.lineageNats, .number(0...100), unit: "nats per token", "Least budget of the lineage."),
    Setting(
      "gate.general", \.gate.general, .number(0...100), unit: "nats per token", "Budget of the KL to the base."),
    Setting(
      "gate.accuracy", \.gate.accuracy, .number(0...1),
      "Share of right answers that an earlier domain may lose in one round, where its samples have answers to choose between."
    ),
    Setting(
      "gate.minimum_gain", \.gate.minimumGain, .number(-1...1),
      "Relative gain on its own domains that a round needs to make a version."),
    Setting("heldout.validation", \.heldout.validation, .share(), "Share of the pieces that choices are made on."),
    Setting("heldout.test", \.heldout.test, .share(), "Share of the pieces that the gate and you read."),
    Setting(
      "heldout.pieces", \.heldout.pieces, .integer(1...10_000), unit: "pieces",
      "Most pieces of a domain in an evaluation."),
    Setting(
      "heldout.validation_pieces", \.heldout.validationPieces, .integer(1...10_000), unit: "pieces",
      "Validation pieces of a domain that early stopping reads."),
    Setting(
      "heldout.keep", \.heldout.keep, .list("names of domains"),
      "Domains whose held-out pieces stay though replay.retention is none."),
  ]

  private static let documents: [Setting] = [
    Setting(
      "intake.settle", \.intake.settle, .duration(.zero...Duration.seconds(86_400)),
      "How long a file must have been quiet before it is taken."),
    Setting("intake.take", \.intake.take, .choice(), "Whether taken files leave the watched folder."),
    Setting("intake.originals", \.intake.originals, .choice(), "Whether State/originals keeps the files' bytes."),
    Setting("intake.limit", \.intake.limit, .bytes(1024...(1 << 40)), "Larger files are refused."),
    Setting(
      "intake.rescan", \.intake.rescan, .duration(Duration.seconds(1)...Duration.seconds(86_400)),
      "How often the folder is scanned in case a change went unnoticed."),
    Setting(
      "personal_data.mode", \.personalData.mode, .choice(),
      "mask replaces personal data in samples, reject refuses documents with any, allow leaves it."),
    Setting(
      "readers.field", \.readers.field, .optional(.text("a key or a column's title") { _ in true }, whenNone: "none"),
      "Key of JSON records, or column of CSV, that holds the text; none goes by the known conventions."),
    Setting(
      "converters", \.converters, .converters(), namesCommand: true,
      "Programs that turn files of an ending into text: {\"pdf\": [\"pdftotext\", \"-\", \"-\"]}; [] turns one off."),
    Setting(
      "quality.classifier", \.quality.classifier, .choice(),
      "What classifiers that stet classifier train made do: reject refuses, report only measures, off does nothing."),
    Setting(
      "quality.classifier.threshold", \.quality.threshold, .optional(.number(0...1), whenNone: "trained"),
      unit: "probability", "Above it a classifier refuses; trained takes the one that it was trained with."),
    Setting(
      "dedup.on_near", \.dedup.onNear, .choice(), "What a near duplicate that came later does to the earlier one."),
    Setting(
      "dedup.similarity", \.dedup.similarity, .number(0.5...1), unit: "Jaccard",
      "Similarity from which documents are near duplicates."),
    Setting(
      "poisoning.cap", \.poisoning.cap, .optional(.integer(20...1_000_000), whenNone: "off"), unit: "documents",
      "Documents of one folder that are taken of those that share a trigger; the others go to quarantine."),
    Setting(
      "quality.perplexity", \.quality.perplexity, .choice(),
      "report measures each document under the base before its round and names outliers; reject refuses them."),
    Setting(
      "quality.boilerplate", \.quality.boilerplate, .optional(.integer(2...100), whenNone: "off"), unit: "documents",
      "Documents of a domain that may have a paragraph; later ones are learned without it."),
  ]

  private static let running: [Setting] = [
    Setting(
      "round.tokens", \.round.tokens, .integer(1...Int.max), unit: "tokens", "Waiting tokens that start a round."),
    Setting(
      "round.limit", \.round.limit, .integer(1...Int.max), unit: "tokens",
      "New tokens that a round takes at most; what is over waits for the next."),
    Setting(
      "round.age", \.round.age, .duration(.zero...Duration.seconds(366 * 86_400)),
      "Age of the oldest waiting document that starts a round."),
    Setting("round.window", \.round.window, .window(), "Hours in which rounds may start, by the local clock."),
    Setting("round.threads", \.round.threads, .optional(.integer(1...1024), whenNone: "all"), "Threads of the engine."),
    Setting("round.nice", \.round.nice, .integer(0...19), "How much the daemon yields the processor; 19 yields most."),
    Setting(
      "adapters.base_name", \.adapters.baseName,
      .optional(.text("a name in one line") { !$0.contains(where: \.isNewline) }, whenNone: "model"),
      "base_model_name_or_path of adapters; model is the model's own name."),
    Setting(
      "adapters.group", \.adapters.group,
      .optional(.text("a group's name") { !$0.contains { $0 == ":" || $0.isWhitespace } }, whenNone: "none"),
      "A group that may read current and adapters/."),
    Setting(
      "adapters.keep", \.adapters.keep, .optional(.integer(1...1_000_000), whenNone: "all"), unit: "versions",
      "Versions that keep their files beside the current one: the latest, and the latest it descends from."),
    Setting(
      "adapters.pinned", \.adapters.pinned, .numbers("numbers of versions"),
      "Versions that keep their files whatever adapters.keep says."),
    Setting(
      "metrics.file", \.metrics.file,
      .optional(.text("a path that ends in .prom") { $0.hasSuffix(".prom") }, whenNone: "none"),
      "A file that gets the daemon's figures in Prometheus' text format, readable for every user."),
    Setting(
      "hooks.published", \.hooks.published, .command(), namesCommand: true,
      "Program that is run after a version became current; STET_HOOK_VERSION names it."),
    Setting(
      "hooks.rejected", \.hooks.rejected, .command(), namesCommand: true,
      "Program that is run after a round was refused; STET_HOOK_ROUND names it."),
  ]
}
