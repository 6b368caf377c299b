"""A witness in the database: notes of every page that is done whether its slice still stood.

A trigger that only tests install: it looks where the product looks, by other means.
"""

from __future__ import annotations

from contextlib import closing

import psycopg2

WITNESS = """
CREATE TABLE witnessed (slice_id bigint, page_id bigint, stood boolean);
CREATE TABLE fallen (slice_id bigint, worker text, silent interval);
CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO witnessed VALUES (OLD.slice_id, OLD.id,
        EXISTS (SELECT FROM slices WHERE id = OLD.slice_id));
    RETURN NEW;
END $$;
CREATE FUNCTION note_fall() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fallen VALUES (OLD.id, OLD.worker, now() - OLD.heartbeat);
    RETURN OLD;
END $$;
CREATE TRIGGER witness AFTER UPDATE ON pages FOR EACH ROW
    WHEN (OLD.state = 'running' AND NEW.state = 'done' AND NEW.verdict <> 'poisoned')
    EXECUTE FUNCTION witness();
CREATE TRIGGER note_fall AFTER DELETE ON slices FOR EACH ROW EXECUTE FUNCTION note_fall();
"""


def post_witness(url: str) -> None:
    """Install the witness."""
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(WITNESS)
