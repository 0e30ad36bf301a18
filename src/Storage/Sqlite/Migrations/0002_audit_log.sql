-- Entries wait here in the order in which they were committed, until the sealer gives them their place in their organization's log.
CREATE TABLE unsealed_in_order (
    org    TEXT NOT NULL,
    n      INTEGER NOT NULL,
    stream TEXT NOT NULL,
    seq    INTEGER NOT NULL,
    hash   BLOB NOT NULL,
    PRIMARY KEY (org, n)
) WITHOUT ROWID;

INSERT INTO unsealed_in_order (org, n, stream, seq, hash)
SELECT u.org, row_number() OVER (ORDER BY j.at, u.stream, u.seq), u.stream, u.seq, j.hash
FROM unsealed u JOIN journal j ON j.stream = u.stream AND j.seq = u.seq;

DROP TABLE unsealed;
ALTER TABLE unsealed_in_order RENAME TO unsealed;

-- frontier: the hashes of the full subtrees of the log's tree, from left to right.
CREATE TABLE audit_log (
    org      TEXT PRIMARY KEY NOT NULL,
    origin   TEXT NOT NULL,
    size     INTEGER NOT NULL,
    frontier BLOB NOT NULL
) WITHOUT ROWID;

-- hash: SHA-256(0x00, the entry's hash).
CREATE TABLE leaf (
    org    TEXT NOT NULL,
    idx    INTEGER NOT NULL,
    hash   BLOB NOT NULL,
    stream TEXT NOT NULL,
    seq    INTEGER NOT NULL,
    PRIMARY KEY (org, idx)
) WITHOUT ROWID;

CREATE UNIQUE INDEX leaf_entry ON leaf (stream, seq);

-- Full subtrees whose height is a multiple of 8: a proof reads at most 255 hashes of each such level.
CREATE TABLE leaf_node (
    org    TEXT NOT NULL,
    height INTEGER NOT NULL,
    idx    INTEGER NOT NULL,
    hash   BLOB NOT NULL,
    PRIMARY KEY (org, height, idx)
) WITHOUT ROWID;

CREATE TABLE checkpoint (
    org  TEXT NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note TEXT NOT NULL,
    at   INTEGER NOT NULL,
    PRIMARY KEY (org, size)
) WITHOUT ROWID;

-- S30: inserted into, and nothing else.
CREATE TRIGGER leaf_no_update BEFORE UPDATE ON leaf BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER leaf_no_delete BEFORE DELETE ON leaf BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER leaf_node_no_update BEFORE UPDATE ON leaf_node BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER leaf_node_no_delete BEFORE DELETE ON leaf_node BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
