import AdapterStore
import Platform

/// Sets right what can be set right without a loss. Wants the State's lock.
package struct StateRepair: Sendable {
  private let adapters: AdapterStore
  private let fileSystem: any FileSystem

  package init(adapters: AdapterStore, through fileSystem: any FileSystem) {
    self.adapters = adapters
    self.fileSystem = fileSystem
  }

  /// - Returns: what was done, in a line; `nil` where somebody has to look first.
  package func mend(_ flaw: StateFlaw) throws -> String? {
    switch flaw.repair {
    case nil: return nil
    case .remove(let path):
      try DurableFile.removeTree(path, through: fileSystem)
      return "\(flaw.fact): removed"
    case .close(let path, let mode):
      try fileSystem.setPermissions(path, mode: mode)
      return "\(flaw.fact): closed to others"
    case .move(let path, let target):
      try DurableFile.makeDirectory(target.parent, through: fileSystem)
      try DurableFile.move(path, to: target, through: fileSystem)
      return "\(flaw.fact): moved to \(target)"
    case .turn(let version):
      try adapters.makeCurrent(version)
      return "\(flaw.fact): turned to version \(version)"
    }
  }
}
