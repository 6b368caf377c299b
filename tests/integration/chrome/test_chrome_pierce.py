from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from schemas.payload import load_plan
from tests.site.dynamic.serve import Canary, DynamicSite
from workers.extraction.page import extract_page
from workers.fetchers.base import Exchange

Fetch = Callable[..., Exchange]
Read = Callable[..., list[Any]]

HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def other_site() -> Iterator[DynamicSite]:
    """A site of another origin."""
    site = DynamicSite()
    yield site
    site.stop()


@pytest.fixture
def read(fetch: Fetch, dynamic_site: DynamicSite) -> Read:
    """Serve a page and return the records that its fields' selectors find, with pierce or not."""

    def records(
        body: str, *, parent: str = "body", pierce: bool = True, **fields: str
    ) -> list[Any]:
        dynamic_site.extra["/page"] = (200, HTML, body.encode())
        request = {"url": f"{dynamic_site.url}/page", "type": "chrome", "pierce": pierce}
        named = [{"name": name, "selector": css} for name, css in fields.items()]
        payload = {"name": "p", "request": request, "fields": named, "format": "json"}
        plan = load_plan({**payload, "commonParent": parent})
        exchange = fetch("/page", pierce=pierce)
        assert exchange.response is not None, exchange.error
        html, url = exchange.response.body.decode(), exchange.response.url
        found = extract_page(html, url, plan.collections[0], plan).records
        return [{key.removesuffix("_text"): value for key, value in r.items()} for r in found]

    return records


@pytest.fixture
def frame(dynamic_site: DynamicSite, other_site: DynamicSite) -> Callable[..., str]:
    """Serve the document of a frame, here or at another origin, and return where it is."""

    def serve(body: str, *, other: bool = False) -> str:
        site = other_site if other else dynamic_site
        path = f"/frame{len(site.extra)}"
        site.extra[path] = (200, HTML, body.encode())
        return site.url + path

    return serve


@pytest.mark.parametrize("other", [False, True])
@pytest.mark.parametrize("sandbox", ["", "sandbox", "sandbox=allow-scripts"])
def test_selectors_see_into_frames(
    read: Read,
    frame: Callable[..., str],
    other: bool,  # noqa: FBT001 - a parameter of the test
    sandbox: str,
) -> None:
    """Of any origin, in any cage: a frame's body stands in its element."""
    src = frame("<title>t</title><b class=x>in &lt;1&gt; &amp;amp; 2</b>", other=other)
    found = read(f"<p>out</p><iframe {sandbox} src={src}></iframe>", X="iframe > .x", P="p")

    assert found == [{"X": "in <1> &amp; 2", "P": "out"}]


def test_frames_stand_in_frames(read: Read, frame: Callable[..., str]) -> None:
    """The text of a frame's script is none of its elements."""
    inner = frame("<i>deep</i><script>'</iframe><b>no</b>'</script>", other=True)
    outer = frame(f"<u>one</u><iframe src={inner}></iframe><u>two</u>")
    body = f"<iframe src={outer}></iframe><iframe srcdoc='<s>written</s>'></iframe>"
    found = read(body, I="iframe iframe i", U="iframe u", S="s", B="b")

    assert found == [{"I": "deep", "U": ["one", "two"], "S": "written"}]


def test_frames_come_in_the_order_of_their_elements(read: Read, frame: Callable[..., str]) -> None:
    """Each record of a frame stands where the frame does."""
    rows = "".join(f"<li>{name}</li>" for name in "bc")
    found = read(f"<li>a</li><iframe src={frame(rows)}></iframe><li>d</li>", parent="li", L=".")

    assert [record["L"] for record in found] == ["a", "b", "c", "d"]


def test_addresses_in_a_frame_are_relative_to_it(read: Read, frame: Callable[..., str]) -> None:
    """A link leads where it leads a visitor."""
    src = frame("<a href=sub/one?x=1&amp;y>l</a><img src=/p.gif srcset='/s.gif 1x'>", other=True)
    found = read(f"<iframe src={src}></iframe>", A="xpath:.//a/@href", S="xpath:.//img/@srcset")
    site = src.rpartition("/")[0]

    assert found == [{"A": f"{site}/sub/one?x=1&y", "S": f"{site}/s.gif 1x"}]


def test_a_frame_that_could_not_be_loaded_holds_nothing(read: Read, canary: Canary) -> None:
    """What the browser says of it is no part of the page."""
    found = read(
        f"<p>out</p><iframe src=http://127.0.0.2:{canary.port}/></iframe>", A="p, iframe *"
    )

    assert found == [{"A": "out"}]
    assert canary.sung == []


SHADOW = """<script>
const open = (host, html) => { host.attachShadow({mode: "open"}).innerHTML = html; };
const $ = (css) => document.querySelector(css);
CODE
</script>"""


def test_selectors_see_into_open_shadow_roots(read: Read) -> None:
    """In each other, too; a closed root stays closed."""
    code = """
    open($("x-a"), "<x-b></x-b><b>open</b>");
    open($("x-a").shadowRoot.querySelector("x-b"), "<i>inner</i>");
    $("x-c").attachShadow({mode: "closed"}).innerHTML = "<b>closed</b>";
    """
    body = "<x-a></x-a><x-c></x-c>" + SHADOW.replace("CODE", code)

    assert read(body, B="x-a > b", I="x-a x-b i", C="x-c b") == [{"B": "open", "I": "inner"}]


def test_what_a_slot_shows_stands_in_it(read: Read) -> None:
    """A block of the shadow tree holds the host's own children where a visitor sees them."""
    card = "<div class=card><h2><slot name=title>none</slot></h2><slot></slot></div>"
    code = f"document.querySelectorAll('x-c').forEach((host) => open(host, '{card}'))"
    hosts = "<x-c><b slot=title>one</b><i>first</i></x-c><x-c><i>second</i></x-c>"
    found = read(hosts + SHADOW.replace("CODE", code), parent=".card", H="h2", I="i", B="b")

    assert found == [{"H": "one", "I": "first", "B": "one"}, {"H": "none", "I": "second"}]


def test_a_shadow_root_in_a_frame_is_seen(read: Read, frame: Callable[..., str]) -> None:
    """And a frame in a shadow root."""
    inner = frame("<i>in a root</i>")
    src = frame("<x-f></x-f>" + SHADOW.replace("CODE", "open($('x-f'), '<b>in a frame</b>')"))
    code = f"open($('x-a'), '<iframe src={inner}></iframe>')"
    found = read(
        f"<iframe src={src}></iframe><x-a></x-a>" + SHADOW.replace("CODE", code),
        B="iframe x-f b",
        I="x-a iframe i",
    )
    assert found == [{"B": "in a frame", "I": "in a root"}]


def test_without_it_a_page_is_what_it_was(read: Read, frame: Callable[..., str]) -> None:
    """Neither frames nor roots have anything to show."""
    body = f"<iframe src={frame('<b>in</b>')}></iframe><x-a></x-a><p>out</p>"
    body += SHADOW.replace("CODE", "open($('x-a'), '<b>open</b>')")

    assert read(body, pierce=False, B="b", P="p") == [{"P": "out"}]


def test_nothing_of_a_page_is_lost_or_changed(fetch: Fetch, dynamic_site: DynamicSite) -> None:
    """What is written with pierce is what the browser writes itself, where there is no frame."""
    body = """<!doctype html><html lang=en class="a b"><head><title>&amp; &lt;t&gt;</title>
    <style>a > b { }</style></head><body data-x='"&amp;&nbsp;<'><!-- c > d --><p>a &lt; b&nbsp;c
    <br><img alt="<>"><svg viewBox="0 0 1 1"><use xlink:href="#u"/><foreignObject><p>f</p>
    </foreignObject></svg><math><mi>x</mi></math><template><b>t</b></template><noscript><b>n</b>
    </noscript><textarea>
    <x></textarea><pre>

    p</pre><table><tr><td>1</table><script>if (1 < 2 && 3) { document.body.append("<x>", "\u00a0") }
    </script><xmp><b></xmp><select><option>o</select>&copy; 😀</body></html>"""
    dynamic_site.extra["/all"] = (200, HTML, body.encode())
    plain, pierced = fetch("/all").response, fetch("/all", pierce=True).response

    assert plain is not None
    assert pierced is not None
    assert pierced.body.decode() == plain.body.decode()
