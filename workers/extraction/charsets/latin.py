"""Which of the Latin charsets a page without one is in: a guess by pairs of letters, weighed.

A page is in one language, and so has the letters of one alphabet: in the wrong charset some become
another's (``mškę`` is neither Polish nor Czech), signs within words, or letters that stand alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable

from workers.extraction.charsets.decoders import single_byte
from workers.extraction.charsets.tables import PYTHON_CODECS

WESTERN = "windows-1252"

LATIN = (WESTERN, "windows-1250", "windows-1254", "windows-1257", "iso-8859-2", "iso-8859-4")

COUNTED = ("windows-1250", WESTERN, "iso-8859-2", "windows-1257", "windows-1254")
"""Those that a guess may be wrong for."""

WEIGHED_BYTES = 8 * 1024

ALPHABETS = tuple(map(frozenset, (
    "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúüªº", "áâãàçéêíóôõúüªº", "àèéìíòóùúï·ç", "àèéìòùî",
    "åäöé", "æøåéòô", "áðéíóúýþæö", "áðíóúýæø", "éëïöüè", "äöõüšž",
    "çğıİöşüâîû", "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ",
    "čćđšž", "ąčęėįšųūž", "āčēģīķļņšūž",
)))  # fmt: skip
"""The letters beyond ASCII of languages that are written in these charsets."""

_CYRILLIC = "windows-1251"
_OWN = {
    "ru": (_CYRILLIC, "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
    "by": (_CYRILLIC, "абвгдеёжзійклмнопрстуўфхцчшыьэюя"),
    "ua": (_CYRILLIC, "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
    "bg": (_CYRILLIC, "абвгдежзийклмнопрстуфхцчшщъьюя"),
    "mk": (_CYRILLIC, "абвгдѓежзѕијклљмнњопрстќуфхцчџш"),
    "ba": (_CYRILLIC, "абвгдђежзијклљмнњопрстћуфхцчџш"),
    "lt": ("windows-1257", "ąčęėįšųūž"),
    "lv": ("windows-1257", "āčēģīķļņšūž"),
    "tr": ("windows-1254", "çğıİöşüâîû"),
}  # fmt: skip
"""Country, by which a page's language is known → its usual charset, and its alphabet in that."""

_SCRIPT = re.compile(rb"[\x80-\xff]{2}")
_MIXED = re.compile(rb"[A-Za-z][\xa0-\xff]|[\xa0-\xff][A-Za-z]")
_HIGH = re.compile(r"[^\x00-\x7f]")


def weighed(sample: bytes, guess: str, language: str = "") -> str:
    """Return ``guess``, or the charset in which ``sample`` makes more sense.

    ``language``, which the page says it is in, goes first where its alphabet reads all of the page
    and the guess does not (``Да`` is ``Äà`` in the West). A guess of another script needs two of
    its letters side by side. Vietnamese, whose letters are made of two characters each, is left
    alone.
    """
    if guess in PYTHON_CODECS or guess in {"iso-2022-jp", "windows-1258"}:
        return guess
    sample = sample[:WEIGHED_BYTES]
    own, alphabet = _OWN.get(language, (guess, ""))
    if own != guess and _is_read(sample, own, alphabet) and not _is_read(sample, guess, alphabet):
        return own
    if guess not in LATIN:
        return guess if _SCRIPT.search(sample) else WESTERN
    best = min((guess, *COUNTED), key=lambda name: _oddities(sample, name, ALPHABETS))
    return best if _has_other_letters(sample, best) else WESTERN


def _is_read(sample: bytes, name: str, alphabet: str) -> bool:
    """Whether all letters of ``sample`` are of ``alphabet``, and of one script within a word."""
    if _oddities(sample, name, [alphabet]):
        return False
    return name != _CYRILLIC or _MIXED.search(sample) is None


def _has_other_letters(sample: bytes, name: str) -> bool:
    """Whether a letter of ``sample`` in ``name`` is no letter of the West: the only evidence."""
    here, west = single_byte(name), single_byte(WESTERN)
    return any(here[byte] != west[byte] and here[byte].isalpha() for byte in set(sample))


def _oddities(sample: bytes, name: str, alphabets: Iterable[Container[str]]) -> int:
    """Return how many characters of ``sample`` are at odds with the others, read in ``name``."""
    text = sample.decode("latin-1").translate(single_byte(name))
    letters: Counter[str] = Counter()
    signs = 0
    for found in _HIGH.finditer(text):
        at = found.start()
        if _is_odd(text, at):
            signs += 1
        elif found[0].isalpha():
            letters[found[0] if found[0] == "İ" else found[0].lower()] += 1
    strangers = min(
        sum(count for letter, count in letters.items() if letter not in alphabet)
        for alphabet in alphabets
    )
    return signs + strangers


def _is_odd(text: str, at: int) -> bool:
    """Whether the character is a letter alone, a capital behind a small one or a sign in a word."""
    letter, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if letter.isalpha():
        alone = not (before.isalpha() or after.isalpha())
        return alone or (letter.isupper() and before.islower())
    return not letter.isprintable() or (before.isalpha() and after.isalpha() and letter not in "’·")
