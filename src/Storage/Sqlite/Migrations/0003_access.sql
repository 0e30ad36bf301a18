-- Where a refusal is on record, by the id that its answer told.
CREATE TABLE decision (
    org    TEXT NOT NULL,
    id     TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq    INTEGER NOT NULL,
    PRIMARY KEY (org, id)
) WITHOUT ROWID;

-- Reads are counted per organization: one person reads in several, and resources are named within theirs. Counts from before are of none.
CREATE TABLE usage_by_org (
    org       TEXT NOT NULL,
    principal TEXT NOT NULL,
    operation TEXT NOT NULL,
    resource  TEXT NOT NULL,
    day       TEXT NOT NULL,
    count     INTEGER NOT NULL,
    last_ip   TEXT NOT NULL,
    last_at   INTEGER NOT NULL,
    PRIMARY KEY (org, principal, operation, resource, day)
) WITHOUT ROWID;

INSERT INTO usage_by_org (org, principal, operation, resource, day, count, last_ip, last_at)
SELECT '', principal, operation, resource, day, count, last_ip, last_at FROM usage;

DROP TABLE usage;
ALTER TABLE usage_by_org RENAME TO usage;
