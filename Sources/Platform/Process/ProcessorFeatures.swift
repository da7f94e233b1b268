/// What the processor can do, as far as our kernels and BLAS care.
package struct ProcessorFeatures: Codable, Hashable, Sendable {
  package var avx2 = false
  package var fma = false
  package var avx512f = false
  package var avx512bw = false
  package var avx512dq = false
  package var avx512vl = false
  package var avx512bf16 = false

  package init() {}

  /// Everything that OpenBLAS's SkylakeX kernels use.
  package var hasAVX512: Bool { avx512f && avx512bw && avx512dq && avx512vl }
  /// What `BFloat16Matrix` multiplies with.
  package var hasBFloat16: Bool { hasAVX512 && avx512bf16 }
  /// The floor of our x86-64 builds.
  package var hasAVX2AndFMA: Bool { avx2 && fma }

  /// - Parameter cpuinfo: the text of `/proc/cpuinfo`; the flags there are those that the kernel lets programs use.
  package init(cpuinfo: String) {
    let flags = Set((Machine.field("flags", in: cpuinfo) ?? "").split(separator: " "))
    avx2 = flags.contains("avx2")
    fma = flags.contains("fma")
    avx512f = flags.contains("avx512f")
    avx512bw = flags.contains("avx512bw")
    avx512dq = flags.contains("avx512dq")
    avx512vl = flags.contains("avx512vl")
    avx512bf16 = flags.contains("avx512_bf16")
  }
}
