extension Schema {
  /// When a version's files were removed because it had learned what was to be forgotten.
  static let second: StaticString = """
    ALTER TABLE version ADD COLUMN erased REAL;

    PRAGMA user_version = 2;
    """
}
