"""Pages of the test site that answer at once: statuses, redirects, codings, charsets, cookies."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from functools import lru_cache
from html import escape

import brotli
import zstandard

from tests.site.wire import Reply, SiteRequest

TEXT = "<!doctype html><title>Größe</title><p class=text>" + "Die Größe zählt. " * 200 + "</p>"
PASSWORD = "open sesame"


def _deflate(body: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(body) + engine.flush()


CODERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "members": ("gzip", lambda body: gzip.compress(body[:99]) + gzip.compress(body[99:])),
    "zlib": ("deflate", zlib.compress),
    "deflate": ("deflate", _deflate),
    "br": ("br", lambda body: brotli.compress(body, quality=5)),
    "zstd": ("zstd", zstandard.compress),
    "twice": ("gzip, br", lambda body: brotli.compress(gzip.compress(body))),
    "liar": ("gzip", lambda body: body),
    "unknown": ("utf-8", lambda body: body),
}


def coding(request: SiteRequest) -> Reply:
    """``/coding/<name>``: the text in that content coding; ``?cut=`` leaves out the last bytes."""
    name, pack = CODERS[request.path.rpartition("/")[2]]
    packed = pack(TEXT.encode())
    body = packed[: len(packed) - int(request.number("cut", 0))]
    return Reply(body=body, headers=(("Content-Encoding", name),))


@lru_cache(8)
def _bomb(name: str, megabytes: int) -> bytes:
    return CODERS[name][1](bytes(megabytes << 20))


def bomb(request: SiteRequest) -> Reply:
    """``/bomb/<coding>?mb=64``: a small body that unfolds into many zeros."""
    name = request.path.rpartition("/")[2]
    body = _bomb(name, int(request.number("mb", 64)))
    return Reply(body=body, headers=(("Content-Encoding", CODERS[name][0]),))


def charset(request: SiteRequest) -> Reply:
    """``/charset/<name>?in=header|meta|none``: the text in that charset, declared there."""
    name = request.path.rpartition("/")[2]
    where = request.query.get("in", "header")
    meta = f'<meta charset="{name}">' if where == "meta" else ""
    kind = f"text/html; charset={name}" if where == "header" else "text/html"
    return Reply(body=(meta + TEXT).encode(name), content_type=kind)


def redirect(request: SiteRequest) -> Reply:
    """``/redirect/<n>``: n hops to /echo; ``/to?url=&status=``; ``/loop/a`` and ``/loop/b``."""
    status = int(request.number("status", 302))
    if request.path.startswith("/to"):
        target = request.query["url"]
    elif request.path.startswith("/loop/"):
        target = "/loop/b" if request.path.endswith("a") else "/loop/a"
    else:
        left = int(request.path.rpartition("/")[2])
        target = f"/redirect/{left - 1}" if left else "/echo"
    location = () if target == "-" else (("Location", target),)
    return Reply(status=status, body=b"<p>Moved.</p>", headers=location)


def refresh(request: SiteRequest) -> Reply:
    """``/refresh/<n>``: n pages that lead on by themselves, by turns with a header and a meta."""
    left = int(request.path.rpartition("/")[2])
    if not left:
        return Reply(body=b"<p class=text>there</p>")
    value = f"{left % 3}; url=/refresh/{left - 1}"
    if left % 2:
        return Reply(body=b"<p>wait</p>", headers=(("Refresh", value),))
    return Reply(body=f"<meta http-equiv=refresh content='{value}'><p>wait</p>".encode())


def cookies(request: SiteRequest) -> Reply:
    """``/cookies/set?name=value…`` sets them; ``/cookies/show`` tells what was sent, as JSON."""
    if request.path.endswith("/set"):
        fields = tuple(("Set-Cookie", f"{n}={v}; Path=/") for n, v in request.query.items())
        return Reply(body=b"<p>Set.</p>", headers=fields)
    return Reply(body=json.dumps(request.cookies).encode(), content_type="application/json")


def login(request: SiteRequest) -> Reply:
    """``/login``: a form; the right password in a POST gives the cookie that ``/private`` asks."""
    if request.path == "/private":
        known = request.cookies.get("session") == "known"
        return Reply(body=b"<p class=secret>42</p>") if known else Reply(status=403)
    if request.method == "POST" and request.form.get("password") == PASSWORD:
        fields = (("Set-Cookie", "session=known; Path=/; HttpOnly"), ("Location", "/private"))
        return Reply(status=303, headers=fields)
    return Reply(
        status=401 if request.method == "POST" else 200,
        body=b"<form method=post><input name=user><input name=password type=password></form>",
    )


def echo(request: SiteRequest) -> Reply:
    """``/echo``: what was asked, as JSON."""
    told = {
        "method": request.method,
        "target": request.target,
        "headers": request.headers,
        "body": request.body.decode("latin-1"),
    }
    return Reply(body=json.dumps(told).encode(), content_type="application/json")


def ring(request: SiteRequest) -> Reply:
    """``/ring/<i>?of=3``: pages whose 'next' links lead round and round."""
    number, size = int(request.path.rpartition("/")[2]), int(request.number("of", 3))
    following = f"/ring/{(number + 1) % size}?of={size}"
    text = f"<p class=text>{number}</p><a class=next href='{following}'>next</a>"
    return Reply(body=text.encode())


def huge(request: SiteRequest) -> Reply:
    """``/huge?bytes=``: a page of so many bytes; ``/empty``: one without any."""
    wanted = int(request.number("bytes", 20_000_000)) if request.path == "/huge" else 0
    return Reply(body=b"x" * wanted)


def headers(request: SiteRequest) -> Reply:
    """``/headers?count=&size=``: so many header fields of that size."""
    count, size = int(request.number("count", 1)), int(request.number("size", 10))
    return Reply(body=b"ok", headers=tuple((f"X-{n}", "v" * size) for n in range(count)))


def index(request: SiteRequest) -> Reply:
    """``/``: a list of what there is."""
    links = "".join(f"<li>{escape(prefix)}</li>" for prefix in ROUTES)
    return Reply(body=f"<h1>Test site of {escape(request.host)}</h1><ul>{links}</ul>".encode())


ROUTES: dict[str, Callable[[SiteRequest], Reply]] = {
    "/coding/": coding,
    "/bomb/": bomb,
    "/charset/": charset,
    "/refresh/": refresh,
    "/redirect/": redirect,
    "/to": redirect,
    "/loop/": redirect,
    "/cookies/": cookies,
    "/login": login,
    "/private": login,
    "/echo": echo,
    "/ring/": ring,
    "/huge": huge,
    "/empty": huge,
    "/headers": headers,
}
