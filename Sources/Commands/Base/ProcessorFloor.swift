import Platform

/// What the program's own kernels were compiled for.
enum ProcessorFloor {
  /// - Throws: `VerbError` on an x86-64 processor without AVX2 and FMA.
  static func check(_ machine: Machine) throws(VerbError) {
    #if arch(x86_64)
      guard machine.features.hasAVX2AndFMA else {
        throw VerbError(
          "this processor (\(machine.processorName)) has no AVX2 and FMA, which this build needs. "
            + "Run stet on an x86-64 processor from 2013 or later, or on another architecture.")
      }
    #endif
  }
}
