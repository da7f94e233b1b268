import Learning
import Testing

@Suite("Even order")
struct EvenOrderTests {
  @Test("Every start holds as many of each group as can be, in the groups' own order")
  func turns() {
    let elements = ["a1", "a2", "b1", "a3", "c1", "b2", "a4"]
    #expect(elements.evenly { $0.first } == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"])
  }

  @Test("What has nothing in common stays where it is")
  func apart() {
    #expect([3, 1, 2].evenly { $0 } == [3, 1, 2])
    #expect([Int]().evenly { $0 }.isEmpty)
  }
}
