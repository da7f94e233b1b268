/// Settings are written by their keys, as `stet settings` shows them, so that a manifest reads like the settings file and
/// a checkpoint of an older program still opens. Programs that hooks name are no part of what was trained: left out.
extension Settings: Codable {
  /// Key and value of every setting that a version or a checkpoint records.
  package var texts: [String: String] {
    Dictionary(
      SettingsCatalog.all.filter { !$0.namesCommand }.map { ($0.key, $0.text(in: self)) },
      uniquingKeysWith: { first, _ in first })
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    self.init()
    for (key, text) in try container.decode([String: String].self).sorted(by: { $0.key < $1.key }) {
      guard let setting = SettingsCatalog.setting(key), !setting.namesCommand else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "there is no setting \(key)")
      }
      guard setting.set(.text(text), in: &self) else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "\(key) is \(text), which is not \(setting.allowed)")
      }
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(texts)
  }
}
