import Daemon

/// Which programs there are for files that are no text.
struct ConverterExamination {
  let settings: Settings

  /// A missing program harms nobody who drops no such files: it is told, and is no fault.
  func findings() -> [Finding] {
    let converter = DocumentConverter(settings.converters, outputBytes: settings.intake.limit)
    let (present, missing) = settings.converters.programs.reduce(into: ([String](), [String]())) { lists, program in
      if converter.locate(program) == nil { lists.1.append(program) } else { lists.0.append(program) }
    }
    func endings(_ program: String) -> String {
      settings.converters.commands.filter { $0.value.first == program }.keys.sorted().map { "." + $0 }
        .joined(separator: " ")
    }
    let read = present.map { "\(endings($0)) by \($0)" }
    let wait = missing.map {
      "\(endings($0)) wait in quarantine for \($0): install the package \(ConverterTable.package(for: $0))"
    }
    return [.ok("converters", (read + wait).joined(separator: "; "))]
  }
}
