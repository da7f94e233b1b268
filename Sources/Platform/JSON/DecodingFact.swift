extension DecodingError {
  /// What is wrong, for the sentence of an error that names the file.
  package var fact: String {
    switch self {
    case let .keyNotFound(key, _): "\(key.stringValue) is missing"
    case let .typeMismatch(_, context), let .valueNotFound(_, context), let .dataCorrupted(context):
      context.debugDescription
    @unknown default: "it is damaged"
    }
  }
}
