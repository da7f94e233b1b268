/// Joins neighbouring atoms into groups that are nearly full and begin at good borders.
enum Grouping {
  /// What grouping needs of an atom.
  struct Item {
    var tokens: Int
    var border: Border
  }

  /// Cuts `items` into contiguous groups of at most `limit` tokens each (a single item beyond it is a group of its
  /// own).
  ///
  /// Each group aims at an even share of what is left, and may be shorter or longer for the sake of a better border:
  /// `worth` says how much. A group that would cost one group more pays a quarter.
  static func group(_ items: ArraySlice<Item>, limit: Int) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var start = items.startIndex
    var left = items.reduce(0) { $0 + $1.tokens }
    while start < items.endIndex {
      if left <= limit {
        groups.append(start..<items.endIndex)
        break
      }
      let fewest = (left + limit - 1) / limit
      let aim = Double(left) / Double(fewest)
      var end = start + 1
      var sum = items[start].tokens
      var best = end
      var bestSum = sum
      var bestScore = -Double.infinity
      while end < items.endIndex, sum <= limit {
        let costsOne = left - sum > (fewest - 1) * limit
        let score = worth(items[end].border) - abs(Double(sum) - aim) / aim - (costsOne ? 0.25 : 0)
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

  /// In shares of the aim: how far from it a group may end for the sake of this border.
  private static func worth(_ border: Border) -> Double {
    switch border {
    case .word: -0.25
    case .sentence: 0.12
    case .line: 0.24
    case .paragraph: 0.36
    case .heading, .record: 0.7
    }
  }
}
