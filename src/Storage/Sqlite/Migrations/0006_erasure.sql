-- S30: data keys that were destroyed. What they sealed is erased; that it was, and since when, stays.
CREATE TABLE erased_key (
    id    TEXT PRIMARY KEY NOT NULL,
    scope TEXT NOT NULL,
    at    INTEGER NOT NULL
) WITHOUT ROWID;

-- Scopes in which, and below which, no key is ever made again.
CREATE TABLE erased_scope (
    scope TEXT PRIMARY KEY NOT NULL,
    at    INTEGER NOT NULL
) WITHOUT ROWID;

-- Address and client of a ticket's last use, sealed under a key of the person's.
ALTER TABLE ticket ADD COLUMN last_use TEXT;
ALTER TABLE ticket DROP COLUMN last_ip;
ALTER TABLE ticket DROP COLUMN last_client;

-- Nothing reads from where a plain read came.
ALTER TABLE usage DROP COLUMN last_ip;

-- Bodies of record-only entries that retention erased, and the leaf of the record that speaks of them.
CREATE TABLE erased_body (
    stream TEXT NOT NULL,
    seq    INTEGER NOT NULL,
    by     INTEGER NOT NULL,
    PRIMARY KEY (stream, seq)
) WITHOUT ROWID;

-- S30: a body goes only when it is told here, and it is told here only when its log speaks of it already.
DROP TRIGGER journal_body_no_delete;
CREATE TRIGGER journal_body_no_delete BEFORE DELETE ON journal_body
WHEN NOT EXISTS (SELECT 1 FROM erased_body e WHERE e.stream = OLD.stream AND e.seq = OLD.seq)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER erased_body_is_record_only BEFORE INSERT ON erased_body
WHEN substr(NEW.stream, 1, 4) <> 'rec/' AND substr(NEW.stream, 1, 8) <> 'install/'
BEGIN SELECT RAISE(ABORT, 'only bodies of record-only entries are erased'); END;

CREATE TRIGGER erased_body_is_spoken_of BEFORE INSERT ON erased_body
WHEN NOT EXISTS (
    SELECT 1 FROM journal j
    JOIN leaf l ON l.org = j.org AND l.idx = NEW.by
    JOIN journal n ON n.stream = l.stream AND n.seq = l.seq
    WHERE j.stream = NEW.stream AND j.seq = NEW.seq AND j.operation <> 'audit.erase' AND n.operation = 'audit.erase')
BEGIN SELECT RAISE(ABORT, 'no record speaks of this erasure'); END;

CREATE TRIGGER erased_body_no_update BEFORE UPDATE ON erased_body BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER erased_body_no_delete BEFORE DELETE ON erased_body BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
