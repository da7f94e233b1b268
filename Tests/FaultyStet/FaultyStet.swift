import Commands
import Foundation
import Glibc
import Platform
import TestSupport

/// `stet` itself over a disk that fails or dies at a planned step, for the fault sweep. The program that people run has
/// no such plan in it, whatever its environment says.
///
/// `STET_FAULT` is the plan (`FaultPlan.Text`), `STET_FAULT_TRACE` a file that gets a line for each call counted.
@main struct FaultyStet {
  static func main() async {
    let environment = ProcessInfo.processInfo.environment
    guard let plan = environment["STET_FAULT"].flatMap(FaultPlan.Text.init),
      let counted = try? FaultPlan(
        step: plan.step, fault: plan.fault, in: plan.scope, trace: environment["STET_FAULT_TRACE"].map { Path($0) })
    else {
      FileHandle.standardError.write(Data("STET_FAULT: no plan; for example die@17 or ENOSPC@17+\n".utf8))
      exit(2)
    }
    DatabaseShim.observe(below: "/", counted)
    exit(
      await Program.main(
        Array(CommandLine.arguments.dropFirst()),
        surroundings: Surroundings(
          environment: environment.filter { !$0.key.hasPrefix("STET_FAULT") },
          fileSystem: FaultyFileSystem(counted))))
  }
}
