import Reports
import Testing

@Suite("The line of a running round")
struct ProgressLineTests {
  @Test("a wide terminal shows every part")
  func wide() {
    #expect(
      ProgressLine.line(Sample.progress, width: 120, bar: true)
        == "round 12  legal  ███████████░░░░░░░░░  step 61/112  loss 2.81 (EWC 3 % of it)  412 tok/s  2 min 04 s left")
  }

  @Test("a penalty that is off is not told")
  func withoutPenalty() {
    var progress = Sample.progress
    progress.penaltyShare = 0
    #expect(ProgressLine.line(progress, width: 120, bar: false).contains("loss 2.81  412 tok/s"))
    progress.penaltyShare = 0.001
    #expect(ProgressLine.line(progress, width: 120, bar: false).contains("(EWC 0 % of it)"))
  }

  @Test("a narrow terminal keeps the step, the round and the time left", arguments: 20...120)
  func narrow(width: Int) {
    let line = ProgressLine.line(Sample.progress, width: width, bar: true)
    #expect(DisplayText.width(line) <= width)
    #expect(line.contains("step 61/112"))
    if width >= 40 { #expect(line.contains("round 12") && line.contains("left")) }
  }

  @Test("a terminal's line redraws in place, at most ten times a second, and always at the last step")
  func terminal() {
    var line = ProgressLine(.terminal(width: 100))
    let first = line.update(Sample.progress, now: .seconds(5))
    #expect(first?.hasPrefix("\r") == true && first?.hasSuffix("\u{1B}[K") == true)
    #expect(line.update(Sample.progress, now: .milliseconds(5050)) == nil)
    #expect(line.update(Sample.progress, now: .milliseconds(5100)) != nil)
    var last = Sample.progress
    last.step = 112
    #expect(line.update(last, now: .milliseconds(5101)) != nil)
    #expect(line.finish() == "\n")
    #expect(line.finish().isEmpty)
    #expect(line.clear().isEmpty)
  }

  @Test("a log has one line a minute, without a bar or escapes")
  func log() {
    var line = ProgressLine(.log, style: Style(isOn: true))
    #expect(
      line.update(Sample.progress, now: .zero)
        == "round 12  legal  step 61/112  loss 2.81 (EWC 3 % of it)  412 tok/s  2 min 04 s left\n")
    #expect(line.update(Sample.progress, now: .seconds(59)) == nil)
    #expect(line.update(Sample.progress, now: .seconds(60)) != nil)
    #expect(line.finish().isEmpty)
  }

  @Test("the bar is full at the last step alone")
  func bar() {
    var progress = RoundProgress(round: 1, domain: "a", step: 999, steps: 1000)
    #expect(ProgressLine.line(progress, width: 100, bar: true).contains("░"))
    progress.step = 1000
    #expect(!ProgressLine.line(progress, width: 100, bar: true).contains("░"))
    progress.steps = 0
    #expect(!ProgressLine.line(progress, width: 100, bar: true).contains("█"))
  }
}
