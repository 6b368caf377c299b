"""Our functions in Postgres: one file each, applied again by ``migrate`` when its text has changed.

What a slice asks several times a second is a function: Postgres parses and plans a query of a
function once a connection, and these took as long to plan as to run. A function and not a prepared
statement, because a pool of connections may stand between. Each asks for rows by index whatever the
statistics say: a plan that is kept since a table was small must serve when it is large.

Programs of the last release call a function while those of this one start. So its arguments and
what it returns stay as they are for ever; with others it is another function, ``<name>_v2``.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib import resources

from psycopg2.extensions import cursor as Cursor  # noqa: N812 - it is a class

_KEEP = """
INSERT INTO functions (name, checksum) VALUES (%s, %s)
ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, at = now()
"""


@cache
def checksums() -> dict[str, str]:
    """Return the checksum of each function's text, by its name."""
    return {name: sha256(text.encode()).hexdigest() for name, text in _texts().items()}


@cache
def _texts() -> dict[str, str]:
    files = (resources.files("workers.db") / "functions").iterdir()
    texts = {file.name: file.read_text(encoding="utf-8") for file in files}
    return {name.removesuffix(".sql"): texts[name] for name in sorted(texts)}


def apply_functions(cursor: Cursor) -> list[str]:
    """Bring the functions to the texts of this release; returns the names of those that changed.

    The caller holds the lock of migrations, and its transaction is theirs.
    """
    cursor.execute("SELECT name, checksum FROM functions")
    there = dict(cursor.fetchall())
    changed = [name for name, checksum in checksums().items() if there.get(name) != checksum]
    for name in changed:
        cursor.execute(_texts()[name])
        cursor.execute(_KEEP, (name, checksums()[name]))
    return changed
