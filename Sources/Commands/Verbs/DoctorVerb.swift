import AdapterStore
import Daemon
import Foundation
import ModelFiles
import Platform
import Reports

/// Whether everything is as it should be, and what to do where it is not.
struct DoctorVerb: Verb {
  let declaration = VerbDeclaration(
    "doctor", .check, "check processor, BLAS, memory, disk, folders, classifiers, model, store and versions",
    flags: [
      .switch("deep", "Read every file of every version and every document, and compare them with the store."),
      .switch(
        "repair",
        "Make missing folders, close files that others may read, remove what interrupted work left, turn "
          + "current to the version that the store names."),
    ],
    details: "Works without a State and beside a running daemon; --repair wants the daemon stopped. Exits 1 where "
      + "anything is wrong.",
    examples: [
      .init("stet doctor", "a line each: ok, or what to do"), .init("stet doctor --deep --json", "for programs"),
    ])

  private struct Result: Encodable { let checks: [Finding] }

  func run(_ call: Call) async throws -> ExitCode {
    let state = StateExamination(state: call.state, watch: Path(call.watchPath), fileSystem: call.fileSystem)
    if call.has("repair") {
      for line in try await state.repair(readers: AdapterStore.Readers(group: call.settings().settings.adapters.group))
      { call.output.say(line) }
    }
    var findings: [Finding] = []
    var settings = Settings()
    do {
      settings = try call.settings().settings
      findings.append(.ok("settings", "\(call.state.settings) and the environment are understood"))
    } catch {
      findings.append(.bad("settings", error))
    }
    let machine = MachineExamination(machine: call.surroundings.machine, settings: settings)
    call.output.progress("measuring the processor")
    findings = [machine.processor()] + machine.blas() + findings
    call.output.progress("reading the model")
    let (base, model) = examineModel(call)
    findings.append(machine.memory(for: base?.file))
    findings.append(machine.disk(state.nearestFolder(), model: base?.file, through: call.fileSystem))
    findings += state.folders()
    findings.append(state.permissions())
    findings += ConverterExamination(settings: settings).findings()
    findings += ClassifierExamination(
      home: ClassifierHome(state: call.state, through: call.fileSystem), settings: settings, base: base
    ).findings()
    findings.append(model)
    findings += await state.store(expecting: base?.file.sha256)
    call.output.progress("reading the versions")
    findings += state.versions(deep: call.has("deep"))
    if call.has("deep") {
      call.output.progress("comparing files with the store")
      findings += await state.flaws()
    }
    if call.wantsJSON {
      try call.output.object(Result(checks: findings))
    } else {
      try call.output.text(text(findings, call.output.style))
    }
    return findings.allSatisfy(\.ok) ? .done : .failed
  }

  private func examineModel(_ call: Call) -> (LoadedBase?, Finding) {
    do {
      let base = try call.loadModel()
      let chat = base.templateProblem.map { "; no chats: \(TerminalText.escaped($0))" } ?? ""
      let detail = "\(base.file.path): \(base.file.huggingFaceName ?? base.file.name), \(base.file.quantisation)\(chat)"
      return (base, .ok("model", detail))
    } catch {
      return (nil, .bad("model", error))
    }
  }

  private func text(_ findings: [Finding], _ style: Style) -> String {
    let widest = findings.map(\.name.count).max() ?? 0
    return findings.map { finding in
      let name = finding.name + String(repeating: " ", count: widest - finding.name.count)
      let mark = finding.ok ? style.good("ok  ") : style.bad("BAD ")
      let remedy =
        finding.remedy.isEmpty
        ? "" : String(repeating: " ", count: widest + 8) + "→ \(TerminalText.escaped(finding.remedy))\n"
      return "\(mark)  \(name)  \(TerminalText.escaped(finding.detail))\n" + remedy
    }.joined()
  }
}
