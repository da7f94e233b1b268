import Curation
import Testing

@Suite("A batch beside its domain")
struct DriftTests {
  private func samples(_ count: Int, _ language: String, bytes: Int = 2000, refused: Int = 0) -> [DriftSample] {
    (0..<count).map { DriftSample(language: language, bytes: bytes + $0 * bytes / 50, isRefused: $0 < refused) }
  }

  private func alarms(_ batch: [DriftSample], _ domain: [DriftSample]) -> [BatchDrift.Kind] {
    BatchDrift(batch: batch, domain: domain).alarms.map(\.kind)
  }

  @Test("like it: no alarm; in another language, of another length, mostly refused: that alarm")
  func kinds() {
    let domain = samples(100, "en", refused: 5)
    #expect(alarms(samples(20, "en", refused: 2), domain).isEmpty)
    #expect(alarms(samples(20, "de"), domain) == [.language])
    #expect(alarms(samples(20, "en", bytes: 100), domain) == [.length])
    #expect(alarms(samples(20, "en", refused: 15), domain) == [.refusals])
    let text = BatchDrift(batch: samples(20, "de"), domain: domain).alarms.first?.text
    #expect(text == "100 % are in German, where it were 0 %")
  }

  @Test("the first batch, a small one and a domain of few documents give none")
  func few() {
    #expect(alarms(samples(20, "de"), []).isEmpty)
    #expect(alarms(samples(7, "de"), samples(100, "en")).isEmpty)
    #expect(alarms(samples(20, "de"), samples(7, "en")).isEmpty)
    #expect(alarms(samples(8, "de"), samples(100, "en")) == [.language])
  }

  @Test("a share that chance explains gives none, however large the difference looks")
  func chance() {
    #expect(alarms(samples(6, "en") + samples(4, "de"), samples(60, "en") + samples(40, "de")).isEmpty)
    #expect(alarms(samples(8, "en", refused: 4), samples(10, "en", refused: 1)).isEmpty)
  }
}
