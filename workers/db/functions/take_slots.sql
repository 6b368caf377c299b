-- Grants a slice slots at a host so that the whole pool stays within its limit. A holder keeps what is in
-- flight, and sinks to its fair share as soon as others hold or wait (a row of 0 slots is a wait).
CREATE OR REPLACE FUNCTION take_slots(a_slice bigint, a_host text, wanted integer, flying integer, allowed integer)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    taken integer;
    holders integer;
    granted integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(a_host, 0));
    SELECT coalesce(sum(slots), 0), count(*) INTO taken, holders
        FROM host_slots WHERE host = a_host AND slice_id <> a_slice;
    granted := greatest(flying, least(wanted, allowed - taken,
        ceil(allowed::numeric / (holders + 1))::integer));
    IF wanted = 0 AND flying = 0 THEN
        DELETE FROM host_slots WHERE host = a_host AND slice_id = a_slice;
        RETURN 0;
    END IF;
    INSERT INTO host_slots (host, slice_id, slots)
        SELECT a_host, id, granted FROM slices WHERE id = a_slice
        ON CONFLICT (host, slice_id) DO UPDATE SET slots = excluded.slots;
    RETURN granted;
END $$;
