-- Moves waiting entries, by their numbers and in that order, to the end of their organization's log, where their leaves take the row that it had
-- with expected leaves. One log grows in one line: whoever comes second with the same size waits for the first one's row and then changes
-- nothing. PA006: the log is of another size. PA007: other entries wait.
CREATE FUNCTION grow_log(
    log_org text, expected bigint, new_size bigint, new_frontier bytea, waiting bigint[], leaves bytea[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    moved bigint;
BEGIN
    UPDATE audit_log SET size = new_size, frontier = new_frontier WHERE org = log_org AND size = expected;
    IF NOT FOUND THEN
        PERFORM refuse('PA006', log_org);
    END IF;
    INSERT INTO leaf (org, idx, hash, stream, seq)
        SELECT log_org, expected + moving.place - 1, moving.leaf, u.stream, u.seq
        FROM unnest(waiting, leaves) WITH ORDINALITY AS moving (n, leaf, place)
        JOIN unsealed u ON u.org = log_org AND u.n = moving.n;
    GET DIAGNOSTICS moved = ROW_COUNT;
    DELETE FROM unsealed WHERE org = log_org AND n = ANY (waiting);
    IF moved <> cardinality(waiting) OR moved <> cardinality(leaves) OR moved <> new_size - expected THEN
        PERFORM refuse('PA007', log_org);
    END IF;
END $$;
