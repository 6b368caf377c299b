from __future__ import annotations

import json
from html import unescape
from typing import Any

import pytest

from tests.integration.chrome.conftest import Fetch
from tests.site.dynamic.serve import DynamicSite
from workers.extraction.charsets.decoders import decode
from workers.extraction.urls import absolute

FIRST = 0xA1

SINGLE = (
    *(f"iso-8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *(f"windows-{part}" for part in (874, *range(1250, 1259))),
    "ibm866", "iso-8859-8-i", "koi8-r", "koi8-u", "macintosh", "x-mac-cyrillic", "x-user-defined",
)  # fmt: skip
PAIRS = ("big5", "euc-jp", "euc-kr", "gb18030", "gbk", "shift_jis", "utf-16be", "utf-16le")

DECODING = """<html><body><script>
  const all = [...Array(256).keys()], out = {};
  const reader = name => {
    const decoder = new TextDecoder(name, {ignoreBOM: true});
    return bytes => decoder.decode(new Uint8Array(bytes));
  };
  for (const name of %s) out[name] = all.map(byte => reader(name)([byte]));
  for (const name of %s)
    out[name] = all.slice(128).map(lead => {
      const read = reader(name); // Chromium's keeps a state beyond a half of three bytes.
      return all.map(trail => read([lead, trail]));
    });
  const escape = unit => "\\\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0");
  document.body.textContent = JSON.stringify(out).replace(/[^ -~]/g, escape);
</script>"""

LINKS = """<html><body><a></a><script>
  const link = document.querySelector("a"), out = [];
  for (let code = 0xa1; code < 0x9fa6; code++) {
    link.setAttribute("href", "/?" + String.fromCodePoint(code));
    out.push(link.search.slice(1));
  }
  document.body.textContent = JSON.stringify(out);
</script>"""

CHROME_ALONE = {b"\x88\x62", b"\x88\x64", b"\x88\xa3", b"\x88\xa5"}
"""Two code points each by the standard; Chromium joins them to one that is none."""


def _seen(fetch: Fetch, site: DynamicSite, page: str, charset: str = "utf-8") -> Any:
    """Return the JSON that a page's script leaves in its body."""
    kind = {"Content-Type": f"text/html; charset={charset}"}
    site.extra["/charset"] = 200, kind, page.encode("ascii")
    exchange = fetch("/charset", max_bytes=40_000_000, timeout=60.0)
    response = exchange.response
    assert response is not None, exchange.error
    assert response.charset == ("" if charset == "utf-8" else charset)
    return json.loads(unescape(response.body.partition(b"<body>")[2].decode()).rpartition("</b")[0])


def test_every_table_is_the_browsers(fetch: Fetch, dynamic_site: DynamicSite) -> None:
    """All bytes and all pairs of them, valid and not, in every encoding of the standard."""
    page = DECODING % (json.dumps(SINGLE), json.dumps(PAIRS))
    tables = _seen(fetch, dynamic_site, page)

    for name in SINGLE:
        assert [decode(bytes((byte,)), name) for byte in range(256)] == tables[name], name
    for name in PAIRS:
        for lead, row in enumerate(tables[name], 128):
            pairs = [bytes((lead, trail)) for trail in range(256)]
            ours = [decode(pair, name) for pair in pairs]
            assert [
                (pair, letter, theirs)
                for pair, letter, theirs in zip(pairs, ours, row, strict=True)
                if letter != theirs and not (name == "big5" and pair in CHROME_ALONE)
            ] == [], name


@pytest.mark.parametrize(
    "charset", ["big5", "euc-jp", "euc-kr", "gb18030", "gbk", "iso-2022-jp", "koi8-u", "shift_jis"]
)
def test_a_query_is_written_as_the_browser_writes_it(
    fetch: Fetch, dynamic_site: DynamicSite, charset: str
) -> None:
    """Each character of the plane that these charsets are for, those that they lack too."""
    queries = _seen(fetch, dynamic_site, LINKS, charset)

    assert [
        (code, query)
        for code, query in enumerate(queries, FIRST)
        if absolute("http://h.test/", f"?{chr(code)}", charset) != f"http://h.test/?{query}"
    ] == []
