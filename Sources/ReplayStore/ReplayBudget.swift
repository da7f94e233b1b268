/// `replay.budget`: what a store of years keeps to replay from.
extension Database {
  /// Bytes of learned samples by domain: their tokens, and as much again for their text, about.
  package func replayBytes() throws -> [String: Int] {
    let sizes: [(String, Int)] = try rows(
      """
      SELECT d.domain, SUM(2 * length(s.tokens) + length(s.supervised))
      FROM document d JOIN sample s ON s.document = d.id WHERE d.state = 'learned' GROUP BY d.domain
      """
    ) { (try $0[0], try $0[1]) }
    return Dictionary(sizes, uniquingKeysWith: +)
  }

  /// Learned samples over the budget go. Domains that have little keep all, the others as much as each other; in a domain
  /// those with the least keys stay, so that what stays is a uniform draw of all that ever came (reservoir sampling:
  /// Vitter, 1985, by random keys).
  /// - Parameter budget: bytes.
  /// - Returns: samples that went.
  @discardableResult
  package func keepReplay(within budget: Int) throws -> Int {
    let sizes = try replayBytes()
    let level = Self.level(of: Array(sizes.values), within: budget)
    var gone = 0
    for (domain, size) in sizes.sorted(by: { $0.key < $1.key }) where size > level {
      var over = size - level
      var leaving: [Int64] = []
      try forEach(
        """
        SELECT s.id, 2 * length(s.tokens) + length(s.supervised)
        FROM document d JOIN sample s ON s.document = d.id
        WHERE d.state = 'learned' AND d.domain = ? ORDER BY s.replay_key DESC, s.id DESC
        """, domain
      ) { row in
        guard over > 0 else { return }
        leaving.append(try row[0])
        over -= try row[1]
      }
      for id in leaving { try run("DELETE FROM sample WHERE id = ?", id) }
      gone += leaving.count
    }
    return gone
  }

  /// The most that each may keep so that all together keep no more than `budget` (max-min fairness).
  private static func level(of sizes: [Int], within budget: Int) -> Int {
    var (left, count) = (budget, sizes.count)
    for size in sizes.sorted() {
      guard size > left / count else {
        left -= size
        count -= 1
        continue
      }
      return left / count
    }
    return .max
  }
}
