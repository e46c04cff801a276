/**
 * The schema, one step per version: step 1 makes version 1. A released step never changes; a new one is added.
 *
 * What is open is small and what has ended is huge, so the `_live` indexes leave out the common end state and the
 * number of rows in a state is kept in `tally` by triggers: the cost of an event does not depend on how many came before.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    instance_key BLOB NOT NULL,
    created_at_ms INTEGER NOT NULL,
    opened_at_ms INTEGER NOT NULL,
    closed_cleanly INTEGER NOT NULL
  ) STRICT;

  -- AUTOINCREMENT: a pruned seq is never given again, since it names a turn.
  CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    event_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    lane TEXT NOT NULL,
    body TEXT NOT NULL,
    crc INTEGER NOT NULL,
    scrubbed INTEGER NOT NULL DEFAULT 0,
    received_at_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('new', 'running', 'done', 'denied', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    crashes INTEGER NOT NULL DEFAULT 0,
    next_at_ms INTEGER NOT NULL,
    error TEXT,
    UNIQUE (channel, account, event_id),
    UNIQUE (channel, account, message_id)
  ) STRICT;
  CREATE INDEX inbox_live ON inbox (state, seq) WHERE state <> 'done';
  CREATE INDEX inbox_age ON inbox (scrubbed, received_at_ms);

  CREATE TABLE outbox (
    ord INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    lane TEXT NOT NULL,
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reply', 'notice', 'proactive')),
    target TEXT NOT NULL,
    thread_id TEXT,
    in_reply_to TEXT,
    body TEXT NOT NULL,
    crc INTEGER NOT NULL,
    scrubbed INTEGER NOT NULL DEFAULT 0,
    idempotency_key TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'unknown', 'dead', 'rejected')),
    attempts INTEGER NOT NULL,
    ambiguous INTEGER NOT NULL,
    first_sent_at_ms INTEGER,
    next_at_ms INTEGER NOT NULL,
    receipt TEXT,
    error TEXT
  ) STRICT;
  CREATE INDEX outbox_live ON outbox (state, ord) WHERE state <> 'sent';
  CREATE INDEX outbox_age ON outbox (scrubbed, created_at_ms);

  CREATE TABLE cursor (
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (channel, account)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE transcript (
    id INTEGER PRIMARY KEY,
    conversation_key TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    name TEXT,
    text TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX transcript_conversation ON transcript (conversation_key, id);

  CREATE TABLE pairing (
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    sender_name TEXT,
    conversation_id TEXT NOT NULL,
    code TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    PRIMARY KEY (channel, account, sender_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE allowed (
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    sender_name TEXT,
    approved_at_ms INTEGER NOT NULL,
    PRIMARY KEY (channel, account, sender_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE tally (
    box TEXT NOT NULL,
    state TEXT NOT NULL,
    rows INTEGER NOT NULL,
    PRIMARY KEY (box, state)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO tally VALUES
    ('inbox', 'new', 0), ('inbox', 'running', 0), ('inbox', 'done', 0), ('inbox', 'denied', 0), ('inbox', 'dead', 0),
    ('outbox', 'pending', 0), ('outbox', 'sending', 0), ('outbox', 'sent', 0),
    ('outbox', 'unknown', 0), ('outbox', 'dead', 0), ('outbox', 'rejected', 0);
  CREATE TRIGGER inbox_added AFTER INSERT ON inbox BEGIN
    UPDATE tally SET rows = rows + 1 WHERE box = 'inbox' AND state = new.state;
  END;
  CREATE TRIGGER inbox_moved AFTER UPDATE OF state ON inbox WHEN old.state <> new.state BEGIN
    UPDATE tally SET rows = rows - 1 WHERE box = 'inbox' AND state = old.state;
    UPDATE tally SET rows = rows + 1 WHERE box = 'inbox' AND state = new.state;
  END;
  CREATE TRIGGER inbox_removed AFTER DELETE ON inbox BEGIN
    UPDATE tally SET rows = rows - 1 WHERE box = 'inbox' AND state = old.state;
  END;
  CREATE TRIGGER outbox_added AFTER INSERT ON outbox BEGIN
    UPDATE tally SET rows = rows + 1 WHERE box = 'outbox' AND state = new.state;
  END;
  CREATE TRIGGER outbox_moved AFTER UPDATE OF state ON outbox WHEN old.state <> new.state BEGIN
    UPDATE tally SET rows = rows - 1 WHERE box = 'outbox' AND state = old.state;
    UPDATE tally SET rows = rows + 1 WHERE box = 'outbox' AND state = new.state;
  END;
  CREATE TRIGGER outbox_removed AFTER DELETE ON outbox BEGIN
    UPDATE tally SET rows = rows - 1 WHERE box = 'outbox' AND state = old.state;
  END;
  `,
  `
  ALTER TABLE inbox ADD COLUMN preview TEXT;
  ALTER TABLE outbox ADD COLUMN preview TEXT;
  `,
];
