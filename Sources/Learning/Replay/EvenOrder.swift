extension Array {
  /// The same elements in turns over their groups, so that every start of it holds as many of each group as can be: few
  /// labelled samples that are kept are of all labels. Groups come in the order of their first elements, and a group's
  /// elements in theirs; where every element is a group of its own, nothing moves.
  package func evenly<Group: Hashable>(over group: (Element) -> Group) -> [Element] {
    var turns: [Group: Int] = [:]
    let ranks = map { element in
      let turn = turns[group(element), default: 0]
      turns[group(element)] = turn + 1
      return turn
    }
    return indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }.map { self[$0] }
  }
}
