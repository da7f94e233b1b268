/// Cuts labelled texts into folds: each has its share of both classes, and texts that are nearly the same are in one
/// fold, or a model would be examined on what it has learned.
struct FoldPlan: Sendable {
  /// Texts of one group stay together; groups are numbered from 0.
  let groups: [Int]

  /// Jaccard similarity of near-identical texts.
  private static let similarity = 0.8

  init(_ texts: [String]) {
    var leaders = Array(texts.indices)
    func leader(_ text: Int) -> Int {
      var text = text
      while leaders[text] != text { text = leaders[text] }
      return text
    }
    var index = NearDuplicateIndex()
    var shingles: [ShingleSet] = []
    for (number, text) in texts.enumerated() {
      let set = ShingleSet(text)
      let signature = MinHashSignature(set)
      for other in index.candidates(signature) where set.jaccard(shingles[other]) >= Self.similarity {
        let (a, b) = (leader(other), leader(number))
        leaders[max(a, b)] = min(a, b)
      }
      index.insert(number, signature)
      shingles.append(set)
    }
    groups = texts.indices.map(leader)
  }

  /// Texts in groups of more than one.
  var repeated: Int {
    Dictionary(grouping: groups) { $0 }.values.reduce(0) { $0 + ($1.count > 1 ? $1.count : 0) }
  }

  /// - Parameters:
  ///   - used: the texts that are cut into folds.
  ///   - labels: of all texts.
  /// - Returns: the texts of each fold.
  func folds(_ count: Int, of used: [Int], labels: [Bool], key: UInt64) -> [[Int]] {
    let members = Dictionary(grouping: used) { groups[$0] }
    let order = members.keys.sorted { a, b in
      let sizes = (members[a]?.count ?? 0, members[b]?.count ?? 0)
      if sizes.0 != sizes.1 { return sizes.0 > sizes.1 }
      let marks = (Mixing.finish(key ^ UInt64(a)), Mixing.finish(key ^ UInt64(b)))
      return (marks.0, a) < (marks.1, b)
    }
    let positives = max(1, used.count { labels[$0] })
    let negatives = max(1, used.count - positives)
    var folds = [[Int]](repeating: [], count: count)
    var filled = [(positives: Int, negatives: Int)](repeating: (0, 0), count: count)
    for group in order {
      let texts = members[group] ?? []
      let own = texts.count { labels[$0] }
      // Where the classes that the group has are fewest so far.
      func fill(_ fold: Int) -> Double {
        let (p, n) = filled[fold]
        return (own > 0 ? Double(p) / Double(positives) : 0) + (own < texts.count ? Double(n) / Double(negatives) : 0)
      }
      let best = folds.indices.min { (fill($0), folds[$0].count, $0) < (fill($1), folds[$1].count, $1) } ?? 0
      folds[best] += texts
      filled[best].positives += own
      filled[best].negatives += texts.count - own
    }
    return folds.map { $0.sorted() }
  }
}
