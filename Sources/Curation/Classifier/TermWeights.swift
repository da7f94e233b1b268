import Foundation

/// Which columns a classifier looks at, and the inverse document frequency of each, ln((1 + n) / (1 + df)) + 1 over
/// the texts it learned from. Columns that none of them has are left out.
struct TermWeights: Sendable {
  /// Ascending.
  let columns: [UInt32]
  let idf: [Float]
  /// Column → place in `columns`; −1 elsewhere.
  private let places: [Int32]

  init(columns: [UInt32], idf: [Float]) {
    self.columns = columns
    self.idf = idf
    var places = [Int32](repeating: -1, count: HashedGrams.columns)
    for (place, column) in columns.enumerated() { places[Int(column)] = Int32(place) }
    self.places = places
  }

  /// - Parameters:
  ///   - counts: of all texts, by column.
  ///   - texts: those that are learned from.
  init(_ counts: SparseRows, of texts: [Int]) {
    var frequencies = [Int](repeating: 0, count: HashedGrams.columns)
    for text in texts {
      for place in counts.range(text) { frequencies[Int(counts.columns[place])] += 1 }
    }
    var (columns, idf): ([UInt32], [Float]) = ([], [])
    for (column, frequency) in frequencies.enumerated() where frequency > 0 {
      columns.append(UInt32(column))
      idf.append(Float(log(Double(1 + texts.count) / Double(1 + frequency)) + 1))
    }
    self.init(columns: columns, idf: idf)
  }

  @inline(__always)
  func place(of column: Int) -> Int? {
    let place = places[column]
    return place < 0 ? nil : Int(place)
  }

  /// √count · idf, each family of a row scaled to length 1; columns are places in `columns`.
  func rows(_ counts: SparseRows, dense: DenseFeatures? = nil) -> SparseRows {
    var rows = SparseRows()
    for row in 0..<counts.count {
      for family in HashedGrams.Family.allCases {
        let start = rows.values.count
        var square = 0.0
        for place in counts.range(row) {
          let column = Int(counts.columns[place])
          guard HashedGrams.family(of: column) == family, let own = self.place(of: column) else { continue }
          let value = counts.values[place].squareRoot() * idf[own]
          square += Double(value) * Double(value)
          rows.add(UInt32(own), value)
        }
        if square > 0 { rows.scale(from: start, by: Float(1 / square.squareRoot())) }
      }
      if let dense {
        for (place, value) in dense.standardised(dense.rows[row]).enumerated() {
          rows.add(UInt32(columns.count + place), value)
        }
      }
      rows.endRow()
    }
    return rows
  }
}
