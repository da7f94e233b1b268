import Foundation
import Glibc
import Platform
import TestSupport
import Testing

@Suite("The machine")
struct MachineTests {
  /// Writes a `/proc` and a `/sys/fs/cgroup` of our own making.
  private func withMachine(_ files: [String: String], _ body: (Machine) throws -> Void) throws {
    try withTemporaryDirectory { directory in
      for (name, text) in files {
        let path = Path(directory.path).appending(name)
        try DurableFile.makeDirectory(path.parent, through: LocalFileSystem())
        try DurableFile.write(Data(text.utf8), to: path, through: LocalFileSystem())
      }
      try body(Machine(proc: directory.path + "/proc", cgroup: directory.path + "/cgroup"))
    }
  }

  @Test("the processor's name and features are read from what the kernel says")
  func processor() throws {
    let text = """
      processor\t: 0
      model name\t: Example Core 9 @ 3 GHz: fast
      flags\t\t: fpu avx2 fma avx512f avx512bw avx512dq
      bugs\t\t: avx512vl
      """
    try withMachine(["proc/cpuinfo": text]) { machine in
      #expect(machine.processorName == "Example Core 9 @ 3 GHz: fast")
      #expect(machine.features.hasAVX2AndFMA)
      #expect(machine.features.avx512f)
      #expect(!machine.features.hasAVX512)
    }
  }

  @Test("memory is what the kernel can give, and no more than the control group allows")
  func memory() throws {
    var files = ["proc/meminfo": "MemTotal:  2000 kB\nMemFree: 1 kB\nMemAvailable:   1000 kB\n"]
    try withMachine(files) { machine in
      #expect(machine.physicalMemory == 2_048_000)
      #expect(machine.availableMemory == 1_024_000)
    }
    files["proc/self/cgroup"] = "0::/system/stet.service\n"
    files["cgroup/system/memory.max"] = "500000\n"
    files["cgroup/system/memory.current"] = "450000\n"
    files["cgroup/system/memory.stat"] = "anon 1\ninactive_file 50000\n"
    files["cgroup/system/stet.service/memory.max"] = "max\n"
    files["cgroup/system/stet.service/memory.current"] = "450000\n"
    try withMachine(files) { #expect($0.availableMemory == 100_000) }
  }

  @Test("a control group's quota bounds the cores, and there is always one")
  func cores() throws {
    #expect(Machine.current.cores >= 1)
    try withMachine(["proc/self/cgroup": "0::/a\n", "cgroup/a/cpu.max": "50000 100000\n"]) { #expect($0.cores == 1) }
    try withMachine(["proc/self/cgroup": "0::/a\n", "cgroup/a/cpu.max": "max 100000\n"]) { #expect($0.cores >= 1) }
  }

  @Test("an unreadable procfs gives modest answers and no failure")
  func nothing() throws {
    try withMachine([:]) { machine in
      #expect(machine.processorName == "unknown processor")
      #expect(machine.availableMemory == 0)
      #expect(machine.residentBytes == 0)
      #expect(!machine.features.avx2)
      #expect(machine.cores >= 1)
    }
  }

  @Test("this process's memory is counted and its peak is at least what it has now")
  func resident() {
    let machine = Machine.current
    let resident = machine.residentBytes
    #expect(resident > 1 << 20)
    #expect(machine.peakResidentBytes >= resident)
    #expect(machine.physicalMemory > machine.availableMemory)
  }

  @Test("a terminal says how wide it is; elsewhere COLUMNS or 80")
  func terminal() throws {
    let terminal = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    if terminal >= 0 {
      defer { close(terminal) }
      var size = winsize(ws_row: 40, ws_col: 123, ws_xpixel: 0, ws_ypixel: 0)
      let code = unsafe ioctl(terminal, UInt(TIOCSWINSZ), &size)
      #expect(code == 0)
      #expect(Machine.isTerminal(terminal))
      #expect(Machine.terminalWidth(terminal, environment: ["COLUMNS": "99"]) == 123)
    }
    let null = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(null) }
    #expect(!Machine.isTerminal(null))
    #expect(Machine.terminalWidth(null, environment: ["COLUMNS": "99"]) == 99)
    #expect(Machine.terminalWidth(null, environment: ["COLUMNS": "-1"]) == 80)
    #expect(Machine.terminalWidth(null, environment: [:]) == 80)
  }

  @Test("a group is found by its name, and one that is not there is nil")
  func groups() {
    #expect(Machine.groupIdentifier(named: "root") == 0)
    #expect(Machine.groupIdentifier(named: "stet-no-such-group") == nil)
  }
}
