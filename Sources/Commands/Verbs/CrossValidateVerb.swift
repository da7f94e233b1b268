import Daemon
import Foundation
import Learning
import ModelFiles
import ReplayStore
import Reports
import Transformer

/// How many passes over a domain pay, by holding out each part of it in turn.
struct CrossValidateVerb: Verb {
  let declaration = VerbDeclaration(
    "crossvalidate", .check, operands: "DOMAIN", count: 1...1,
    "how many passes over a domain's documents pay, each fold held out once",
    flags: [
      .value("folds", "K", "Parts that the domain is cut into; by default 5."),
      .value("epochs", "N", "Passes that are measured; by default train.epochs."),
      .value("tokens", "N", "Samples of at most so many tokens, the first ones; by default all."),
    ],
    details: """
      Learns from the base, without replay and penalty, and measures the fold that was left out after each pass. Documents
      are kept whole where there are enough of them. Held-out pieces are not touched.
      """,
    examples: [
      .init("stet crossvalidate legal --folds 5", "mean and spread by pass, and where the folds turn"),
      .init("stet crossvalidate legal --folds 3 --epochs 8 --tokens 10000", "overfitting on a small part"),
    ])

  func run(_ call: Call) async throws -> ExitCode {
    let settings = try call.settings().settings
    let folds = try call.integer("folds", in: 2...100, default: 5)
    let domain = call.operands[0]
    let stores = try StateStores(call)
    try await stores.checkModel(call)
    let tokens = try call.integer("tokens", in: 1...Int.max, default: .max)
    let samples = try await samples(of: domain, in: stores.store, tokens: tokens, sequence: settings.train.sequence)
    let groups = grouped(samples, folds: folds)
    guard groups.count >= folds else {
      throw VerbError(
        "\(domain): \(Format.count(samples.count, "sample")) cannot be cut into \(folds) folds. Drop more documents, or"
          + " ask for fewer folds.")
    }
    var learning = ContinualSettings(settings)
    learning.epochs = try call.integer("epochs", in: 1...1000, default: settings.train.epochs)
    let base = try call.loadModel()
    let layout = AdapterLayout(lora: learning.lora, model: base.file.configuration)
    let engine = try call.engine(base, layout: layout, settings)
    let began = ContinuousClock.now
    let result = try CrossValidation.run(
      groups: groups, folds: folds, settings: learning, engine: engine, pause: { try Task.checkCancellation() }
    ) { fold, step, steps, share in
      let left = (ContinuousClock.now - began) / .seconds(1) / share * (1 - share)
      call.output.progress(
        "fold \(fold)/\(folds)  step \(step)/\(steps)  \(Format.duration(seconds: left.rounded())) left")
    }
    if call.wantsJSON {
      try call.output.object(result)
    } else {
      try show(result, call)
    }
    return .done
  }

  /// By document.
  private func samples(
    of domain: String, in store: ReplayStore, tokens: Int, sequence: Int
  ) async throws -> [(document: Int64, sample: EncodedTokens)] {
    let stored = try await store.read { try $0.trainingSamples(ofDomain: domain, tokenLimit: tokens) }
    guard !stored.isEmpty else {
      let domains = try await store.read { try $0.trainingDomains() }
      throw VerbError(
        "\(domain): there is nothing to learn in a domain of that name"
          + (domains.isEmpty ? "; drop documents first." : ". There are: \(domains.joined(separator: ", "))."))
    }
    return stored.filter { $0.encoded.tokens.count <= sequence && $0.encoded.supervised.contains(true) }.map {
      (
        Int64($0.document.rawValue),
        EncodedTokens(tokens: $0.encoded.tokens, supervised: $0.encoded.supervised)
      )
    }
  }

  /// Whole documents where there are two for each fold; else stretches of the samples in their order.
  private func grouped(_ samples: [(document: Int64, sample: EncodedTokens)], folds: Int) -> [[EncodedTokens]] {
    let documents = Dictionary(grouping: samples, by: \.document)
    if documents.count >= 2 * folds { return documents.keys.sorted().map { documents[$0]?.map(\.sample) ?? [] } }
    let count = min(samples.count, folds)
    return (0..<count).map { fold in
      samples[samples.count * fold / count..<samples.count * (fold + 1) / count].map(\.sample)
    }
  }

  private func show(_ result: CrossValidation, _ call: Call) throws {
    let names = result.folds.indices.map { Table.Column("fold \($0 + 1)", .right) }
    var table = Table([.init("pass", .right), .init("mean", .right), .init("spread", .right)] + names)
    for pass in result.mean.indices {
      table.add(
        [String(pass), Format.nats(result.mean[pass]), Format.nats(result.spread[pass])]
          + result.folds.map { Format.nats($0[pass]) })
    }
    try call.output.text(table.text(style: call.output.style))
    let passes = result.mean.count - 1
    try call.output.row(
      result.turn == passes
        ? "still falling after \(Format.count(passes, "pass", "passes")); more may pay"
        : "the folds turn after pass \(result.turn); train.epochs \(max(result.turn, 1)) is enough")
  }
}
