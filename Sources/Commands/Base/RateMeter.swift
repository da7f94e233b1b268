import Reports

/// How far some work is: a rate and the time left once that takes over two seconds.
struct RateMeter {
  private let began = ContinuousClock.now

  func line(_ one: String, _ many: String, _ done: Int, of all: Int) -> String {
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    let count = "\(Format.count(done))/\(Format.count(all)) \(all == 1 ? one : many)"
    guard seconds > 2, done > 0 else { return count }
    let rate = Double(done) / seconds
    let left = Format.duration(seconds: (Double(all - done) / rate).rounded())
    return "\(count)  \(Format.short(rate)) a second, \(left) left"
  }
}
