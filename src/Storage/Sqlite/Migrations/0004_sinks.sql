-- How far each sink of each log is. Times as everywhere; since: of the first failure of those that follow each other.
CREATE TABLE delivery (
    org       TEXT NOT NULL,
    sink      TEXT NOT NULL,
    next      INTEGER NOT NULL,
    succeeded INTEGER,
    failures  INTEGER NOT NULL,
    since     INTEGER,
    error     TEXT,
    PRIMARY KEY (org, sink)
) WITHOUT ROWID;
