/// The store's tables as the first release has them. Shipped: a change is a new migration, never an edit here.
enum Schema {
  static let first: StaticString = """
    CREATE TABLE meta (
      key TEXT PRIMARY KEY NOT NULL,
      value ANY NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE round (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      state TEXT NOT NULL CHECK (state IN ('running', 'published', 'rejected', 'abandoned')),
      domains TEXT NOT NULL,
      parent INTEGER NOT NULL,
      version INTEGER,
      started REAL NOT NULL,
      finished REAL,
      seconds REAL NOT NULL DEFAULT 0,
      tokens INTEGER NOT NULL DEFAULT 0,
      settings TEXT NOT NULL DEFAULT '{}',
      report TEXT
    ) STRICT;
    CREATE UNIQUE INDEX round_running ON round (state) WHERE state = 'running';

    CREATE TABLE version (
      number INTEGER PRIMARY KEY NOT NULL CHECK (number >= 0),
      parent INTEGER REFERENCES version (number),
      round INTEGER REFERENCES round (number),
      created REAL NOT NULL,
      abandoned REAL,
      figures TEXT NOT NULL DEFAULT '{}',
      CHECK ((number = 0) = (parent IS NULL))
    ) STRICT;

    CREATE TABLE document (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
      domain TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN (
        'waiting', 'learned', 'duplicate', 'superseded', 'quarantined', 'deferred', 'shelved', 'forgotten')),
      reason TEXT,
      bytes INTEGER NOT NULL,
      encoding TEXT,
      language TEXT,
      profile TEXT,
      figures TEXT NOT NULL DEFAULT '{}',
      received REAL NOT NULL,
      samples INTEGER NOT NULL DEFAULT 0,
      tokens INTEGER NOT NULL DEFAULT 0,
      rejections INTEGER NOT NULL DEFAULT 0,
      duplicate_of INTEGER REFERENCES document (id),
      superseded_by INTEGER REFERENCES document (id),
      similarity REAL
    ) STRICT;
    CREATE INDEX document_state ON document (state, domain);
    CREATE INDEX document_superseded_by ON document (superseded_by) WHERE superseded_by IS NOT NULL;
    CREATE INDEX document_duplicate_of ON document (duplicate_of) WHERE duplicate_of IS NOT NULL;

    CREATE TABLE document_name (
      id INTEGER PRIMARY KEY,
      document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
      path TEXT NOT NULL,
      first_received REAL NOT NULL,
      last_received REAL NOT NULL,
      times INTEGER NOT NULL DEFAULT 1,
      stamp TEXT,
      settled INTEGER NOT NULL DEFAULT 0,
      UNIQUE (path, document)
    ) STRICT;
    CREATE INDEX document_name_document ON document_name (document);
    CREATE INDEX document_name_unsettled ON document_name (id) WHERE settled = 0;

    CREATE TABLE sample (
      id INTEGER PRIMARY KEY,
      document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
      ordinal INTEGER NOT NULL,
      split TEXT NOT NULL CHECK (split IN ('train', 'validation', 'test', 'gap')),
      content TEXT NOT NULL,
      tokens BLOB NOT NULL,
      supervised BLOB NOT NULL,
      token_count INTEGER NOT NULL,
      supervised_count INTEGER NOT NULL,
      label TEXT,
      replay_key INTEGER NOT NULL,
      loss REAL,
      UNIQUE (document, ordinal)
    ) STRICT;

    CREATE TABLE signature (
      document INTEGER PRIMARY KEY NOT NULL REFERENCES document (id) ON DELETE CASCADE,
      bytes BLOB NOT NULL
    ) STRICT;

    CREATE TABLE piece (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
      domain TEXT NOT NULL,
      split TEXT NOT NULL CHECK (split IN ('validation', 'test')),
      generation INTEGER,
      draw INTEGER NOT NULL,
      tokens BLOB NOT NULL,
      supervised BLOB NOT NULL,
      token_count INTEGER NOT NULL,
      label TEXT,
      content TEXT
    ) STRICT;
    CREATE INDEX piece_domain ON piece (domain, split, draw);
    CREATE INDEX piece_document ON piece (document);

    CREATE TABLE round_document (
      round INTEGER NOT NULL REFERENCES round (number),
      document INTEGER NOT NULL REFERENCES document (id),
      PRIMARY KEY (round, document)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX round_document_document ON round_document (document);

    CREATE TABLE learning (
      document INTEGER NOT NULL REFERENCES document (id),
      version INTEGER NOT NULL REFERENCES version (number),
      PRIMARY KEY (document, version)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX learning_version ON learning (version);

    CREATE TABLE evaluation (
      subject TEXT NOT NULL CHECK (subject IN ('version', 'candidate')),
      number INTEGER NOT NULL,
      attempt INTEGER NOT NULL DEFAULT 0,
      piece INTEGER NOT NULL,
      domain TEXT NOT NULL,
      split TEXT NOT NULL,
      nll REAL NOT NULL,
      tokens INTEGER NOT NULL,
      correct INTEGER,
      PRIMARY KEY (subject, number, attempt, piece)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE general_sample (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      held_out INTEGER NOT NULL,
      prompt TEXT,
      tokens BLOB NOT NULL,
      supervised BLOB NOT NULL,
      token_count INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE general_evaluation (
      subject TEXT NOT NULL CHECK (subject IN ('version', 'candidate')),
      number INTEGER NOT NULL,
      attempt INTEGER NOT NULL DEFAULT 0,
      sample INTEGER NOT NULL,
      nll REAL NOT NULL,
      divergence REAL NOT NULL,
      tokens INTEGER NOT NULL,
      PRIMARY KEY (subject, number, attempt, sample)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE request (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      arguments TEXT NOT NULL DEFAULT '{}',
      created REAL NOT NULL,
      taken REAL,
      finished REAL,
      outcome TEXT,
      failure TEXT
    ) STRICT;
    CREATE INDEX request_open ON request (id) WHERE finished IS NULL;

    CREATE TABLE counter (
      day TEXT NOT NULL,
      name TEXT NOT NULL,
      value INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (day, name)
    ) STRICT, WITHOUT ROWID;

    PRAGMA user_version = 1;
    """
}
