"""Which charset a page that names none is in: by its bytes, its language and its country.

``chardetng`` is what Firefox does: most of the web without a charset is windows-1252, and another
one has to fit clearly better. The country of the host moves what 'clearly' means, and so does the
language that the page says it is in, which stands for the country of its legacy pages.
"""

from __future__ import annotations

import re

from chardetng_py import EncodingDetector

from workers.extraction.charsets.declared import known
from workers.extraction.charsets.latin import WESTERN, weighed

SAMPLE_BYTES = 32 * 1024
"""What is looked at, from the first byte that is not ASCII: 4 ms at the most."""

UTF8_LETTERS, UTF8_PER_FAULT = 4, 20
"""Letters beyond ASCII that make UTF-8 of a page, and how many of them outweigh one fault."""


_LEADS = bytes(range(0xC2, 0xF5))
_ESCAPES = (b"\x1b$B", b"\x1b$@", b"\x1b(J", b"\x1b(I")
_TAG = re.compile(rb"""<html\s[^>]*?\blang\s*=\s*["']?([a-z]{2,3})(?:[-_]([a-z]{2,4}))?""")
_TOP_LEVEL = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)
_LANGUAGE_BYTES = 2048

_COUNTRIES = {
    "be": "by", "ru": "ru", "uk": "ua", "bg": "bg", "mk": "mk", "kk": "kz", "ky": "kg", "mn": "mn",
    "tt": "ru", "tg": "tj", "sr": "ba", "bs": "ba", "hr": "hr", "sl": "si", "cs": "cz", "sk": "sk",
    "pl": "pl", "hu": "hu", "ro": "ro", "el": "gr", "tr": "tr", "az": "az", "he": "il", "iw": "il",
    "ar": "sa", "fa": "ir", "ur": "pk", "lt": "lt", "lv": "lv", "et": "lt", "vi": "vn", "th": "th",
    "ja": "jp", "ko": "kr", "zh": "cn", "is": "is", "fo": "fo", "de": "de", "fr": "fr", "es": "es",
    "pt": "pt", "it": "it", "nl": "nl", "sv": "se", "da": "dk", "nb": "no", "no": "no", "fi": "fi",
    "ca": "es", "gl": "es", "eu": "es", "ga": "ie",
}  # fmt: skip
"""Language → the top level domain of a country that wrote in the same charsets.

English is none of them: it is what many templates say, whatever the page is in.
"""
_TRADITIONAL = {b"tw", b"hk", b"mo", b"hant"}


def has_escapes(body: bytes) -> bool:
    """Whether ``body``, which may be plain ASCII, holds escapes of ISO-2022-JP."""
    return b"\x1b" in body and any(map(body.__contains__, _ESCAPES))


def detect(body: bytes, first: int, *, host: str) -> str:
    """Return the charset that ``body``, in which ``first`` is no UTF-8, seems to be in."""
    if _is_damaged_utf8(body[max(0, first - SAMPLE_BYTES) : first + SAMPLE_BYTES]):
        return "utf-8"
    # From a byte that begins a character in every charset.
    start = max(body.rfind(b"\n", 0, first), body.rfind(b">", 0, first), 0)
    end = start + SAMPLE_BYTES
    detector = EncodingDetector()
    detector.feed(body[start:end], last=end >= len(body))
    language = _language(body)
    name = detector.guess(tld=language or _country(host), allow_utf8=False)
    name = known("windows-874" if name == "cp874" else name) or WESTERN
    return weighed(body[start:end], name, (language or b"").decode())


def _is_damaged_utf8(sample: bytes) -> bool:
    faults = sample.decode("utf-8", "replace").count("\ufffd")
    letters = len(sample) - len(sample.translate(None, _LEADS)) - faults
    return letters >= max(UTF8_LETTERS, faults * UTF8_PER_FAULT)


def _language(body: bytes) -> bytes | None:
    """Return the country that stands for the page's ``<html lang>``; None where none does."""
    found = _TAG.search(body[:_LANGUAGE_BYTES].lower())
    if found is None:
        return None
    if found[1] == b"zh" and found[2] in _TRADITIONAL:
        return b"tw"
    country = _COUNTRIES.get(found[1].decode())
    return None if country is None else country.encode()


def _country(host: str) -> bytes | None:
    """Return the top level domain of ``host``; None of an address or a bare name."""
    label = host.rpartition(".")[2].partition(":")[0]
    return label.encode() if "." in host and _TOP_LEVEL.fullmatch(label) else None
