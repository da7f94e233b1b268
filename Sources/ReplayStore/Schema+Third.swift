extension Schema {
  /// Which answers a piece's label was chosen among: a domain's answers grow with its documents.
  static let third: StaticString = """
    ALTER TABLE evaluation ADD COLUMN answers TEXT;

    PRAGMA user_version = 3;
    """
}
