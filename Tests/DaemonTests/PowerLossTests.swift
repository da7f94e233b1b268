import AdapterStore
import Daemon
import Foundation
import Platform
import ReplayStore
import TestSupport
import Testing

/// Beyond a kill: what was written and not synchronised may be gone, whole or in part, and in another order.
@Suite("After a loss of power")
struct PowerLossTests {
  /// All of it, or a tenth beside two images of every prefix.
  private static let share = ProcessInfo.processInfo.environment["STET_FULL_SWEEP"] == "1" ? 1 : 10

  /// A folder that holds `image`, with the model's place taken by a link.
  private func withImage(_ image: DiskImage, model: URL, _ body: (URL) async throws -> Void) async throws {
    try await withTemporaryDirectory { folder in
      try image.write(to: Path(folder.path))
      try FileManager.default.createSymbolicLink(
        at: folder.appendingPathComponent("tiny.gguf"), withDestinationURL: model)
      try await body(folder)
    }
  }

  @Test("at any point of intake, nothing is lost and nothing doubled")
  func intake() async throws {
    try await withTemporaryDirectory { folder in
      let recording = RecordingFileSystem(Path(folder.path), skipping: { $0 == Path("tiny.gguf") })
      let bench = try await IntakeBench(folder)
      try await bench.fillForFaults()
      try recording.begin()
      #expect(await bench.service(through: recording).scan().failure == nil)
      recording.end()
      let images = recording.images(oneIn: Self.share)
      for (number, image) in images.enumerated() {
        try await withImage(image, model: folder.appendingPathComponent("tiny.gguf")) { place in
          let after = try await IntakeBench(place)
          #expect(await after.service().scan().failure == nil, "image \(number)")
          try await after.expectAllTaken("image \(number)")
        }
      }
      #expect(recording.changeCount > 20 && images.count > 30)
      print("power loss, intake: \(recording.changeCount) changes, \(images.count) images")
    }
  }

  @Test("at any point of a publication, current is wholly old or new and the round ends as it would have")
  func publishing() async throws {
    try await withTemporaryDirectory { folder in
      let recording = RecordingFileSystem(Path(folder.path), skipping: { $0 == Path("tiny.gguf") })
      let bench = try await RoundBench(folder)
      try await bench.teach("law", 0..<24)
      let settings = try RoundBench.settings()
      let session = try await bench.session(settings, through: recording)
      let begun = Flag()
      let result = try await session.runRound(
        .once, settings.settings,
        WorkControls(
          control: { .go },
          report: { activity in
            guard activity.phase == .publishing, !begun.isSet else { return }
            begun.set()
            try? recording.begin()
          }), table: { _ in })
      session.home.lock.release()
      recording.end()
      #expect(result?.version == 1)
      let adapter = try bench.adapter(1)
      let images = recording.images(oneIn: Self.share)
      for (number, image) in images.enumerated() {
        try await withImage(image, model: folder.appendingPathComponent("tiny.gguf")) { place in
          let adapters = AdapterStore(state: place.path + "/State")
          let current = try adapters.current()
          try adapters.verify(current)
          #expect(current.rawValue <= 1, "image \(number)")
          let after = try await RoundBench(place)
          if try await after.intake.home.store.read({ try $0.runningRound() }) != nil {
            _ = try await after.round(settings)
          } else {
            try await after.session(settings).home.lock.release()
          }
          #expect(try adapters.current().rawValue == 1, "image \(number)")
          #expect(try after.adapter(1) == adapter, "image \(number)")
          for version in try adapters.versions() { try adapters.verify(version) }
          #expect(try await after.intake.home.store.integrityCheck().isEmpty, "image \(number)")
          let (current2, running, states) = try await after.intake.home.store.read { db in
            (try db.currentVersion(), try db.runningRound(), try db.documentCounts())
          }
          #expect(current2 == 1 && running == nil && states[.learned] == 24, "image \(number)")
        }
      }
      #expect(recording.changeCount > 30 && images.count > 50)
      print("power loss, publishing: \(recording.changeCount) changes, \(images.count) images")
    }
  }
}
