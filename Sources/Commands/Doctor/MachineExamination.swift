import Daemon
import Foundation
import ModelFiles
import Platform
import Reports
import Tensors
import Transformer

/// What the machine can do.
struct MachineExamination {
  let machine: Machine
  let settings: Settings

  func processor() -> Finding {
    let features = machine.features
    let names = [
      ("AVX2", features.avx2), ("FMA", features.fma), ("AVX-512", features.hasAVX512),
      ("bf16", features.hasBFloat16),
    ].filter(\.1).map(\.0)
    let detail =
      "\(machine.processorName), \(Format.count(machine.cores, "core"))"
      + (names.isEmpty ? "" : ", " + names.joined(separator: " "))
    do {
      try ProcessorFloor.check(machine)
      return .ok("processor", detail)
    } catch {
      return .bad("processor", error)
    }
  }

  /// The library with its kernel, and what it reaches.
  func blas() -> [Finding] {
    let blas: BLAS
    do {
      blas = try BLAS.shared()
    } catch {
      return [.bad("BLAS", error)]
    }
    let detail = "OpenBLAS, kernel \(blas.kernel), because \(blas.reason)"
    // Kernels of processors without AVX2, which old builds take for new processors (FACTS §9).
    let isSlow =
      machine.features.hasAVX2AndFMA
      && ["Prescott", "Nehalem", "Core2", "Penryn", "Generic"]
        .contains { $0.lowercased() == blas.kernel.lowercased() }
    let kernel: Finding =
      isSlow
      ? .bad("BLAS", detail, remedy: "This kernel leaves most of the processor unused: unset OPENBLAS_CORETYPE.")
      : .ok("BLAS", detail)
    let threads = settings.round.threads ?? machine.cores
    let rate = blas.measurePeak(threads: threads, runs: 3)
    var speed = String(format: "%.0f GFLOP/s on ", rate) + Format.count(threads, "thread") + ", measured now"
    if machine.features.hasBFloat16 {
      speed += String(format: "; bf16 is %.1f times as fast: ", BFloat16Speed.besideSGEMM)
      speed += settings.train.precision.allowed[0] == .bf16 ? "training uses it" : "training is in fp32"
    }
    return [kernel, .ok("sgemm", speed)]
  }

  /// - Parameter model: `nil` where there is none yet.
  func memory(for model: BaseModelFile?) -> Finding {
    let available = machine.availableMemory
    let detail = "\(Format.bytes(Int(available))) of \(Format.bytes(Int(machine.physicalMemory))) available"
    guard let model else { return .ok("memory", detail) }
    let layout = AdapterLayout(lora: settings.lora.configuration, model: model.configuration)
    let work = RoundSettings.memoryWork(
      settings, file: model, layout: layout, threads: settings.round.threads ?? machine.cores)
    do {
      let plan = try MemoryPlan.choose(settings.train.memory, for: work, available: Int(available))
      return .ok(
        "memory",
        "\(detail); a round takes \(Format.bytes(plan.bytes)) at most, \(plan.mode.rawValue), "
          + Format.count(plan.lanes, "row") + " at once")
    } catch {
      return .bad("memory", "\(detail). \(error)", remedy: "See train.memory in: stet settings")
    }
  }

  /// Space for versions: an adapter is kept as PEFT and as GGUF, with its Fisher and anchor.
  func disk(_ place: Path, model: BaseModelFile?, through fileSystem: any FileSystem) -> Finding {
    do {
      let available = Int(try fileSystem.availableBytes(at: place))
      let detail = "\(Format.bytes(available)) free for \(place)"
      guard let model else { return .ok("disk", detail) }
      let layout = AdapterLayout(lora: settings.lora.configuration, model: model.configuration)
      let version = 4 * 4 * layout.count
      let count = available / version
      let forecast = "\(detail), room for \(Format.count(count, "version")) of \(Format.bytes(version))"
      return count >= 20
        ? .ok("disk", forecast)
        : .bad("disk", forecast, remedy: "Free some space on that disk, or move the State to a larger one.")
    } catch {
      return .bad("disk", error)
    }
  }
}
