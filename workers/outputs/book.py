"""The package of an XLSX file, written as a stream: a ZIP of sheets, and what lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from workers.outputs.markup import ILLEGAL
from workers.outputs.package import listing
from workers.outputs.spool import Spool, SpooledPart

NAME_LIMIT: Final = 31  # UTF-16 units
LEVEL: Final = 1  # of zlib: sheets are mostly markup and shrink well at any level
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the same records give the same bytes
_NOT_IN_NAME: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


class _Sink:
    """A file that can only be written: what it got is taken out again as soon as it is there."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._held.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: the bytes wait to be taken."""

    def close(self) -> None:
        """Do nothing, for the same reason."""

    def take(self) -> bytes:
        taken = b"".join(self._held)
        self._held.clear()
        return taken


class Book:
    """One XLSX file. One sheet at a time goes straight into the ZIP, others are spooled."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = ZipFile(self._sink, "w", ZIP_DEFLATED)
        self._names: set[str] = {"history", "overflow"}
        self._sheets: list[tuple[int, str, str]] = []
        self._spools: list[tuple[Spool, str]] = []
        self._open: IO[bytes] | None = None

    def name(self, wanted: str) -> str:
        """Return a valid sheet name that is not in use; to Excel, letter case is no difference."""
        plain = _NOT_IN_NAME.sub("_", ILLEGAL.sub("", wanted)).strip(" '") or "Sheet"
        number, candidate = 1, _fit(plain, "")
        while candidate.casefold() in self._names:
            number += 1
            candidate = _fit(plain, f" ({number})")
        self._names.add(candidate.casefold())
        return candidate

    def direct(self, rank: int, name: str) -> SpooledPart:
        """Begin a sheet in the ZIP itself; the one before must be closed."""
        self._open = self._entry(self._listed(rank, name))
        return self._open

    def spooled(self, rank: int, name: str) -> SpooledPart:
        """Begin a sheet that ``finish`` copies into the ZIP."""
        spool = Spool()
        self._spools.append((spool, self._listed(rank, name)))
        return spool

    def take(self) -> bytes:
        """Return the bytes of the file that are ready."""
        return self._sink.take()

    def finish(self) -> Iterator[bytes]:
        """Yield the rest of the file; every part must be closed."""
        for spool, path in self._spools:
            with self._entry(path) as entry:
                for data in spool.drain():
                    entry.write(data)
                    yield self.take()
            spool.discard()
        in_order = sorted(self._sheets, key=lambda sheet: sheet[0])
        for path, text in listing([sheet[1:] for sheet in in_order]):
            with self._entry(path) as entry:
                entry.write(text.encode())
        self._zip.close()
        yield self.take()

    def discard(self) -> None:
        """Let go of everything, finished or not."""
        for spool, _ in self._spools:
            spool.discard()
        with suppress(ValueError):
            if self._open is not None:
                self._open.close()
        self._zip.close()

    def _listed(self, rank: int, name: str) -> str:
        path = f"worksheets/sheet{len(self._sheets) + 1}.xml"
        self._sheets.append((rank, name, path))
        return f"xl/{path}"

    def _entry(self, path: str) -> IO[bytes]:
        info = ZipInfo(path, _EPOCH)
        info.compress_type = ZIP_DEFLATED
        info.create_system = 0  # not the system that happens to write it
        info._compresslevel = LEVEL  # type: ignore[attr-defined]  # noqa: SLF001 - public from 3.13
        entry: IO[bytes] = self._zip.open(info, "w")
        return entry


def _fit(name: str, suffix: str) -> str:
    room = 2 * (NAME_LIMIT - len(suffix))
    return name.encode("utf-16-le")[:room].decode("utf-16-le", "ignore").rstrip("' ") + suffix
