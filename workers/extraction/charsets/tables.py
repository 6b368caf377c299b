"""Where Python's codecs differ from the standard's indexes (of 2024-09-18): what it takes to agree.

Each difference is a row of https://encoding.spec.whatwg.org/indexes.json; the tests hold a digest
of every index, so that another edition, or another Python, is noticed.
"""

from __future__ import annotations

import re

PYTHON_CODECS = {
    "gb18030": "gb18030", "big5": "big5hkscs", "euc-jp": "euc_jp",
    "shift_jis": "cp932", "euc-kr": "cp949",
}  # fmt: skip
"""Encodings of several bytes → the codec that is nearest."""

REPLACED = {
    "gb18030": dict(zip(
        "\ue5e5\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796\ue7c7"
        "\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864",
        "\u3000︐︒︑︓︔︕︖︗︘︙ḿ龴龵龶龷龸龹龺龻", strict=True,
    )),
    "big5": dict(zip("•､‾∼♁☉¥¢£", "‧﹑¯～⊕⊙￥￠￡", strict=True)),
    "euc-jp": dict(zip("〜‖−¢£¬", "～∥－￠￡￢", strict=True)),
    "shift_jis": dict.fromkeys("\uf8f0\uf8f1\uf8f2\uf8f3", "\ufffd"),
}  # fmt: skip
"""What the codec gives → what the standard gives; nothing else is decoded to the former."""

ODD = {
    "gb18030": {b"\x81\x35\xf4\x37": "\ue7c7"},
    "big5": {b"\xa2\x41": "∕", b"\xa2\x42": "﹨"},
    "euc-jp": {b"\x8f\xa2\xb7": "～"},
}
"""Characters that the codec gives as another that it rightly gives elsewhere."""

ALIGNED = {
    "gb18030": re.compile(rb"[\x81-\xfe](?:[0-9][\x81-\xfe][0-9]|[\x40-\x7e\x80-\xff])"),
    "big5": re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xff]"),
    "euc-jp": re.compile(rb"\x8f[\xa1-\xfe][\x80-\xff]|[\x8e\x8f\xa1-\xfe][\x80-\xff]"),
}
"""What stands together, faults too: where one of the odd is a character and no two halves."""

SINGLE = {"koi8-u": {0xAE: "ў", 0xBE: "Ў"}, "windows-1255": {0xCA: "\u05ba"}}
"""Bytes of encodings of one byte that are another letter there."""

_BIG5_RUNS = {
    "877a": (
        "㡵𡵓𣚞𦀡㻬𥣞㫵竼龗𤅡𨤍𣇪𠪊𣉞䌊蒄龖鐯䤰蘓墖靊鈘秐稲晠権袝瑌篅枂稬剏遆"
        "㓦珄𥶹瓆鿇垳䤯呌䄱𣚎堘穲𧭥讏䚮𦺈䆁𥶙箮𢒼鿈𢓁𢓉𢓌鿉蔄𣖻䂴鿊䓡𪷿拁灮鿋"
    ),
    "8e69": "箸", "8e6f": "簆", "8e7e": "糎", "8eab": "緒", "8eb4": "縝", "8ecd": "者",
    "8ed0": "耨", "8f57": "菁", "8f69": "蒨", "8f6e": "萏", "8fcb": "覦覩", "8ffe": "起",
    "906d": "都", "907a": "銹", "90dc": "靜", "90f1": "響", "91bf": "鼖", "9244": "蔃",
    "92af": "兙兛兝兞", "92c8": "鍮", "92d1": "瑹", "9447": "浧", "94ca": "禛", "95d9": "邗",
    "9644": "靝", "96ed": "瀞", "96fc": "嬨", "9b76": "爁", "9b78": "矗", "9b7b": "纇",
    "9bc6": "駖", "9bde": "釔", "9bec": "惞", "9bf6": "澶", "9c42": "輶", "9c53": "侻",
    "9c62": "營", "9c68": "鄄", "9c6b": "鷰", "9c77": "菏", "9cbc": "尐秣", "9cd0": "婧",
    "9d57": "輋", "9d5a": "筑", "9dc4": "拐", "9ea9": "恢", "9eef": "痹", "9efd": "汊",
    "9f60": "鬮", "9f66": "鼗", "9fcb": "僭", "9fd8": "弌", "a063": "蠏", "a077": "拎",
    "a0d5": "瑨", "a0df": "煢", "a0e4": "牐",
    "a3c0": "␀␁␂␃␄␅␆␇␈␉␊␋␌␍␎␏␐␑␒␓␔␕␖␗␘␙␚␛␜␝␞␟␡€",
    "c6cf": "廴", "c6d3": "无", "c6d5": "癶", "c6d7": "隶", "c6de": "〃仝", "fa5f": "倩",
    "fa66": "偽", "fabd": "包", "fac5": "卄", "fad5": "卿", "fb48": "嘅", "fbb8": "婷",
    "fbf3": "幵", "fbf9": "廐", "fc4f": "彘", "fc6c": "悤", "fcb9": "撐", "fce2": "晴",
    "fcf1": "杞", "fdb7": "沜渝", "fdbb": "港", "fdf1": "煮", "fe52": "猪", "fe6f": "瑜",
    "feaa": "瓩", "fedd": "砉",
}  # fmt: skip
"""Characters that ``big5hkscs`` lacks, by the bytes of the first of a run."""


def _spread(runs: dict[str, str]) -> dict[bytes, str]:
    """Return each pair of bytes of ``runs`` and its character."""
    found = {}
    for start, characters in runs.items():
        lead, trail = bytes.fromhex(start)
        for character in characters:
            found[bytes((lead, trail))] = character
            trail = {0x7E: 0xA1, 0xFE: 0x40}.get(trail, trail + 1)
            lead += trail == 0x40  # noqa: PLR2004 - the first trail
    return found


BIG5_MISSING = _spread(_BIG5_RUNS)
