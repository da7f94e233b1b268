/// Joins neighbouring atoms into groups that are nearly full and begin at good borders.
enum Grouping {
  /// What grouping needs of an atom.
  struct Item {
    var tokens: Int
    var border: Border
  }

  /// Cuts `items` into contiguous groups of at most `limit` tokens each (a single item beyond it is a group of its own).
  ///
  /// Each group aims at an even share of what is left, and may be shorter or longer for the sake of a better border:
  /// a border's rank is worth 12 % of the aim, a place inside a sentence costs 25 %.
  static func group(_ items: ArraySlice<Item>, limit: Int) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var start = items.startIndex
    var left = items.reduce(0) { $0 + $1.tokens }
    while start < items.endIndex {
      if left <= limit {
        groups.append(start..<items.endIndex)
        break
      }
      let aim = Double(left) / (Double(left) / Double(limit)).rounded(.up)
      var end = start + 1
      var sum = items[start].tokens
      var best = end
      var bestSum = sum
      var bestScore = -Double.infinity
      while end < items.endIndex, sum <= limit {
        let score = worth(items[end].border) - abs(Double(sum) - aim) / aim
        if score >= bestScore {
          bestScore = score
          best = end
          bestSum = sum
        }
        sum += items[end].tokens
        end += 1
      }
      groups.append(start..<best)
      left -= bestSum
      start = best
    }
    return groups
  }

  private static func worth(_ border: Border) -> Double {
    border == .word ? -0.25 : Double(border.rawValue) * 0.12
  }
}
