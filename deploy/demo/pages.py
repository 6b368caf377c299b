"""The HTML of the sample site: listing pages linked by 'next', and a page for each product."""

from __future__ import annotations

from html import escape

from deploy.demo.catalogue import PER_PAGE, CatalogueProduct

_STYLE = """
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#222;background:#f6f4f0}
header{background:#2f3b35;color:#fff;padding:1.2rem 2rem}header a{color:#fff;text-decoration:none}
main{max-width:70rem;margin:2rem auto;padding:0 1rem}h1{font-weight:600}
.grid{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr))}
.product{background:#fff;border-radius:.6rem;padding:1rem;box-shadow:0 1px 4px #0002}
.product h2{font-size:1rem;margin:.6rem 0 .2rem}.product a{color:#2f3b35}
.art{width:100%;height:8rem;border-radius:.4rem}
.price{font-weight:700}.stars{color:#8a6d1d}nav{margin:2rem 0;display:flex;gap:1rem}
dl{display:grid;grid-template-columns:8rem 1fr;gap:.3rem}dt{color:#666}dd{margin:0}
"""


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        '<header><a href="/">Millstream Goods</a></header>'
        f"<main>{body}</main></body></html>"
    )


def picture(product: CatalogueProduct) -> str:
    """Return the product's picture as SVG."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 120">'
        f'<rect width="200" height="120" fill="hsl({product.hue} 40% 82%)"/>'
        f'<circle cx="100" cy="62" r="36" fill="hsl({product.hue} 45% 45%)"/></svg>'
    )


def _card(product: CatalogueProduct) -> str:
    number = product.number
    return (
        f'<article class="product"><img class="art" src="/picture/{number}.svg" '
        f'alt="{escape(product.name)}">'
        f'<h2><a href="/product/{number}">{escape(product.name)}</a></h2>'
        f'<p class="maker">{escape(product.maker)}</p>'
        f'<p class="price"> {product.money} </p></article>'
    )


def listing(products: list[CatalogueProduct], page: int) -> str | None:
    """Return listing page ``page``, counted from 1; None where there is none."""
    last = -(-len(products) // PER_PAGE)
    if not 1 <= page <= last:
        return None
    shown = products[(page - 1) * PER_PAGE : page * PER_PAGE]
    back = f'<a class="previous" href="/page/{page - 1}">Previous</a>' if page > 1 else ""
    onward = f'<a class="next" href="/page/{page + 1}">Next</a>' if page < last else ""
    cards = "".join(map(_card, shown))
    return _page(
        f"Millstream Goods, page {page}",
        f'<h1>Catalogue</h1><p>Page {page} of {last}</p><div class="grid">{cards}</div>'
        f"<nav>{back}{onward}</nav>",
    )


def details(product: CatalogueProduct) -> str:
    """Return a product's own page."""
    stock = f"{product.stock} in stock" if product.stock else "Sold out"
    return _page(
        product.name,
        f'<article class="details"><h1>{escape(product.name)}</h1>'
        f'<img class="art" src="/picture/{product.number}.svg" alt="">'
        f'<p class="price">{product.money}</p><p class="text">{escape(product.text)}</p>'
        f'<dl><dt>Maker</dt><dd class="maker">{escape(product.maker)}</dd>'
        f'<dt>Size</dt><dd class="size">{escape(product.size)}</dd>'
        f'<dt>Rating</dt><dd class="stars">{product.rating / 10:.1f} of 5</dd>'
        f'<dt>Reviews</dt><dd class="reviews">{product.reviews} reviews</dd>'
        f'<dt>Stock</dt><dd class="stock">{stock}</dd></dl>'
        '<nav><a href="/">Back to the catalogue</a></nav></article>',
    )
