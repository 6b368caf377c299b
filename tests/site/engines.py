"""Stand-ins for the search engines: results pages of invented words, paged as each engine pages.

A page after the first begins with the last result of the one before, as real ones do now and then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit

PER_PAGE = 4
CAPTCHA = '<form id="captcha-form" action="/sorry/index"></form>'
UNKNOWN = "<main><p>The quarterly newsletter of the engine.</p></main>"
SHELL = """<noscript><meta http-equiv="refresh" content="0;url=/httpservice/retry/enablejs?sei=x">
</noscript><script>addEventListener("load", () => document.body.innerHTML =
'<div id="search"><div id="rso"><div class="g"><a href="https://drawn.example/"><h3>Drawn</h3></a>'
+ '</div></div></div>')</script>"""
"""A page that draws its results; until then it only sends a visitor without scripts elsewhere."""

Item = tuple[str, str]
Query = dict[str, str]


def items(page: int) -> list[Item]:
    """Return title and URL of what the page shows, counted from 1; the first is an old one."""
    first = (page - 1) * (PER_PAGE - 1)
    return [
        (f"Moss {n}", f"https://site{n}.example/moss?a={n}") for n in range(first, first + PER_PAGE)
    ]


def every_item(pages: int) -> list[Item]:
    """Return what so many pages show, each once, in rank order."""
    return list(dict.fromkeys(item for n in range(1, pages + 1) for item in items(n)))


def _each(page: int, form: str) -> str:
    return "".join(form.format(title=title, url=url) for title, url in items(page))


def _google(page: int, ahead: str) -> str:
    box = (
        '<div class="g"><a href="{url}"><h3>{title}</h3></a><div class="VwiC3b">Words.</div></div>'
    )
    link = f'<a id="pnnext" href="/search?q=moss&amp;start={ahead}">Next</a>'
    return f'<div id="search"><div id="rso">{_each(page, box)}</div></div>{link}'


def _image(page: int, ahead: str) -> str:
    cell = (
        '<td><a href="/url?q={url}&amp;sa=U"><img src="https://encrypted-tbn0.example/{title}?q=tbn:1">'
        "</a><font><br>{title}<br>640 x 480 - 9 KB<br>site.example</font></td>"
    )
    link = f'<a href="/search?tbm=isch&amp;q=moss&amp;start={ahead}">Next</a>'
    return f"<table><tr>{_each(page, cell)}</tr></table>{link}"


def _news(page: int, ahead: str) -> str:
    story = (
        '<div><a href="{url}"><div><span>The Gazette</span></div>'
        '<div role="heading" aria-level="3">{title}</div>'
        "<div>What happened.</div><div>2 days ago</div></a></div>"
    )
    link = f'<a id="pnnext" href="/search?tbm=nws&amp;q=moss&amp;start={ahead}">Next</a>'
    return f'<div id="search"><div id="rso">{_each(page, story)}</div></div>{link}'


def _shopping(page: int, ahead: str) -> str:
    card = (
        '<g-inner-card><div class="gkQHve">{title}</div><span class="lmQWe">$12.50</span>'
        '<span class="WJMUdc">Moss Mart</span><a href="{url}"></a></g-inner-card>'
    )
    link = f'<a id="pnnext" href="/search?tbm=shop&amp;q=moss&amp;start={ahead}">Next</a>'
    return f'<div id="search"><div id="rso">{_each(page, card)}</div></div>{link}'


def _bing(page: int, ahead: str) -> str:
    box = '<li class="b_algo"><h2><a href="{url}">{title}</a></h2><p>Words.</p></li>'
    link = f'<li><a class="sb_pagN" href="/search?q=moss&amp;first={ahead}">Next</a></li>'
    return f'<ol id="b_results">{_each(page, box)}{link}</ol>'


def _duckduckgo(page: int, ahead: str) -> str:
    box = '<div class="web-result"><h2><a class="result__a" href="{url}">{title}</a></h2></div>'
    fields = {"q": "moss", "s": ahead, "vqd": "4-12"}
    inputs = "".join(f'<input type="hidden" name="{k}" value="{v}">' for k, v in fields.items())
    form = f'<form action="/html/" method="post">{inputs}</form>'
    return f'<div id="links">{_each(page, box)}{form}</div>'


def _baidu(page: int, ahead: str) -> str:
    box = (
        '<div class="result c-container" mu="{url}"><h3><a href="http://www.baidu.com/link?url=x">'
        "{title}</a></h3></div>"
    )
    link = f'<div id="page"><a class="n" href="/s?wd=moss&amp;pn={ahead}">next</a></div>'
    return f'<div id="content_left">{_each(page, box)}</div>{link}'


def _yandex(page: int, ahead: str) -> str:
    box = '<li class="serp-item"><a href="{url}"><h2>{title}</h2></a></li>'
    link = f'<a class="Pager-Item_type_next" href="/search/?text=moss&amp;p={ahead}">next</a>'
    return f"<ul>{_each(page, box)}</ul>{link}"


ENGINES: dict[str, tuple[Callable[[int, str], str], str, tuple[str, ...]]] = {
    "google": (_google, "start", ("", "10", "20", "30")),
    "google-image": (_image, "start", ("", "20", "40", "60")),
    "google-news": (_news, "start", ("", "10", "20", "30")),
    "google-shopping": (_shopping, "start", ("", "60", "120", "180")),
    "bing": (_bing, "first", ("", "11", "21", "31")),
    "duckduckgo": (_duckduckgo, "s", ("", "10", "25", "40")),
    "baidu": (_baidu, "pn", ("", "10", "20", "30")),
    "yandex": (_yandex, "p", ("", "1", "2", "3")),
}
"""Engine → its page, the parameter that pages, and that parameter's values page by page."""


class EngineServer:
    """A running engine. ``asked`` holds the parameters of each request, in order.

    ``answer`` may stand in for its pages: query → text, None for the usual page.
    """

    def __init__(self, engine: str, answer: Callable[[Query], str | None] | None = None) -> None:
        self.engine, self.answer = engine, answer
        self.asked: list[Query] = []
        self.headers: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def page(self, query: Query) -> str:
        """Return the text for a query."""
        given = self.answer(query) if self.answer else None
        if given is not None:
            return given
        make, name, offsets = ENGINES[self.engine]
        number = offsets.index(query.get(name, "")) + 1
        return make(number, offsets[min(number, len(offsets) - 1)])

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class EngineHandler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
                server.asked.append(query)
                server.headers.append({k.lower(): v for k, v in self.headers.items()})
                text = f"<!doctype html><html><body>{server.page(query)}</body></html>"
                body = text.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return EngineHandler
