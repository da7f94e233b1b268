import Curation
import Daemon
import Foundation
import Platform
import TestSupport
import Testing

@Suite("A batch that is unlike its domain")
struct DriftIntakeTests {
  private static let subjects = ["der Müller", "die Fähre", "unser Nachbar", "der Gärtner", "die Brücke"]
  private static let verbs = ["zählt", "malt", "vergisst", "öffnet", "wiegt", "beschreibt"]
  private static let objects = [
    "das Tor und die Mauer", "einen Brief ohne Namen", "den Preis von dem Salz", "zwei Pferde",
  ]

  private func german(_ seed: Int) -> String {
    (0..<20).map { index in
      let place = seed * 31 + index * 7
      return "Am Abend \(Self.verbs[place % 6]) \(Self.subjects[place % 5]) nicht \(Self.objects[place % 4]), "
        + "und das ist für die Leute in der Stadt \(place) auch gut."
    }.joined(separator: " ")
  }

  @Test("is told in the log with its kind; the first batch and one like it are not")
  func log() async throws {
    try await withTemporaryDirectory { folder in
      let bench = try await IntakeBench(folder)
      let service = bench.service()
      for index in 0..<12 { try bench.drop(Prose.text(UInt64(index)), as: "law/\(index).txt") }
      #expect(await service.scan().drift["law"]?.alarms == [])
      for index in 12..<24 { try bench.drop(Prose.text(UInt64(index)), as: "law/\(index).txt") }
      #expect(await service.scan().drift["law"]?.alarms == [])
      #expect(bench.lines.all("intake.drift").isEmpty && bench.lines.all("intake.batch").count == 2)
      for index in 0..<4 { try bench.drop(german(index), as: "law/de\(index).txt") }
      #expect(await service.scan().drift.isEmpty)
      for index in 4..<9 { try bench.drop(german(index), as: "law/de\(index).txt") }
      let drift = try #require(await service.scan().drift["law"])
      #expect(drift.alarms.contains { $0.kind == .language } && drift.batch.documents == 9)
      #expect(bench.lines.all("intake.drift").contains { $0.fields["kind"] == .string("language") })
    }
  }

  @Test("shows as degraded until a batch like the domain comes")
  func status() async throws {
    try await withTemporaryDirectory { folder in
      let service = try await ServiceBench(folder)
      for index in 0..<40 { try service.bench.drop(Prose.text(UInt64(index)), as: "law/\(index).txt") }
      try await service.running { _ in
        try await eventually { try await service.waitingCount() == 40 }
        for index in 0..<12 { try service.bench.drop(german(index), as: "law/de\(index).txt") }
        try await eventually { service.status()?.degraded.first?.hasPrefix("drift: ") == true }
        for index in 100..<120 { try service.bench.drop(Prose.text(UInt64(index)), as: "law/\(index).txt") }
        try await eventually { service.status()?.degraded == [] }
      }
    }
  }
}
