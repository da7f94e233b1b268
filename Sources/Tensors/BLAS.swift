import COpenBLAS
import Foundation
import Platform
import Synchronization

/// Why the linear algebra library could not be used.
package enum BLASError: Error, CustomStringConvertible, Sendable {
  case notFound(reason: String)
  case missingSymbol(name: String, library: String)

  package var description: String {
    switch self {
    case .notFound(let reason):
      "OpenBLAS could not be opened (\(reason)). Install it: apt-get install libopenblas-dev"
    case .missingSymbol(let name, let library):
      "\(library) has no symbol \(name); is it OpenBLAS? Install it: apt-get install libopenblas-dev"
    }
  }
}

/// OpenBLAS, opened at first use with the kernel that suits this processor.
///
/// The library chooses its kernels in its constructor, from `OPENBLAS_CORETYPE` if that is set, and old builds guess low
/// for new processors. So it isn't linked: the variable is set first, then the library is opened. It runs single-threaded;
/// the engine's own threads split products (see `Team`), so every phase uses every core.
@safe
package struct BLAS: Sendable {
  private typealias SGEMM =
    @convention(c) (
      CBLAS_LAYOUT, CBLAS_TRANSPOSE, CBLAS_TRANSPOSE, blasint, blasint, blasint, Float, UnsafePointer<Float>?, blasint,
      UnsafePointer<Float>?, blasint, Float, UnsafeMutablePointer<Float>?, blasint
    ) -> Void

  private let sgemm: SGEMM
  private let setThreads: @convention(c) (CInt) -> Void
  /// The kernel family that the library says it runs, such as `SkylakeX`.
  package let kernel: String
  /// Why that kernel: what was asked for, and by whom.
  package let reason: String

  private static let opened: Result<BLAS, BLASError> = Result { () throws(BLASError) in try BLAS() }

  /// The one library of this process.
  /// - Throws: `BLASError` where it is not installed.
  package static func shared() throws(BLASError) -> BLAS { try opened.get() }

  private init() throws(BLASError) {
    let name = "OPENBLAS_CORETYPE"
    if let chosen = ProcessInfo.processInfo.environment[name] {
      reason = "\(name)=\(chosen) was set by the environment"
    } else if let (kernel, why) = Self.preferredKernel {
      unsafe setenv(name, kernel, 1)
      reason = why
    } else {
      reason = "the library's own choice"
    }
    guard let handle = unsafe dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL) else {
      throw .notFound(reason: unsafe dlerror().map { unsafe String(cString: $0) } ?? "libopenblas.so.0 is missing")
    }
    func symbol(_ name: String) throws(BLASError) -> UnsafeMutableRawPointer {
      guard let address = unsafe dlsym(handle, name) else {
        throw .missingSymbol(name: name, library: "libopenblas.so.0")
      }
      return unsafe address
    }
    unsafe sgemm = unsafe unsafeBitCast(try symbol("cblas_sgemm"), to: SGEMM.self)
    setThreads = unsafe unsafeBitCast(
      try symbol("openblas_set_num_threads"), to: (@convention(c) (CInt) -> Void).self)
    let coreName = unsafe unsafeBitCast(
      try symbol("openblas_get_corename"), to: (@convention(c) () -> UnsafePointer<CChar>?).self)
    kernel = unsafe coreName().map { unsafe String(cString: $0) } ?? "unknown"
    setThreads(1)
  }

  /// The best kernel that Debian's OpenBLAS has for this processor, with the reason; `nil` where it may choose itself.
  private static var preferredKernel: (kernel: String, reason: String)? {
    let features = Machine.current.features
    if features.hasAVX512 {
      return ("SkylakeX", "the processor has AVX-512 (F, BW, DQ, VL)")
    }
    if features.hasAVX2AndFMA { return ("Haswell", "the processor has AVX2 and FMA") }
    return nil
  }

  /// C ← alpha · op(A) · op(B) + beta · C, row-major; op(A) is [m, k], op(B) is [k, n], C is [m, n].
  ///
  /// The leading dimensions count floats from one stored row to the next.
  @inline(__always)
  package func multiply(
    _ m: Int, _ n: Int, _ k: Int, alpha: Float = 1, _ a: UnsafePointer<Float>, _ lda: Int, transposeA: Bool = false,
    _ b: UnsafePointer<Float>, _ ldb: Int, transposeB: Bool = false, beta: Float = 0, _ c: UnsafeMutablePointer<Float>,
    _ ldc: Int
  ) {
    if m == 0 || n == 0 { return }
    unsafe sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, blasint(m),
      blasint(n), blasint(k), alpha, a, blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
  }

  /// This machine's sgemm rate for `size`³ on `threads` of the library's own threads, in GFLOP/s: the median of `runs`.
  ///
  /// Nothing else may use the library meanwhile; it is single-threaded again afterwards.
  package func measurePeak(size: Int = 2048, threads: Int, runs: Int = 5) -> Double {
    let a = FloatBuffer(count: size * size)
    let b = FloatBuffer(count: size * size)
    let c = FloatBuffer(count: size * size)
    for i in 0..<size * size {
      unsafe a.pointer[i] = Float(i % 7) - 3
      unsafe b.pointer[i] = Float(i % 5) - 2
    }
    setThreads(CInt(threads))
    defer { setThreads(1) }
    var rates: [Double] = []
    for run in 0...runs {
      let clock = ContinuousClock()
      let elapsed = clock.measure {
        unsafe multiply(size, size, size, a.pointer, size, b.pointer, size, c.pointer, size)
      }
      if run > 0 { rates.append(2 * pow(Double(size), 3) / (elapsed / .seconds(1)) / 1e9) }
    }
    return rates.sorted()[runs / 2]
  }
}
