import Learning
import Testing

@Suite("The weight of distillation")
struct DivergenceControlTests {
  @Test("settles where the divergence is its target, whatever the pull of what is learned")
  func settles() {
    for pull in [0.02, 0.3, 4] {
      // A model that gives way to the weight: KL = pull/weight.
      var control = DivergenceControl(weight: 16, target: 0.03)
      for _ in 0..<300 { control.record(divergence: 256 * pull / Double(control.weight), tokens: 256) }
      #expect(abs(pull / Double(control.weight) - 0.03) < 0.002, "pull \(pull): weight \(control.weight)")
    }
  }

  @Test("does not take a round's first steps for a model that needs no hold")
  func beginning() {
    var (early, late) = (DivergenceControl(weight: 5, target: 0.03), DivergenceControl(weight: 5, target: 0.03))
    for step in 1...4 {
      early.record(divergence: 0, tokens: 256, progress: Double(step) / 40)
      late.record(divergence: 0, tokens: 256)
    }
    #expect(early.weight > 4.5 && late.weight < 2)
    early.record(divergence: 256 * 0.06, tokens: 256, progress: 0.1)
    #expect(early.weight > 5)
  }

  @Test("stays where nothing was distilled, without a target, and within its reach")
  func bounds() {
    var control = DivergenceControl(weight: 16, target: 0.03)
    control.record(divergence: 0, tokens: 0)
    #expect(control.weight == 16)
    for _ in 0..<1000 { control.record(divergence: 256, tokens: 256) }
    #expect(control.weight == 512)
    for _ in 0..<1000 { control.record(divergence: 0, tokens: 256) }
    #expect(control.weight == 0.5)
    var free = DivergenceControl(weight: 2, target: 0)
    free.record(divergence: 256, tokens: 256)
    #expect(free.weight == 2)
  }

  @Test("goes on from where an earlier round left it, within its reach")
  func goesOn() {
    #expect(DivergenceControl(weight: 5, start: 13, target: 0.03).weight == 13)
    #expect(DivergenceControl(weight: 5, start: 1_000, target: 0.03).weight == 160)
    #expect(DivergenceControl(weight: 5, target: 0.03).weight == 5)
  }
}
