/// The seven linear maps of a decoder layer that LoRA can adapt.
package enum Projection: String, CaseIterable, Codable, Hashable, Sendable {
  case q = "q_proj"
  case k = "k_proj"
  case v = "v_proj"
  case o = "o_proj"
  case gate = "gate_proj"
  case up = "up_proj"
  case down = "down_proj"

  /// Index in `allCases`.
  package var place: Int {
    switch self {
    case .q: 0
    case .k: 1
    case .v: 2
    case .o: 3
    case .gate: 4
    case .up: 5
    case .down: 6
    }
  }

  /// Whether its output is rotated by position, so that a GGUF permutes its rows.
  package var isRotated: Bool { self == .q || self == .k }

  /// The module path inside a Hugging Face layer, such as `self_attn.q_proj`.
  package var modulePath: String {
    switch self {
    case .q, .k, .v, .o: "self_attn.\(rawValue)"
    case .gate, .up, .down: "mlp.\(rawValue)"
    }
  }

  /// The name inside a GGUF block, such as `attn_q`.
  package var ggufName: String {
    switch self {
    case .q: "attn_q"
    case .k: "attn_k"
    case .v: "attn_v"
    case .o: "attn_output"
    case .gate: "ffn_gate"
    case .up: "ffn_up"
    case .down: "ffn_down"
    }
  }
}
