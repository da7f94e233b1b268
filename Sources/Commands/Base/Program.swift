import Daemon
import Foundation
import Platform

/// The command line program: parses, runs one verb, renders what goes wrong.
package struct Program: Sendable {
  package static let version = "0.1.0"

  private let verbs: [any Verb]
  private let output: Output
  private let surroundings: Surroundings

  package init(verbs: [any Verb] = VerbRegistry.all, output: Output, surroundings: Surroundings) {
    self.verbs = verbs
    self.output = output
    self.surroundings = surroundings
  }

  /// What `main` does: checks the machine, keeps documents out of core files, and runs.
  /// - Parameter arguments: without the program's name.
  package static func main(_ arguments: [String], surroundings: Surroundings = Surroundings()) async -> Int32 {
    let output = Output.standard(environment: surroundings.environment)
    ProcessLimits.ignoreBrokenPipes()
    ProcessLimits.restrictNewFiles()
    ProcessLimits.returnLargeBlocks()
    let program = Program(output: output, surroundings: surroundings)
    do {
      try ProcessLimits.disableCoreDumps()
      try ProcessorFloor.check(surroundings.machine)
    } catch {
      return program.report(error).rawValue
    }
    return await program.run(arguments).rawValue
  }

  package func run(_ arguments: [String]) async -> ExitCode {
    do {
      let line = try ParsedLine(arguments, verbs: verbs)
      if line.wantsVersion {
        try output.row("stet \(Program.version)")
        return .done
      }
      if let family = line.family {
        try output.text(Help.family(family, verbs))
        return .done
      }
      guard let verb = line.verb else {
        let overview = Help.overview(verbs, style: line.wantsHelp ? output.style : output.proseStyle)
        if line.wantsHelp { try output.text(overview) } else { output.tell(overview) }
        return line.wantsHelp ? .done : .usage
      }
      if line.wantsHelp {
        try output.text(Help.verb(verb.declaration, style: output.style))
        return .done
      }
      try ResolvedSettings.checkFlags(line.settings)
      let watcher = verb.declaration.handlesInterrupt ? nil : Interrupt.endsProcess(output)
      defer { watcher?.cancel() }
      return try await verb.run(Call(line: line, output: output, surroundings: surroundings))
    } catch {
      return report(error)
    }
  }

  private func report(_ error: any Error) -> ExitCode {
    if error is Output.ReaderLeft { return .done }
    let code = ExitCode(error)
    if error is CancellationError { return code }
    output.tell(ErrorText.rendered(error, exitCode: code, width: output.width))
    return code
  }
}

/// SIGINT for verbs that have nothing to put in order: every write is whole or not there.
private enum Interrupt {
  static func endsProcess(_ output: Output) -> Task<Void, Never> {
    let signals = SignalStream.signals([SIGINT])
    return Task {
      for await _ in signals {
        output.say("interrupted")
        exit(ExitCode.interrupted.rawValue)
      }
    }
  }
}
