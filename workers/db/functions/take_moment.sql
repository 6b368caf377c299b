-- Takes the next moment at which a request may leave for a host, if it comes within the horizon (seconds):
-- returns how long to wait for it, or null.
CREATE OR REPLACE FUNCTION take_moment(a_host text, delay double precision, horizon double precision)
RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz;
BEGIN
    INSERT INTO host_pace AS p (host, next_at)
        VALUES (a_host, clock_timestamp() + make_interval(secs => delay))
        ON CONFLICT (host) DO UPDATE
            SET next_at = greatest(p.next_at, clock_timestamp()) + make_interval(secs => delay)
            WHERE p.next_at <= clock_timestamp() + make_interval(secs => horizon)
        RETURNING next_at - make_interval(secs => delay) INTO moment;
    IF moment IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN greatest(0, extract(epoch FROM moment - clock_timestamp()));
END $$;
