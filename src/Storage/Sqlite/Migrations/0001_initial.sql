-- Times are microseconds since 1970-01-01 UTC, by the store's clock. Text compares byte-wise (BINARY).

CREATE TABLE stream (
    id   TEXT PRIMARY KEY NOT NULL,
    org  TEXT NOT NULL,
    kind TEXT NOT NULL,
    head INTEGER NOT NULL,
    hash BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE snapshot (
    stream  TEXT PRIMARY KEY NOT NULL,
    seq     INTEGER NOT NULL,
    version INTEGER NOT NULL,
    body    BLOB NOT NULL
);

CREATE TABLE journal (
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
) WITHOUT ROWID;

CREATE INDEX journal_org_at ON journal (org, at);
CREATE INDEX journal_org_actor ON journal (org, actor, at);
CREATE INDEX journal_org_resource ON journal (org, resource, at);
CREATE INDEX journal_request ON journal (request_id);

CREATE TABLE journal_body (
    stream TEXT NOT NULL,
    seq    INTEGER NOT NULL,
    body   TEXT NOT NULL,
    PRIMARY KEY (stream, seq)
) WITHOUT ROWID;

-- S30: the journal is only ever inserted into. SQLite has no roles, so the rule is part of the schema.
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_body_no_update BEFORE UPDATE ON journal_body BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_body_no_delete BEFORE DELETE ON journal_body BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE unsealed (
    org    TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq    INTEGER NOT NULL,
    PRIMARY KEY (org, stream, seq)
) WITHOUT ROWID;

CREATE TABLE view (
    org  TEXT NOT NULL,
    kind TEXT NOT NULL,
    key  TEXT NOT NULL,
    sort TEXT NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (org, kind, key)
) WITHOUT ROWID;

CREATE INDEX view_sort ON view (org, kind, sort, key);

-- status: 0 queued, 1 running, 2 done, 3 failed, 4 cancelled, 5 dead
CREATE TABLE job (
    n          INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    org        TEXT NOT NULL,
    kind       TEXT NOT NULL,
    stream     TEXT NOT NULL,
    capability TEXT,
    due        INTEGER NOT NULL,
    status     INTEGER NOT NULL,
    attempt    INTEGER NOT NULL,
    node       TEXT,
    cancel     INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    started    INTEGER,
    ended      INTEGER,
    progress   TEXT,
    error      TEXT,
    draft      TEXT NOT NULL
);

CREATE INDEX job_queued ON job (org, due, n) WHERE status = 0;
CREATE INDEX job_due ON job (due) WHERE status = 0;
CREATE INDEX job_running ON job (kind, stream) WHERE status = 1;
CREATE INDEX job_ended ON job (org, ended, n) WHERE status >= 2;
CREATE INDEX job_list ON job (org, n);

CREATE TABLE ticket (
    hash        TEXT PRIMARY KEY NOT NULL,
    kind        TEXT NOT NULL,
    id          TEXT NOT NULL,
    subject     TEXT NOT NULL,
    org         TEXT,
    name        TEXT NOT NULL,
    created     INTEGER NOT NULL,
    expires     INTEGER NOT NULL,
    revoked     INTEGER,
    cidrs       TEXT NOT NULL,
    data        TEXT NOT NULL,
    last_used   INTEGER,
    last_ip     TEXT,
    last_client TEXT
) WITHOUT ROWID;

CREATE INDEX ticket_subject ON ticket (subject, kind);
CREATE INDEX ticket_expires ON ticket (expires);

CREATE TABLE idempotency (
    key     TEXT PRIMARY KEY NOT NULL,
    answer  TEXT NOT NULL,
    expires INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE usage (
    principal TEXT NOT NULL,
    operation TEXT NOT NULL,
    resource  TEXT NOT NULL,
    day       TEXT NOT NULL,
    count     INTEGER NOT NULL,
    last_ip   TEXT NOT NULL,
    last_at   INTEGER NOT NULL,
    PRIMARY KEY (principal, operation, resource, day)
) WITHOUT ROWID;

CREATE TABLE object (
    org     TEXT NOT NULL,
    key     TEXT NOT NULL,
    file    TEXT NOT NULL,
    size    INTEGER NOT NULL,
    sha256  TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (org, key)
) WITHOUT ROWID;

-- One row per master key that was ever current: proves that a ring is the right one without saying anything about the key.
CREATE TABLE master_key (
    id          TEXT PRIMARY KEY NOT NULL,
    check_value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE data_key (
    id      TEXT PRIMARY KEY NOT NULL,
    scope   TEXT NOT NULL,
    master  TEXT NOT NULL REFERENCES master_key (id),
    wrapped BLOB NOT NULL,
    created INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX data_key_scope ON data_key (scope, created);
