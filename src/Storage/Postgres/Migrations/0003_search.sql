-- What records are found by (IAuditSearch). n: the number of a log in the index; generation: changes with each write to it, so that whoever read
-- before somebody else wrote writes nothing; latest: the latest time of any record so far, which never falls; late: how far behind that one was.
CREATE TABLE search_log (
    org        text COLLATE "C" PRIMARY KEY,
    n          integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    size       bigint NOT NULL,
    latest     bigint NOT NULL,
    late       bigint NOT NULL,
    generation bigint NOT NULL
);

-- terms: tokens of facets and words, each behind the number of its log, so that no organization's are looked through for another's.
CREATE TABLE search_record (
    log    integer NOT NULL,
    idx    bigint NOT NULL,
    at     bigint NOT NULL,
    latest bigint NOT NULL,
    terms  tsvector NOT NULL,
    PRIMARY KEY (log, idx)
);

CREATE INDEX search_record_latest ON search_record (log, latest, idx);
CREATE INDEX search_record_terms ON search_record USING gin (terms);

-- Of each day, counted from 0001-01-01.
CREATE TABLE search_facet (
    log   integer NOT NULL,
    facet text COLLATE "C" NOT NULL,
    day   integer NOT NULL,
    value text COLLATE "C" NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (log, facet, day, value)
);

-- latest: the index of the last record that is theirs.
CREATE TABLE search_actor (
    log    integer NOT NULL,
    id     text COLLATE "C" NOT NULL,
    latest bigint NOT NULL,
    PRIMARY KEY (log, id)
);

-- Letters without their accents, as the embedded store's index has them.
CREATE FUNCTION bare(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN normalize(regexp_replace(normalize(words, NFD), '[\u0300-\u0331]', '', 'g'), NFC);

-- Takes a log's index to write to it. PA006: somebody else has written to it since.
CREATE FUNCTION take_index(log_n integer, expected bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE search_log SET generation = generation + 1 WHERE n = log_n AND generation = expected;
    IF NOT FOUND THEN
        PERFORM refuse('PA006', log_n::text);
    END IF;
END $$;
