-- Tries that all processes count together: each key's bucket is full again at that time. Keys are fingerprints.
CREATE TABLE attempt (
    key   text COLLATE "C" PRIMARY KEY,
    until bigint NOT NULL
) WITH (fillfactor = 50);
