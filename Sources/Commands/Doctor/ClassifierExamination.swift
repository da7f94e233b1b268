import Curation
import Daemon
import ModelFiles
import Platform
import Reports

/// Which classifiers judge documents, and how good they were.
struct ClassifierExamination {
  let home: ClassifierHome
  let settings: Settings
  /// `nil` where there is no base model.
  let base: LoadedBase?

  /// None is no fault, only told.
  func findings() -> [Finding] {
    let names: [String]
    do { names = try home.names() } catch { return [.bad("classifier", error)] }
    guard !names.isEmpty else {
      return [
        .ok("classifier", "no classifier: nothing is refused for toxicity; stet classifier train LABELS.csv makes one")
      ]
    }
    guard settings.quality.classifier != .off else {
      return [.ok("classifier", "quality.classifier is off: nothing is refused for toxicity")]
    }
    return names.map(finding)
  }

  private func finding(_ name: String) -> Finding {
    do {
      let record = try home.read(name).record
      if let wanted = record.base, let actual = base?.file.sha256.hex, wanted != actual {
        throw ClassifierError.otherBase(path: home.path(of: name).description, wanted: wanted, actual: actual)
      }
      let limit = Format.short(settings.quality.threshold ?? record.threshold)
      let does = settings.quality.classifier == .reject ? "refuses above \(limit)" : "measures only, limit \(limit)"
      let figures = record.figures
      return .ok(
        "classifier",
        "\(name) \(does); precision \(Format.percent(figures.precision?.value)), recall "
          + "\(Format.percent(figures.recall?.value)) on \(Format.count(figures.texts, "labelled text")), at "
          + Format.short(record.threshold))
    } catch {
      return .bad("classifier", error)
    }
  }
}
