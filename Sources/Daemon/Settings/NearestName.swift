/// Guesses what a mistyped name was meant to be.
package enum NearestName {
  /// The candidate with the fewest edits, where they are few for the name's length; the first of several.
  package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(1, min(4, name.count / 3 + 1))
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let distance = distance(name.lowercased(), candidate.lowercased())
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// “; did you mean x?”, or nothing.
  package static func hint(_ name: String, among candidates: some Sequence<String>) -> String {
    of(name, among: candidates).map { "; did you mean \($0)?" } ?? "."
  }

  /// Insertions, deletions, substitutions and exchanges of neighbours (optimal string alignment).
  static func distance(_ left: String, _ right: String) -> Int {
    let (a, b) = (Array(left), Array(right))
    var earlier: [Int] = []
    var previous = Array(0...b.count)
    for i in 0..<a.count {
      var current = [i + 1] + [Int](repeating: 0, count: b.count)
      for j in 0..<b.count {
        let substitution = previous[j] + (a[i] == b[j] ? 0 : 1)
        current[j + 1] = min(substitution, previous[j + 1] + 1, current[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { current[j + 1] = min(current[j + 1], earlier[j - 1] + 1) }
      }
      earlier = previous
      previous = current
    }
    return previous[b.count]
  }
}
