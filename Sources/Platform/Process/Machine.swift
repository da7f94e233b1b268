import Foundation
import Glibc

/// The machine and this process's share of it, read anew at every question.
package struct Machine: Sendable {
  package static let current = Machine()

  private let proc: Path
  private let cgroup: Path

  /// - Parameters:
  ///   - proc: where procfs is mounted.
  ///   - cgroup: where the unified control groups are mounted.
  package init(proc: String = "/proc", cgroup: String = "/sys/fs/cgroup") {
    self.proc = Path(proc)
    self.cgroup = Path(cgroup)
  }

  /// As the maker calls it: "AMD EPYC 9654 96-Core Processor".
  package var processorName: String {
    let text = read("cpuinfo")
    return Machine.field("model name", in: text) ?? Machine.field("Hardware", in: text) ?? "unknown processor"
  }

  package var features: ProcessorFeatures { ProcessorFeatures(cpuinfo: read("cpuinfo")) }

  /// Processors that this process may use at once: affinity and a control group's quota counted. At least 1.
  package var cores: Int {
    var count = ProcessInfo.processInfo.activeProcessorCount
    for directory in controlGroups {
      let parts = text(directory.appending("cpu.max")).split(whereSeparator: \.isWhitespace)
      guard parts.count == 2, let quota = Double(parts[0]), let period = Double(parts[1]), period > 0 else { continue }
      count = min(count, Int((quota / period).rounded(.up)))
    }
    return max(1, count)
  }

  /// Bytes.
  package var physicalMemory: Int64 { kilobytes("MemTotal", in: read("meminfo")) ?? 0 }

  /// Bytes that can be had without swapping: what the kernel estimates, and within the control group's limit.
  package var availableMemory: Int64 {
    var available = kilobytes("MemAvailable", in: read("meminfo")) ?? 0
    for directory in controlGroups {
      guard let limit = number(text(directory.appending("memory.max"))),
        let used = number(text(directory.appending("memory.current")))
      else { continue }
      // Pages of files that nobody uses count as used and are given up at once.
      let idle = text(directory.appending("memory.stat")).split(separator: "\n")
        .first { $0.hasPrefix("inactive_file ") }.flatMap { number(String($0.dropFirst(14))) }
      available = min(available, max(0, limit - used + (idle ?? 0)))
    }
    return available
  }

  /// Bytes of this process in memory now.
  package var residentBytes: Int64 { kilobytes("VmRSS", in: read("self/status")) ?? 0 }

  /// The most bytes of this process that were in memory at once.
  package var peakResidentBytes: Int64 { kilobytes("VmHWM", in: read("self/status")) ?? 0 }

  /// Whether a person may be looking.
  package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Columns: the terminal's, else `COLUMNS` of the environment, else 80.
  package static func terminalWidth(
    _ descriptor: Int32 = STDOUT_FILENO, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Int {
    var size = winsize()
    if unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return environment["COLUMNS"].flatMap { Int($0) }.flatMap { (20...1000).contains($0) ? $0 : nil } ?? 80
  }

  /// The number of a group by its name; `nil` where there is none.
  package static func groupIdentifier(named name: String) -> UInt32? {
    var entry = unsafe group()
    var found: UnsafeMutablePointer<group>?
    var buffer = [CChar](repeating: 0, count: 1 << 16)
    let code = unsafe getgrnam_r(name, &entry, &buffer, buffer.count, &found)
    return unsafe code == 0 && found != nil ? entry.gr_gid : nil
  }
}

// MARK: Reading procfs and control groups

extension Machine {
  /// The value of the first line `name : value`.
  static func field(_ name: String, in text: String) -> String? {
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      guard line[..<colon].trimmingCharacters(in: .whitespaces) == name else { continue }
      return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    return nil
  }

  /// The group of this process and those above it, the innermost first (version 2 alone).
  private var controlGroups: [Path] {
    guard let line = read("self/cgroup").split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else {
      return []
    }
    var directories = [cgroup]
    for component in Path(String(line.dropFirst(4))).components where component != Path("..") {
      directories.append((directories.last ?? cgroup).appending(component))
    }
    return directories.reversed()
  }

  private func read(_ name: String) -> String { text(proc.appending(name)) }

  /// Empty where it cannot be read: not every machine has every file.
  private func text(_ path: Path) -> String {
    (try? LocalFileSystem().contents(of: path, limit: 1 << 24)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  private func number(_ text: String) -> Int64? { Int64(text.trimmingCharacters(in: .whitespacesAndNewlines)) }

  /// `Name:   123 kB` in bytes.
  private func kilobytes(_ name: String, in text: String) -> Int64? {
    guard let value = Machine.field(name, in: text)?.split(separator: " ").first else { return nil }
    return Int64(value).flatMap { value in
      let (bytes, overflow) = value.multipliedReportingOverflow(by: 1024)
      return overflow ? nil : bytes
    }
  }
}
