// r rank · I inputs

import ModelFiles

/// SLAO (Merge before Forget, 2025): each task starts from an orthonormal basis of the last A and from the last B; what
/// is served has the new A, and a B that moves by 1/√i of the way to the new one, i counting tasks.
package enum MergeBeforeForget {
  /// The A factors replaced by orthonormal rows that span the same space (Gram and Schmidt, twice), with the sign that
  /// makes each point as the row it came from; rows without a direction of their own stay 0.
  package static func orthonormal(_ parameters: [Float], layout: AdapterLayout) -> [Float] {
    var result = parameters
    for entry in layout.entries where entry.factor == .a {
      var rows: [[Double]] = []
      for k in 0..<entry.rows {
        let first = entry.offset + k * entry.columns
        var row = parameters[first..<first + entry.columns].map(Double.init)
        let length = norm(row)
        for _ in 0..<2 {
          for other in rows {
            let share = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
            for i in row.indices { row[i] -= share * other[i] }
          }
        }
        let left = norm(row)
        let scale = left > 1e-6 * length && left > 0 ? 1 / left : 0
        for i in row.indices { row[i] *= scale }
        rows.append(row)
        for (i, value) in row.enumerated() { result[first + i] = Float(value) }
      }
    }
    return result
  }

  private static func norm(_ row: [Double]) -> Double { row.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// - Parameter task: i, from 1.
  package static func merged(
    _ served: [Float], with trained: [Float], task: Int, layout: AdapterLayout
  ) -> [Float] {
    var result = trained
    let share = 1 / Float(max(task, 1)).squareRoot()
    for entry in layout.entries where entry.factor == .b {
      for i in entry.range { result[i] = served[i] + share * (trained[i] - served[i]) }
    }
    return result
  }
}
