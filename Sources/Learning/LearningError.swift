/// Learning cannot go on with what it was given.
package enum LearningError: Error, Hashable, Sendable, CustomStringConvertible {
  case lossNotFinite(step: Int, loss: Double)
  case gradientNotFinite(step: Int)
  case validationNotFinite(step: Int)
  case heldOutNotFinite(domain: String, of: String)
  case parametersNotFinite(place: Int)
  case fisherNotFinite(sample: Int)
  case nothingSupervised(step: Int)
  case nothingNew
  case sampleTooLong(id: Int64, tokens: Int, limit: Int)
  case sampleTeachesNothing(id: Int64)
  case missingVector(String)
  case wrongLength(String, count: Int, expected: Int)
  case unreadableState(String)

  package var description: String {
    switch self {
    case let .lossNotFinite(step, loss):
      "step \(step): the training loss is \(loss); the round stops and current stays. Check the base model with "
        + "stet doctor --deep, then lower train.rate."
    case let .gradientNotFinite(step):
      "step \(step): the gradient has values that are not finite; the round stops and current stays. Check the base "
        + "model with stet doctor --deep, then lower train.rate."
    case let .validationNotFinite(step):
      "step \(step): the validation loss is not finite; the round stops and current stays. Lower train.rate."
    case let .heldOutNotFinite(domain, subject):
      "the loss of \(subject) on held-out text of \(domain) is not finite; the round stops and current stays. Check the "
        + "base model with stet doctor --deep, then lower train.rate."
    case let .parametersNotFinite(place):
      "the adapter, its anchor or a round's checkpoint is not finite at place \(place); roll back to an earlier version: "
        + "stet rollback; where it is a checkpoint, remove its round's folder below State/rounds"
    case let .fisherNotFinite(sample):
      "sample \(sample) of the Fisher estimate has a gradient that is not finite; check the base model with "
        + "stet doctor --deep"
    case let .nothingSupervised(step):
      "step \(step): no token of its rows is a target; samples that teach nothing must be refused when they come in"
    case .nothingNew: "a round without new samples teaches nothing; drop documents first"
    case let .sampleTooLong(id, tokens, limit):
      "sample \(id): \(tokens) tokens do not fit a row of \(limit); set train.sequence to what it was when the sample "
        + "came in, or drop its document again"
    case let .sampleTeachesNothing(id):
      "sample \(id): none of its tokens is a target; refuse it when it comes in"
    case let .missingVector(name):
      "the vector \(name) is missing from the saved state; restore the version from a backup, or learn its documents anew with stet rollback --requeue"
    case let .wrongLength(name, count, expected):
      "the vector \(name) has \(count) values, the adapter has \(expected); it belongs to another adapter shape"
    case let .unreadableState(fact):
      "the saved training state cannot be read: \(fact); the round is given up, its documents wait for the next one. Where "
        + "that fails too, the current version is damaged: see stet doctor --deep, then stet rollback"
    }
  }
}
