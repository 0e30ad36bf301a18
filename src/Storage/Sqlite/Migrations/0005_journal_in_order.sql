-- Rows lie in the order in which they were committed, with their place in their stream as an index: an append to many streams then writes
-- the last pages of the tables and small pages of an index, where it wrote a page of each table for each stream.
CREATE TABLE journal_in_order (
    stream        TEXT NOT NULL,
    seq           INTEGER NOT NULL,
    org           TEXT NOT NULL,
    at            INTEGER NOT NULL,
    actor_kind    TEXT NOT NULL,
    actor         TEXT NOT NULL,
    operation     TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource      TEXT NOT NULL,
    result        TEXT NOT NULL,
    request_id    TEXT NOT NULL,
    prev_hash     BLOB NOT NULL,
    hash          BLOB NOT NULL,
    PRIMARY KEY (stream, seq)
);

INSERT INTO journal_in_order (stream, seq, org, at, actor_kind, actor, operation, resource_type, resource, result, request_id, prev_hash, hash)
SELECT stream, seq, org, at, actor_kind, actor, operation, resource_type, resource, result, request_id, prev_hash, hash
FROM journal ORDER BY at, stream, seq;

CREATE TABLE journal_body_in_order (
    stream TEXT NOT NULL,
    seq    INTEGER NOT NULL,
    body   TEXT NOT NULL,
    PRIMARY KEY (stream, seq)
);

INSERT INTO journal_body_in_order (stream, seq, body)
SELECT b.stream, b.seq, b.body FROM journal j JOIN journal_body b ON b.stream = j.stream AND b.seq = j.seq
ORDER BY j.at, j.stream, j.seq;

DROP TABLE journal;
DROP TABLE journal_body;
ALTER TABLE journal_in_order RENAME TO journal;
ALTER TABLE journal_body_in_order RENAME TO journal_body;

CREATE INDEX journal_org_at ON journal (org, at);
CREATE INDEX journal_org_actor ON journal (org, actor, at);
CREATE INDEX journal_org_resource ON journal (org, resource, at);
CREATE INDEX journal_request ON journal (request_id);

-- S30: only inserted into, as before.
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_body_no_update BEFORE UPDATE ON journal_body BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_body_no_delete BEFORE DELETE ON journal_body BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
