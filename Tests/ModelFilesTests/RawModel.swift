import ModelFiles
import Tensors
import TestSupport

/// A tiny model whose keys and tensors a test can take away, change or add to.
struct RawModel {
  struct Tensor {
    var name: String
    var dimensions: [Int]
    var type: GGUFTensorType
    var bytes: [UInt8]
  }

  var metadata: [String: GGUFValue]
  var tensors: [Tensor]

  init(_ model: TinyModel, _ edit: (inout [String: GGUFValue]) -> Void = { _ in }) {
    metadata = Dictionary(uniqueKeysWithValues: model.metadata)
    edit(&metadata)
    tensors = model.tensors.map { Tensor(name: $0.name, dimensions: $0.dimensions, type: $0.type, bytes: $0.bytes) }
  }

  /// Changes the elements of an F32 tensor.
  mutating func change(_ name: String, _ edit: (inout [Float]) -> Void) {
    changeBytes(name) { bytes in
      var values = StoredMatrix(format: .f32, rows: 1, columns: bytes.count / 4, bytes: bytes).decoded()
      edit(&values)
      bytes = BlockEncoder.encode(values, as: .f32)
    }
  }

  mutating func changeBytes(_ name: String, _ edit: (inout [UInt8]) -> Void) {
    for place in tensors.indices where tensors[place].name == name { edit(&tensors[place].bytes) }
  }

  mutating func replace(_ name: String, _ tensor: Tensor) {
    for place in tensors.indices where tensors[place].name == name { tensors[place] = tensor }
  }

  func bytes() -> [UInt8] {
    var writer = GGUFWriter()
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { writer.set(key, value) }
    for tensor in tensors { writer.announce(tensor.name, dimensions: tensor.dimensions, type: tensor.type) }
    let data = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.bytes) })
    return writer.bytes { data[$0.name] ?? [] }
  }
}
