"""Which of the Latin charsets a page without one is in: a guess by pairs of letters, weighed.

A page is in one language, and so has the letters of one alphabet: in the wrong charset some become
another's (``mškę`` is neither Polish nor Czech), signs within words, or letters that stand alone.
"""

from __future__ import annotations

import re
from collections import Counter

from workers.extraction.charsets.decoders import single_byte
from workers.extraction.charsets.tables import PYTHON_CODECS

WESTERN = "windows-1252"

LATIN = (WESTERN, "windows-1250", "windows-1254", "windows-1257", "iso-8859-2", "iso-8859-4")

COUNTED = ("windows-1250", WESTERN, "iso-8859-2", "windows-1257", "windows-1254")
"""Those that a guess may be wrong for."""

WEIGHED_BYTES = 8 * 1024

ALPHABETS = tuple(map(frozenset, (
    "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúüªº", "áâãàçéêíóôõúüªº", "àèéìíòóùúï·ç", "àèéìòùî",
    "åäöé", "æøåéòô", "áðéíóúýþæö", "éëïöüè", "äöõüšž",
    "çğıöşüâîû", "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ",
    "čćđšž", "ąčęėįšųūž", "āčēģīķļņšūž",
)))  # fmt: skip
"""The letters beyond ASCII of languages that are written in these charsets."""

_SCRIPT = re.compile(rb"[\x80-\xff]{2}")
_HIGH = re.compile(r"[^\x00-\x7f]")


def weighed(sample: bytes, guess: str) -> str:
    """Return ``guess``, or the charset in which ``sample`` makes more sense.

    A guess of another script needs two of its letters side by side. Vietnamese, whose letters are
    made of two characters each, is left alone.
    """
    if guess in PYTHON_CODECS or guess in {"iso-2022-jp", "windows-1258"}:
        return guess
    if guess not in LATIN:
        return guess if _SCRIPT.search(sample) else WESTERN
    sample = sample[:WEIGHED_BYTES]
    return min((guess, *COUNTED), key=lambda name: _oddities(sample, name))


def _oddities(sample: bytes, name: str) -> int:
    """Return how many characters of ``sample`` are at odds with the others, read in ``name``."""
    text = sample.decode("latin-1").translate(single_byte(name))
    letters: Counter[str] = Counter()
    signs = 0
    for found in _HIGH.finditer(text):
        at = found.start()
        if _is_odd(text, at):
            signs += 1
        elif found[0].isalpha():
            letters[found[0].lower()] += 1
    strangers = min(
        sum(count for letter, count in letters.items() if letter not in alphabet)
        for alphabet in ALPHABETS
    )
    return signs + strangers


def _is_odd(text: str, at: int) -> bool:
    """Whether the character is a letter alone, a capital behind a small one or a sign in a word."""
    letter, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if letter.isalpha():
        alone = not (before.isalpha() or after.isalpha())
        return alone or (letter.isupper() and before.islower())
    return not letter.isprintable() or (before.isalpha() and after.isalpha() and letter not in "’·")
