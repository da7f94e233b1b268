import Foundation

/// What a logistic regression learned: p(refuse) = σ(w·x + b), before calibration.
struct LinearWeights: Sendable {
  var weights: [Float]
  var bias: Double

  func score(_ rows: SparseRows, _ row: Int) -> Double {
    var sum = bias
    for place in rows.range(row) { sum += Double(weights[Int(rows.columns[place])]) * Double(rows.values[place]) }
    return sum
  }
}

/// L2-regularised logistic regression by dual coordinate descent (Yu, Huang and Lin, 2011, algorithm 5), the two
/// classes weighed as if they were of one size: min ½‖w‖² + Σᵢ Cᵢ ln(1 + e^(−yᵢ w·xᵢ)), Cᵢ = C · n / (2 nᵧ).
struct LogisticSolver {
  /// The largest projected gradient that is left.
  private static let tolerance = 0.03
  private static let mostPasses = 60
  private static let mostSteps = 50
  private static let shrink = 0.1

  private let rows: SparseRows
  private let used: [Int]
  private let labels: [Bool]
  private var weights: [Double]
  private var bias = 0.0

  private init(_ rows: SparseRows, used: [Int], labels: [Bool], width: Int) {
    self.rows = rows
    self.used = used
    self.labels = labels
    weights = [Double](repeating: 0, count: width)
  }

  /// - Parameters:
  ///   - used: the rows that are learned from, of both classes.
  ///   - labels: of all rows.
  ///   - width: number of columns.
  ///   - strength: C; more follows the texts more closely.
  static func fit(_ rows: SparseRows, used: [Int], labels: [Bool], width: Int, strength: Double) -> LinearWeights {
    var solver = LogisticSolver(rows, used: used, labels: labels, width: width)
    solver.run(strength)
    return LinearWeights(weights: solver.weights.map { Float($0) }, bias: solver.bias)
  }

  private mutating func run(_ strength: Double) {
    let count = used.count
    let positives = max(1, used.count { labels[$0] })
    let negatives = max(1, count - positives)
    // The bias is a column that is 1 in every row.
    let squares = used.map { row in
      rows.range(row).reduce(1.0) { $0 + Double(rows.values[$1]) * Double(rows.values[$1]) }
    }
    let costs = used.map { strength * Double(count) / Double(2 * (labels[$0] ? positives : negatives)) }
    var duals = costs.map { min(0.001 * $0, 1e-8) }
    for (index, row) in used.enumerated() { add(duals[index] * sign(row), row) }
    var order = Array(0..<count)
    var stream = KeyedStream(key: UInt64(count))
    var inner = 1e-2
    for _ in 0..<Self.mostPasses {
      order.shuffle(using: &stream)
      var (largest, steps) = (0.0, 0)
      for index in order {
        let row = used[index]
        let step = Self.step(
          dual: duals[index], cost: costs[index], square: squares[index], margin: sign(row) * dot(row), inner: inner)
        largest = max(largest, step.gradient)
        steps += step.count
        if step.count > 0 {
          add((step.dual - duals[index]) * sign(row), row)
          duals[index] = step.dual
        }
      }
      if largest < Self.tolerance { break }
      if steps <= count / 10 { inner = max(1e-8, inner * Self.shrink) }
    }
  }

  /// Newton steps on one dual variable α of 0…C, or on C − α where that is the smaller one.
  private static func step(
    dual: Double, cost: Double, square: Double, margin: Double, inner: Double
  ) -> (dual: Double, gradient: Double, count: Int) {
    let isMirrored = 0.5 * square * (cost - 2 * dual) + margin < 0
    let old = isMirrored ? cost - dual : dual
    let slope = isMirrored ? -margin : margin
    var z = cost - old < 0.5 * cost ? shrink * old : old
    func gradient(_ z: Double) -> Double { square * (z - old) + slope + log(z / (cost - z)) }
    var g = gradient(z)
    let first = abs(g)
    var count = 0
    while count < mostSteps, abs(g) >= inner {
      let next = z - g / (square + cost / ((cost - z) * z))
      // Both ends are open: a step over one goes most of the way to it.
      z = next <= 0 ? z * shrink : next >= cost ? cost - (cost - z) * shrink : next
      g = gradient(z)
      count += 1
    }
    return (isMirrored ? cost - z : z, first, count)
  }

  private func sign(_ row: Int) -> Double { labels[row] ? 1 : -1 }

  private func dot(_ row: Int) -> Double {
    var sum = bias
    for place in rows.range(row) { sum += weights[Int(rows.columns[place])] * Double(rows.values[place]) }
    return sum
  }

  private mutating func add(_ factor: Double, _ row: Int) {
    bias += factor
    for place in rows.range(row) { weights[Int(rows.columns[place])] += factor * Double(rows.values[place]) }
  }
}
