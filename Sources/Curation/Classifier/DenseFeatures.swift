/// What the base model makes of texts: its final norm's output, averaged over each text's tokens.
package struct DenseFeatures: Sendable {
  /// Of each text, all of one width.
  let rows: [[Float]]
  let scale: DenseScale

  /// - Precondition: all rows have one width.
  package init(_ rows: [[Float]]) {
    self.rows = rows
    scale = DenseScale(rows)
  }

  func standardised(_ row: [Float]) -> [Float] { scale.standardised(row) }
}

/// Mean and spread of each hidden dimension over the texts that were learned from.
package struct DenseScale: Sendable {
  var mean: [Float]
  /// 1 / (standard deviation · √width), so that a typical row has length 1 as each family of n-grams has.
  var factor: [Float]

  init(mean: [Float], factor: [Float]) {
    self.mean = mean
    self.factor = factor
  }

  init(_ rows: [[Float]]) {
    let (width, count) = (rows.first?.count ?? 0, Double(max(1, rows.count)))
    precondition(rows.allSatisfy { $0.count == width }, "hidden states of different widths")
    var sums = [Double](repeating: 0, count: width)
    var squares = sums
    for row in rows {
      for (place, value) in row.enumerated() {
        sums[place] += Double(value)
        squares[place] += Double(value) * Double(value)
      }
    }
    mean = sums.map { Float($0 / count) }
    factor = sums.indices.map { place in
      let average = sums[place] / count
      let variance = max(1e-12, squares[place] / count - average * average)
      return Float(1 / (variance * Double(width)).squareRoot())
    }
  }

  var width: Int { mean.count }

  func standardised(_ row: [Float]) -> [Float] { row.indices.map { (row[$0] - mean[$0]) * factor[$0] } }
}
