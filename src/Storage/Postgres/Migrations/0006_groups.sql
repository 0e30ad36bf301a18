-- Takes the heads of a whole group of appends in one call, in the order given. ways: 0 moves a head, 1 holds it, 2 only looks whether it is there.
CREATE FUNCTION take_heads(
    ways integer[], streams text[], orgs text[], kinds text[], olds bigint[], old_hashes bytea[], news bigint[], new_hashes bytea[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. cardinality(streams) LOOP
        IF ways[i] = 0 THEN
            UPDATE stream SET head = news[i], hash = new_hashes[i]
                WHERE id = streams[i] AND head = olds[i] AND hash = old_hashes[i] AND org = orgs[i];
            IF NOT FOUND THEN
                -- Makes the stream, or says why not.
                PERFORM move_head(streams[i], orgs[i], kinds[i], olds[i], old_hashes[i], news[i], new_hashes[i]);
            END IF;
        ELSIF ways[i] = 1 THEN
            PERFORM hold_head(streams[i], olds[i]);
        ELSIF olds[i] <> coalesce((SELECT head FROM stream WHERE id = streams[i]), 0) THEN
            PERFORM refuse('PA001', streams[i]);
        END IF;
    END LOOP;
END $$;

-- As before, but looks for accents only where a character is more than a byte: the looking is half of what indexing a record costs.
CREATE OR REPLACE FUNCTION bare(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN octet_length(words) = char_length(words) THEN words
        ELSE normalize(regexp_replace(normalize(words, NFD), '[\u0300-\u0331]', '', 'g'), NFC) END;

-- What is looked for by resource or by request is found in the index of records (0003); each of these cost every append.
DROP INDEX journal_org_resource;
DROP INDEX journal_request;
