-- The tables of the embedded store (Sqlite/Migrations), with the same names and meanings. Times are microseconds since 1970-01-01 UTC, by the
-- database's clock. Names compare byte-wise, whatever the database's collation is.

CREATE TABLE stream (
    id   text COLLATE "C" PRIMARY KEY,
    org  text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    head bigint NOT NULL,
    hash bytea NOT NULL
) WITH (fillfactor = 50); -- room for the next heads beside the old ones: no index is touched when one moves

CREATE TABLE snapshot (
    stream  text COLLATE "C" PRIMARY KEY,
    seq     bigint NOT NULL,
    version integer NOT NULL,
    body    bytea NOT NULL
);

CREATE TABLE journal (
    stream        text COLLATE "C" NOT NULL,
    seq           bigint NOT NULL,
    org           text COLLATE "C" NOT NULL,
    at            bigint NOT NULL,
    actor_kind    text NOT NULL,
    actor         text COLLATE "C" NOT NULL,
    operation     text NOT NULL,
    resource_type text NOT NULL,
    resource      text COLLATE "C" NOT NULL,
    result        text NOT NULL,
    request_id    text COLLATE "C" NOT NULL,
    prev_hash     bytea NOT NULL,
    hash          bytea NOT NULL,
    PRIMARY KEY (stream, seq)
);

CREATE INDEX journal_org_at ON journal (org, at);
CREATE INDEX journal_org_actor ON journal (org, actor, at);
CREATE INDEX journal_org_resource ON journal (org, resource, at);
CREATE INDEX journal_request ON journal (request_id);

-- Exactly the text that was hashed.
CREATE TABLE journal_body (
    stream text COLLATE "C" NOT NULL,
    seq    bigint NOT NULL,
    body   text NOT NULL,
    PRIMARY KEY (stream, seq)
);

-- Where a refusal is on record, by the id that its answer told.
CREATE TABLE decision (
    org    text COLLATE "C" NOT NULL,
    id     text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    seq    bigint NOT NULL,
    PRIMARY KEY (org, id)
);

-- Entries wait here until the sealer gives them their place in their organization's log. n rises along each stream; between streams it is no
-- order of commits, so a sealer moves the rows that it saw and no range of them.
CREATE TABLE unsealed (
    org    text COLLATE "C" NOT NULL,
    n      bigint GENERATED ALWAYS AS IDENTITY,
    stream text COLLATE "C" NOT NULL,
    seq    bigint NOT NULL,
    hash   bytea NOT NULL,
    PRIMARY KEY (org, n)
);

-- frontier: the hashes of the full subtrees of the log's tree, from left to right.
CREATE TABLE audit_log (
    org      text COLLATE "C" PRIMARY KEY,
    origin   text NOT NULL,
    size     bigint NOT NULL,
    frontier bytea NOT NULL
);

-- hash: SHA-256(0x00, the entry's hash).
CREATE TABLE leaf (
    org    text COLLATE "C" NOT NULL,
    idx    bigint NOT NULL,
    hash   bytea NOT NULL,
    stream text COLLATE "C" NOT NULL,
    seq    bigint NOT NULL,
    PRIMARY KEY (org, idx)
);

CREATE UNIQUE INDEX leaf_entry ON leaf (stream, seq);

-- Full subtrees whose height is a multiple of 8: a proof reads at most 255 hashes of each such level.
CREATE TABLE leaf_node (
    org    text COLLATE "C" NOT NULL,
    height integer NOT NULL,
    idx    bigint NOT NULL,
    hash   bytea NOT NULL,
    PRIMARY KEY (org, height, idx)
);

CREATE TABLE checkpoint (
    org  text COLLATE "C" NOT NULL,
    size bigint NOT NULL,
    root bytea NOT NULL,
    note text NOT NULL,
    at   bigint NOT NULL,
    PRIMARY KEY (org, size)
);

-- Bodies of record-only entries that retention erased, and the leaf of the record that speaks of them.
CREATE TABLE erased_body (
    stream text COLLATE "C" NOT NULL,
    seq    bigint NOT NULL,
    by     bigint NOT NULL,
    PRIMARY KEY (stream, seq)
);

CREATE TABLE view (
    org  text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    key  text COLLATE "C" NOT NULL,
    sort text COLLATE "C" NOT NULL,
    json text NOT NULL,
    PRIMARY KEY (org, kind, key)
);

CREATE INDEX view_sort ON view (org, kind, sort, key);

-- status: 0 queued, 1 running, 2 done, 3 failed, 4 cancelled, 5 dead
CREATE TABLE job (
    n          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         text COLLATE "C" NOT NULL UNIQUE,
    org        text COLLATE "C" NOT NULL,
    kind       text COLLATE "C" NOT NULL,
    stream     text COLLATE "C" NOT NULL,
    capability text COLLATE "C",
    standing   boolean NOT NULL,
    due        bigint NOT NULL,
    status     integer NOT NULL,
    attempt    integer NOT NULL,
    node       text COLLATE "C",
    cancel     integer NOT NULL,
    created    bigint NOT NULL,
    started    bigint,
    ended      bigint,
    progress   text,
    error      text,
    draft      text NOT NULL
);

CREATE INDEX job_queued ON job (org, due, n) WHERE status = 0;
CREATE INDEX job_due ON job (due) WHERE status = 0;
-- Whoever claims the second job of one kind and stream finds the first one's row here, committed or not.
CREATE UNIQUE INDEX job_running ON job (kind, stream) WHERE status = 1;
CREATE INDEX job_ended ON job (org, ended, n) WHERE status >= 2;
CREATE INDEX job_list ON job (org, n);

-- beat: of the last heartbeat; the lease ends two seconds after it.
CREATE TABLE node (
    id           text COLLATE "C" PRIMARY KEY,
    url          text NOT NULL,
    capabilities text[] NOT NULL,
    beat         bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE ticket (
    hash      text COLLATE "C" PRIMARY KEY,
    kind      text COLLATE "C" NOT NULL,
    id        text COLLATE "C" NOT NULL,
    subject   text COLLATE "C" NOT NULL,
    org       text COLLATE "C",
    name      text NOT NULL,
    created   bigint NOT NULL,
    expires   bigint NOT NULL,
    revoked   bigint,
    cidrs     text NOT NULL,
    data      text NOT NULL,
    last_used bigint,
    last_use  text
);

CREATE INDEX ticket_subject ON ticket (subject, kind);
CREATE INDEX ticket_expires ON ticket (expires);

CREATE TABLE idempotency (
    key     text COLLATE "C" PRIMARY KEY,
    answer  text NOT NULL,
    expires bigint NOT NULL
);

CREATE INDEX idempotency_expires ON idempotency (expires);

CREATE TABLE usage (
    org       text COLLATE "C" NOT NULL,
    principal text COLLATE "C" NOT NULL,
    operation text COLLATE "C" NOT NULL,
    resource  text COLLATE "C" NOT NULL,
    day       text COLLATE "C" NOT NULL,
    count     bigint NOT NULL,
    last_at   bigint NOT NULL,
    PRIMARY KEY (org, principal, operation, resource, day)
);

-- How far each sink of each log is; since: of the first failure of those that follow each other.
CREATE TABLE delivery (
    org       text COLLATE "C" NOT NULL,
    sink      text COLLATE "C" NOT NULL,
    next      bigint NOT NULL,
    succeeded bigint,
    failures  integer NOT NULL,
    since     bigint,
    error     text,
    PRIMARY KEY (org, sink)
);

CREATE TABLE object (
    org     text COLLATE "C" NOT NULL,
    key     text COLLATE "C" NOT NULL,
    file    text NOT NULL,
    size    bigint NOT NULL,
    sha256  text NOT NULL,
    created bigint NOT NULL,
    PRIMARY KEY (org, key)
);

-- One row per master key that was ever current: proves that a ring is the right one without saying anything about the key.
CREATE TABLE master_key (
    id          text COLLATE "C" PRIMARY KEY,
    check_value bytea NOT NULL
);

CREATE TABLE data_key (
    id      text COLLATE "C" PRIMARY KEY,
    scope   text COLLATE "C" NOT NULL,
    master  text COLLATE "C" NOT NULL REFERENCES master_key (id),
    wrapped bytea NOT NULL,
    created bigint NOT NULL
);

CREATE INDEX data_key_scope ON data_key (scope, created);

-- S30: data keys that were destroyed. What they sealed is erased; that it was, and since when, stays.
CREATE TABLE erased_key (
    id    text COLLATE "C" PRIMARY KEY,
    scope text COLLATE "C" NOT NULL,
    at    bigint NOT NULL
);

-- Scopes in which, and below which, no key is ever made again.
CREATE TABLE erased_scope (
    scope text COLLATE "C" PRIMARY KEY,
    at    bigint NOT NULL
);

-- An append is one round trip: whatever refuses it raises this, which undoes the whole. The class PA is ours.
CREATE FUNCTION refuse(state text, what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', what USING ERRCODE = state;
END $$;

-- Moves a head that is where it is expected, with the hash that the entries go on from; 0: makes the stream. PA001: it is elsewhere. PA002: it is another organization's.
CREATE FUNCTION move_head(
    stream_id text, stream_org text, stream_kind text, expected bigint, old_hash bytea, new_head bigint, new_hash bytea)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    owner text;
BEGIN
    IF expected = 0 THEN
        -- Those who guard that there is none hold this; see hold_head.
        PERFORM pg_advisory_xact_lock(hashtextextended(stream_id, 0));
        INSERT INTO stream (id, org, kind, head, hash) VALUES (stream_id, stream_org, stream_kind, new_head, new_hash)
            ON CONFLICT DO NOTHING;
    ELSE
        UPDATE stream SET head = new_head, hash = new_hash
            WHERE id = stream_id AND head = expected AND hash = old_hash AND org = stream_org;
    END IF;
    IF NOT FOUND THEN
        SELECT org INTO owner FROM stream WHERE id = stream_id AND head = expected;
        IF owner <> stream_org THEN
            PERFORM refuse('PA002', stream_id);
        END IF;
        PERFORM refuse('PA001', stream_id);
    END IF;
END $$;

-- Keeps a head where it is until the transaction ends. PA001: it is elsewhere already.
CREATE FUNCTION hold_head(stream_id text, expected bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF expected = 0 THEN
        PERFORM pg_advisory_xact_lock_shared(hashtextextended(stream_id, 0));
        PERFORM FROM stream WHERE id = stream_id AND head > 0;
        IF FOUND THEN
            PERFORM refuse('PA001', stream_id);
        END IF;
    ELSE
        PERFORM FROM stream WHERE id = stream_id AND head = expected FOR SHARE;
        IF NOT FOUND THEN
            PERFORM refuse('PA001', stream_id);
        END IF;
    END IF;
END $$;

-- Keeps the attempt the current one until the transaction ends. PA003: it is not.
CREATE FUNCTION hold_attempt(job_id text, job_attempt integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM job WHERE id = job_id AND attempt = job_attempt AND status = 1 FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('PA003', job_id);
    END IF;
END $$;

-- Those who count rows of a kind before they add one hold its lock. PA004: there are as many as there may be.
CREATE FUNCTION hold_limit(view_org text, view_kind text, below bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM view WHERE org = view_org AND kind = view_kind) >= below THEN
        PERFORM refuse('PA004', view_kind);
    END IF;
END $$;

-- Takes an idempotency key. PA005: it was used, and that is not expired.
CREATE FUNCTION take_key(idempotency_key text, its_answer text, its_expires bigint, now bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO idempotency AS known (key, answer, expires) VALUES (idempotency_key, its_answer, its_expires)
        ON CONFLICT (key) DO UPDATE SET answer = excluded.answer, expires = excluded.expires WHERE known.expires <= now;
    IF NOT FOUND THEN
        PERFORM refuse('PA005', idempotency_key);
    END IF;
END $$;

-- S30: the journal and the logs are only ever inserted into. The app's role has no right to do more; this holds for the owner, too.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'PA010';
END $$;

CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_body_no_update BEFORE UPDATE ON journal_body FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER leaf_no_change BEFORE UPDATE OR DELETE ON leaf FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER leaf_node_no_change BEFORE UPDATE OR DELETE ON leaf_node FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoint_no_change BEFORE UPDATE OR DELETE ON checkpoint FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER erased_body_no_change BEFORE UPDATE OR DELETE ON erased_body FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_body_no_truncate BEFORE TRUNCATE ON journal_body EXECUTE FUNCTION refuse_change();

-- A body goes only when it is told here, and it is told here only when its log speaks of it already.
CREATE FUNCTION refuse_untold_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM erased_body e WHERE e.stream = OLD.stream AND e.seq = OLD.seq) THEN
        RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'PA010';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER journal_body_no_delete BEFORE DELETE ON journal_body FOR EACH ROW EXECUTE FUNCTION refuse_untold_erasure();

CREATE FUNCTION refuse_unspoken_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.stream NOT LIKE 'rec/%' AND NEW.stream NOT LIKE 'install/%' THEN
        RAISE EXCEPTION 'only bodies of record-only entries are erased' USING ERRCODE = 'PA010';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM journal j
        JOIN leaf l ON l.org = j.org AND l.idx = NEW."by" -- a word of PL/pgSQL's
        JOIN journal n ON n.stream = l.stream AND n.seq = l.seq
        WHERE j.stream = NEW.stream AND j.seq = NEW.seq AND j.operation <> 'audit.erase' AND n.operation = 'audit.erase')
    THEN
        RAISE EXCEPTION 'no record speaks of this erasure' USING ERRCODE = 'PA010';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER erased_body_is_spoken_of BEFORE INSERT ON erased_body FOR EACH ROW EXECUTE FUNCTION refuse_unspoken_erasure();
