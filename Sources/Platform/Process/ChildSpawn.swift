import Foundation
import Glibc
import Synchronization

/// A started child and our ends of its pipes, which do not block.
struct ChildSpawn {
  let identifier: pid_t
  let output: OpenFile
  let error: OpenFile
  /// `nil` where the child reads nothing.
  let input: OpenFile?

  /// Between `pipe` and close-on-exec another thread's child could inherit the pipe and keep it open: one at a time.
  private static let starting = Mutex(())

  static func start(
    _ program: String, _ arguments: [String], environment: [String: String]?, hasInput: Bool, ownGroup: Bool = false
  ) throws -> ChildSpawn {
    try starting.withLock { _ in
      let output = try pipe(program)
      let error = try pipe(program)
      let input = hasInput ? try pipe(program) : nil

      var actions = unsafe posix_spawn_file_actions_t()
      unsafe posix_spawn_file_actions_init(&actions)
      defer { unsafe posix_spawn_file_actions_destroy(&actions) }
      if let input {
        unsafe posix_spawn_file_actions_adddup2(&actions, input.reading.descriptor, STDIN_FILENO)
      } else {
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
      }
      unsafe posix_spawn_file_actions_adddup2(&actions, output.writing.descriptor, STDOUT_FILENO)
      unsafe posix_spawn_file_actions_adddup2(&actions, error.writing.descriptor, STDERR_FILENO)

      // A child gets signals as any program expects them, whatever this process ignores or blocks.
      var attributes = posix_spawnattr_t()
      unsafe posix_spawnattr_init(&attributes)
      defer { unsafe posix_spawnattr_destroy(&attributes) }
      var none = sigset_t()
      unsafe sigemptyset(&none)
      var all = sigset_t()
      unsafe sigfillset(&all)
      unsafe posix_spawnattr_setsigmask(&attributes, &none)
      unsafe posix_spawnattr_setsigdefault(&attributes, &all)
      var flags = Int32(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
      if ownGroup {
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        flags |= Int32(POSIX_SPAWN_SETPGROUP)
      }
      unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

      var identifier: pid_t = 0
      let environment = environment ?? ProcessInfo.processInfo.environment
      let pairs = environment.map { "\($0.key)=\($0.value)" }.sorted()
      let code = unsafe withCStrings(arguments) { argv in
        unsafe withCStrings(pairs) { envp in
          unsafe posix_spawnp(&identifier, program, &actions, &attributes, argv, envp)
        }
      }
      guard code == 0 else {
        throw PlatformError(
          path: program, operation: "run it", code: code,
          remedy: code == ENOENT ? "Install it or put it on the PATH." : nil)
      }
      return ChildSpawn(
        identifier: identifier, output: output.reading, error: error.reading, input: input?.writing)
    }
  }

  private static func pipe(_ program: String) throws -> (reading: OpenFile, writing: OpenFile) {
    var ends: [Int32] = [-1, -1]
    try SystemCall.check("make a pipe", Path(program)) { unsafe Glibc.pipe(&ends) }
    let pair = (
      reading: OpenFile(descriptor: ends[0], path: Path(program)),
      writing: OpenFile(descriptor: ends[1], path: Path(program))
    )
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return pair
  }

  /// A `NULL`-terminated array of C strings, alive during `body`.
  private static func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
    defer {
      unsafe pointers.forEach { unsafe free($0) }
    }
    return unsafe body(&pointers)
  }
}
