import Foundation
import Glibc
import Platform
import Tensors
import TestSupport

/// `Fuzz TARGET SECONDS SEED FOLDER`: feeds changed files to a parser under a cap on its memory and time. The input at
/// hand lies in `FOLDER/input`, so that it is there when the parser brings the process down. Prints how many it tried.
///
/// For a coverage-guided run, `swift build -c release --product Fuzz -Xswiftc -sanitize=fuzzer -Xswiftc -DCOVERAGE`
/// makes a libFuzzer program; it takes the target from `STET_FUZZ_TARGET`.
#if !COVERAGE
  @main struct Fuzz {
    /// Bytes of address space; what a parser of a small file may never need.
    private static let memory: rlim_t = 3 << 30
    /// Seconds of the processor for one input.
    private static let patience = 20

    static func main() throws {
      let arguments = CommandLine.arguments
      guard arguments.count == 5, let target = FuzzTarget(rawValue: arguments[1]), let seconds = Double(arguments[2]),
        let seed = UInt64(arguments[3])
      else {
        print("usage: Fuzz \(FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")) SECONDS SEED FOLDER")
        exit(2)
      }
      var limit = rlimit(rlim_cur: memory, rlim_max: memory)
      guard unsafe setrlimit(Int32(RLIMIT_AS.rawValue), &limit) == 0 else { exit(2) }
      try ProcessLimits.disableCoreDumps()
      let path = arguments[4] + "/input"
      let input = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      guard input >= 0 else { exit(2) }
      var corpus = target.seeds
      for bytes in corpus { try feed(bytes, target, input, path) }
      var mutator = Mutator(rng: SeededGenerator(seed: seed, stream: target.rawValue), words: target.words)
      let clock = ContinuousClock()
      let end = clock.now + .seconds(seconds)
      var runs = corpus.count
      while clock.now < end {
        var bytes = corpus[mutator.pick(corpus.count)]
        mutator.change(&bytes, other: corpus[mutator.pick(corpus.count)])
        try feed(bytes, target, input, path)
        runs += 1
        // Now and then a changed one is changed further.
        if runs.isMultiple(of: 257), bytes.count < 1 << 18 {
          if corpus.count < 64 { corpus.append(bytes) } else { corpus[3 + mutator.pick(corpus.count - 3)] = bytes }
        }
      }
      print(runs)
    }

    private static func feed(_ bytes: [UInt8], _ target: FuzzTarget, _ input: Int32, _ path: String) throws {
      guard ftruncate(input, bytes.count) == 0, unsafe pwrite(input, bytes, bytes.count, 0) == bytes.count else {
        throw PlatformError(path: path, operation: "write", code: errno)
      }
      try allow(seconds: patience)
      target.run(bytes, at: path)
      try allow(seconds: 0)
    }

    /// What takes longer ends the process by SIGPROF; 0 takes the limit away.
    private static func allow(seconds: Int) throws {
      var limit = itimerval()
      limit.it_value.tv_sec = seconds
      guard unsafe setitimer(Int32(ITIMER_PROF.rawValue), &limit, nil) == 0 else {
        throw PlatformError(path: "this process", operation: "set a timer", code: errno)
      }
    }
  }
#else
  private let target = ProcessInfo.processInfo.environment["STET_FUZZ_TARGET"].flatMap(FuzzTarget.init) ?? .gguf
  private let place = FileManager.default.temporaryDirectory.path + "/stet-fuzz-\(getpid())"

  /// libFuzzer's entry.
  @_cdecl("LLVMFuzzerTestOneInput")
  public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    if target == .gguf { try? Data(bytes).write(to: URL(fileURLWithPath: place)) }
    target.run(bytes, at: place)
    return 0
  }
#endif
