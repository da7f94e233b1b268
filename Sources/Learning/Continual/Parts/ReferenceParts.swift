import ModelFiles
import Tensors

/// O-LoRA: ranks of its own for each task.
struct OrthogonalSubspacePart: ContinualPart {
  let strength: Double
  let tasks: Int

  func begin(_ training: inout TaskTraining) {
    let rank = training.layout.lora.rank / tasks
    let ranks = (training.number - 1) * rank..<training.number * rank
    // The fresh adapter has random A everywhere and B = 0: ranks of later tasks say nothing yet.
    training.methods.append(
      OrthogonalSubspace(strength: Float(strength), ranks: ranks, layout: training.layout, blas: training.blas))
  }
}

/// SLAO.
struct MergeBeforeForgetPart: ContinualPart {
  private var merged: [Float]?

  mutating func begin(_ training: inout TaskTraining) {
    if training.number > 1 {
      training.parameters = MergeBeforeForget.orthonormal(training.parameters, layout: training.layout)
    }
  }

  mutating func settle(_ training: inout TaskTraining) {
    let served =
      merged.map {
        MergeBeforeForget.merged($0, with: training.parameters, task: training.number, layout: training.layout)
      } ?? training.parameters
    merged = served
    training.served = served
  }
}
