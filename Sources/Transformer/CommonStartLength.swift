extension Collection where Element == Int32 {
  /// How many tokens two texts begin with alike.
  package func commonStart(with other: some Collection<Int32>) -> Int {
    zip(self, other).prefix { $0 == $1 }.count
  }
}
