import Platform

/// The part of PEFT's `adapter_config.json` that says what an adapter is.
package struct PEFTConfiguration: Hashable, Sendable {
  package var rank: Int
  package var alpha: Float
  package var dropout: Float
  /// `base_model_name_or_path`; vLLM's folder resolver wants it to equal the served model's name.
  package var baseName: String
  /// `nil` where the file has a pattern instead of a list.
  package var targets: [Projection]?

  package init(rank: Int, alpha: Float, dropout: Float = 0, baseName: String, targets: [Projection]?) {
    self.rank = rank
    self.alpha = alpha
    self.dropout = dropout
    self.baseName = baseName
    self.targets = targets
  }

  /// The file's text. A whole alpha is written as an integer: some readers take nothing else.
  package var json: String {
    let whole = Int(exactly: alpha)
    let fields: [(String, JSONValue)] = [
      ("alpha_pattern", .object([])),
      ("base_model_name_or_path", .string(baseName)),
      ("bias", .string("none")),
      ("fan_in_fan_out", .bool(false)),
      ("inference_mode", .bool(true)),
      ("lora_alpha", whole.map(JSONValue.integer) ?? .real(Double(alpha))),
      ("lora_dropout", .real(Double(dropout))),
      ("modules_to_save", .null),
      ("peft_type", .string("LORA")),
      ("r", .integer(rank)),
      ("rank_pattern", .object([])),
      ("target_modules", .array((targets ?? []).map { .string($0.rawValue) })),
      ("task_type", .string("CAUSAL_LM")),
      ("use_dora", .bool(false)),
      ("use_rslora", .bool(false)),
    ]
    return JSONValue.object(fields.map { JSONMember(key: $0.0, value: $0.1) }).pretty + "\n"
  }

  /// - Throws: where the text is no adapter that Stet can train further.
  package init(json bytes: [UInt8]) throws(PEFTError.Problem) {
    let json: JSONValue
    do { json = try JSONParser.parse(bytes) } catch { throw .badConfiguration(error.reason, offset: error.offset) }
    guard case .object = json else { throw .badConfiguration("it is no object", offset: 0) }
    guard json["peft_type"] == .string("LORA") else {
      throw .unsupported(field: "peft_type", value: json["peft_type"]?.compact ?? "missing", supported: "\"LORA\"")
    }
    try Self.refuseUnsupported(json)
    guard let rank = json["r"]?.integerValue, rank >= 1 else { throw .badField("r", expected: "a positive integer") }
    guard let alpha = json["lora_alpha"]?.doubleValue.map(Float.init), alpha.isFinite, alpha > 0 else {
      throw .badField("lora_alpha", expected: "a positive number")
    }
    let dropout = try Self.field(json, "lora_dropout", expected: "a number from 0 to 1", absent: 0) { $0.doubleValue }
    guard dropout >= 0, dropout < 1 else { throw .badField("lora_dropout", expected: "a number from 0 to 1") }
    self.rank = rank
    self.alpha = alpha
    self.dropout = Float(dropout)
    baseName = try Self.field(json, "base_model_name_or_path", expected: "a string", absent: "") { $0.stringValue }
    targets = try Self.targets(json["target_modules"])
  }

  /// Variants of LoRA that compute something else than W + alpha/r · BA.
  private static func refuseUnsupported(_ json: JSONValue) throws(PEFTError.Problem) {
    let wanted: [(String, [JSONValue])] = [
      ("bias", [.string("none")]), ("fan_in_fan_out", [.bool(false)]), ("use_dora", [.bool(false)]),
      ("use_rslora", [.bool(false)]), ("lora_bias", [.bool(false)]), ("rank_pattern", [.object([]), .null]),
      ("alpha_pattern", [.object([]), .null]), ("modules_to_save", [.null, .array([])]),
      ("layer_replication", [.null]), ("trainable_token_indices", [.null]), ("use_qalora", [.bool(false), .null]),
      ("use_bdlora", [.bool(false), .null]), ("alora_invocation_tokens", [.null]), ("target_parameters", [.null]),
    ]
    for (field, accepted) in wanted {
      guard let value = json[field], !accepted.contains(value) else { continue }
      throw .unsupported(
        field: field, value: value.compact, supported: accepted.map(\.compact).joined(separator: " or "))
    }
  }

  private static func targets(_ value: JSONValue?) throws(PEFTError.Problem) -> [Projection]? {
    guard let value, value.stringValue == nil else { return nil }
    guard let names = value.arrayValue?.compactMap(\.stringValue), names.count == value.arrayValue?.count else {
      throw .badField("target_modules", expected: "a list of names or a pattern")
    }
    var targets: [Projection] = []
    for name in names {
      let last = name.split(separator: ".").last.map(String.init) ?? name
      guard let projection = Projection(rawValue: last) else { throw .unknownTarget(name) }
      targets.append(projection)
    }
    return Projection.allCases.filter(targets.contains)
  }

  private static func field<Value>(
    _ json: JSONValue, _ name: String, expected: String, absent: Value, _ read: (JSONValue) -> Value?
  ) throws(PEFTError.Problem) -> Value {
    guard let member = json[name], member != .null else { return absent }
    guard let value = read(member) else { throw .badField(name, expected: expected) }
    return value
  }
}
