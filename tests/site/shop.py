"""The test site's catalogue: listing pages linked by 'next', and a details page an item."""

from __future__ import annotations

import gzip
from functools import lru_cache
from html import escape

from tests.site import truth
from tests.site.wire import Reply, SiteRequest

_FILLER = "<p class=filler>Lorem ipsum dolor sit amet, consectetur adipiscing elit.</p>\n"


def page(request: SiteRequest) -> Reply:
    """Answer ``/shop/<pages>x<items>/page/<n>`` and ``…/item/<n>``.

    ``?pad=`` adds so many bytes of filler. Gzip is used if the client takes it.
    """
    reply = _page(request.path, int(request.number("pad", 0)))
    if reply.status == 200 and "gzip" in request.headers.get("accept-encoding", ""):
        headers = (*reply.headers, ("Content-Encoding", "gzip"))
        return Reply(body=_packed(reply.body), headers=headers)
    return reply


@lru_cache(4096)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, 1, mtime=0)


@lru_cache(4096)
def _page(path: str, pad: int) -> Reply:
    parts = path.strip("/").split("/")
    shop = truth.parse_shop(parts[1]) if len(parts) == 4 else None
    if shop is None or not parts[3].isdigit():
        return Reply(status=404, body=b"<h1>No such page</h1>")
    number = int(parts[3])
    if parts[2] == "page" and 1 <= number <= shop.pages:
        return _reply(f"Page {number}", _listing(shop, number), pad)
    if parts[2] == "item" and 1 <= number <= shop.pages * shop.items:
        return _reply(truth.title(number), _item(number), pad)
    return Reply(status=404, body=b"<h1>No such page</h1>")


def _reply(heading: str, content: str, pad: int) -> Reply:
    filler = _FILLER * (pad // len(_FILLER))
    text = (
        f"<!doctype html><html><head><meta charset=utf-8><title>{escape(heading)}</title></head>"
        f"<body><h1>{escape(heading)}</h1>{content}{filler}</body></html>"
    )
    return Reply(body=text.encode())


def _listing(shop: truth.Shop, number: int) -> str:
    cards = "".join(
        f'<div class=card><h3><a href="{truth.item_path(shop, item)}">'
        f"{escape(truth.title(item))}</a></h3>"
        f"<span class=price>{truth.price(item)}</span></div>\n"
        for item in shop.on_page(number)
    )
    link = f'<a class=next href="{number + 1}">next</a>' if number < shop.pages else ""
    return f"<main>{cards}</main><nav>{link}</nav>"


def _item(number: int) -> str:
    marks = "".join(f"<li class=tag>{mark}</li>" for mark in truth.tags(number))
    return (
        f"<span class=sku>{truth.sku(number)}</span>"
        f"<p class=about>{escape(truth.description(number))}</p><ul>{marks}</ul>"
    )
