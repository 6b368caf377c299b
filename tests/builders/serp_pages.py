"""Small results pages of every engine: the structure of real ones, in invented words."""

import base64
import json
from collections.abc import Callable

TITLES = ("Moss gardens for beginners", "The lantern repair handbook", "Quiet harbours & tides")
URLS = tuple(f"https://site{number}.example/page?a=1&b={number}" for number in (1, 2, 3))
ITEMS = tuple(zip(TITLES, URLS, strict=True))


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head><title>moss - Search</title>{head}</head><body>{body}"


def _amp(text: str) -> str:
    return text.replace("&", "&amp;")


def google(next_page: str = '<a id="pnnext" href="/search?q=moss&amp;start=10">Next</a>') -> str:
    boxes = "".join(
        f'<div class="g tF2Cxc"><div><a href="{_amp(url)}"><h3>{_amp(title)}</h3>'
        f"<cite>site.example \u203a page</cite></a></div>"
        f'<div class="VwiC3b"><span><span>3 May 2025</span> \u2014 </span>'
        f"<span>All about <em>moss</em>.</span></div></div>"
        for title, url in ITEMS
    )
    answer = (
        '<div class="related-question-pair" data-q="Is moss a plant?"><div class="g tF2Cxc">'
        '<a href="https://answers.example/"><h3>An answer</h3></a></div></div>'
    )
    ad = (
        '<div id="tads"><div data-text-ad="1"><a href="https://shop.example/">'
        '<div role="heading">Buy moss</div></a></div></div>'
    )
    more = '<div id="botstuff"><a href="/search?q=moss+colours">moss colours</a></div>'
    search = f'<div id="search"><div id="rso">{boxes}{answer}</div></div>'
    return page(f'{ad}<div id="topstuff"></div>{search}{more}{next_page}')


def google_basic() -> str:
    boxes = "".join(
        f'<div class="Gx5Zad"><div><a href="/url?q={_quoted(url)}&amp;sa=U"><h3>{_amp(title)}</h3>'
        f'<div class="UPmit">site.example</div></a></div><div><div class="s3v9rd">Words.</div>'
        "</div></div>"
        for title, url in ITEMS
    )
    pack = '<a href="/search?q=shop&amp;ludocid=1"><h3>A shop nearby</h3></a>'
    ahead = (
        '<a href="/search?q=moss&amp;start=10">&gt;</a><a href="/search?q=moss&amp;start=20">3</a>'
    )
    return page(f'<div id="main">{pack}{boxes}</div>{ahead}')


def google_empty() -> str:
    return page(
        '<div id="topstuff"><p>Your search did not match any documents.</p></div>'
        '<div id="search"></div><a href="https://support.google.com/help">Help</a>'
    )


def google_captcha() -> str:
    return page('<form id="captcha-form"><div id="recaptcha" class="g-recaptcha"></div></form>')


def google_consent() -> str:
    form = '<form action="https://consent.google.com/save"><input name="gl" value="DE"></form>'
    return page(form * 2)


def google_shell() -> str:
    retry = '<meta http-equiv="refresh" content="0;url=/httpservice/retry/enablejs?sei=x">'
    return page(f"<noscript>{retry}</noscript>")


def google_image() -> str:
    cells = "".join(
        f'<td><a href="/url?q={_quoted(url)}&amp;sa=U"><img src="https://encrypted-tbn0.example/'
        f'images?q=tbn:{number}"></a><font><br>{_amp(title)}<br>640 \u00d7 480 - 90&nbsp;KB<br>'
        '<font color="green">site.example</font></font></td>'
        for number, (title, url) in enumerate(ITEMS)
    )
    ahead = '<a href="/search?tbm=isch&amp;q=moss&amp;start=20">Next</a>'
    return page(f"<table><tr>{cells}</tr></table>{ahead}")


def google_image_meta() -> str:
    data = (
        {"ru": url, "pt": title, "ou": f"{url}.png", "tu": "https://t.example/1",
         "ow": 640, "oh": 480}
        for title, url in ITEMS
    )  # fmt: skip
    return page("".join(f'<div class="rg_meta">{_amp(json.dumps(entry))}</div>' for entry in data))


def google_news() -> str:
    stories = "".join(
        f'<div data-news-cluster-id="0"><a href="{_amp(url)}"><div><img src=""><span>The Gazette'
        f'</span></div><div role="heading" aria-level="3">{_amp(title)}</div><div>What happened.'
        "</div><div><span>2 days ago</span></div></a></div>"
        for title, url in ITEMS
    )
    ahead = '<a id="pnnext" href="/search?tbm=nws&amp;q=moss&amp;start=10">Next</a>'
    return page(f'<div id="search"><div id="rso">{stories}</div></div>{ahead}')


def google_news_site() -> str:
    stories = "".join(
        f'<article><a href="./read/X{number}" jslog="9; 5:{_logged(url)}; track:click"></a>'
        f'<a href="./read/X{number}">{_amp(title)}</a><div class="vr1PYe">The Gazette</div>'
        '<time datetime="2025-05-03T08:00:00Z">3 May</time></article>'
        for number, (title, url) in enumerate(ITEMS)
    )
    return page(f"<main>{stories}</main>")


def _logged(url: str) -> str:
    return base64.b64encode(json.dumps([None, None, url]).encode()).decode()


def google_shopping() -> str:
    cards = "".join(
        f'<g-inner-card><div class="gkQHve">{_amp(title)}</div><span class="lmQWe">$12.50</span>'
        f'<span class="WJMUdc">Moss Mart</span><a href="{_amp(url)}"></a>'
        '<span class="yi40Hd">4.5</span><span class="RDApEe">(1.2K)</span></g-inner-card>'
        for title, url in ITEMS
    )
    ahead = '<a id="pnnext" href="/search?tbm=shop&amp;q=moss&amp;start=60">Next</a>'
    return page(f'<div id="search"><div id="rso">{cards}</div></div>{ahead}')


def bing(*, wrapped: bool = True, inside: bool = False) -> str:
    boxes = "".join(_bing_box(title, url, wrapped=wrapped, inside=inside) for title, url in ITEMS)
    ad = '<li class="b_ad"><ul><li><h2><a href="/aclick?u=1">Buy moss</a></h2></li></ul></li>'
    card = (
        '<li class="b_ans"><ul><li class="b_algo"><h2><a href="https://card.example/">Card</a></h2>'
        '</li></ul><div class="df_qntext">Is moss a plant?</div></li>'
    )
    more = '<li class="b_ans"><div class="b_rs"><ul><li><a href="/search?q=x">moss x</a></li></ul>'
    ahead = '<li><a class="sb_pagN" href="/search?q=moss&amp;first=11">Next</a></li>'
    return page(f'<ol id="b_results">{ad}{boxes}{card}{ahead}{more}</div></li></ol>')


def _bing_box(title: str, url: str, *, wrapped: bool, inside: bool) -> str:
    code = base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
    href = _amp(f"https://www.bing.com/ck/a?p=1&u=a1{code}&ntb=1" if wrapped else url)
    head = f"<h2><a href='{href}'>{_amp(title)}</a></h2>"
    if inside:
        head = f"<a href='{href}'><h2>{_amp(title)}</h2></a>"
    return (
        f'<li class="b_algo">{head}<div class="b_caption"><cite>site.example</cite>'
        '<p><span class="news_dt">3 May 2025</span> \u00b7 All about moss.</p></div></li>'
    )


def duckduckgo() -> str:
    boxes = "".join(
        f'<div class="result results_links web-result"><h2><a class="result__a" '
        f'href="//duckduckgo.com/l/?uddg={_quoted(url)}&amp;rut=1">{_amp(title)}</a></h2>'
        '<a class="result__url">site.example</a><a class="result__snippet">All about moss.</a>'
        "</div>"
        for title, url in ITEMS
    )
    ad = (
        '<div class="result result--ad"><a class="result__a" href="https://duckduckgo.com/y.js?x=1">'
        "Buy moss</a></div>"
    )
    fields = {"q": "moss", "s": "10", "vqd": "4-1", "dc": "11"}
    inputs = "".join(f'<input type="hidden" name="{k}" value="{v}">' for k, v in fields.items())
    form = f'<form action="/html/" method="post"><input type="submit">{inputs}</form>'
    return page(f'<div id="links">{ad}{boxes}{form}</div>')


def duckduckgo_lite() -> str:
    rows = "".join(
        f'<tr><td>1.</td><td><a class="result-link" href="//duckduckgo.com/l/?uddg={_quoted(url)}">'
        f'{_amp(title)}</a></td></tr><tr><td class="result-snippet">All about moss.</td></tr>'
        '<tr><td><span class="link-text">site.example</span></td></tr>'
        for title, url in ITEMS
    )
    return page(f"<table>{rows}</table>")


def duckduckgo_app() -> str:
    boxes = "".join(
        f'<li data-layout="organic"><article data-testid="result"><h2><a href="{_amp(url)}">'
        f'{_amp(title)}</a></h2><div data-result="snippet">All about moss.</div></article></li>'
        for title, url in ITEMS
    )
    ad = '<article data-testid="ad"><h2><a href="https://shop.example/">Buy moss</a></h2></article>'
    return page(f"<ol>{ad}{boxes}</ol>")


def baidu() -> str:
    boxes = "".join(
        f'<div class="result c-container" mu="{_amp(url)}"><h3>'
        f'<a href="http://www.baidu.com/link?url=x{number}">{_amp(title)}</a></h3>'
        '<div class="summary-gap_0x1">All about moss.</div></div>'
        for number, (title, url) in enumerate(ITEMS)
    )
    ad = '<div><h3><a href="http://www.baidu.com/baidu.php?url=x">Buy moss</a></h3></div>'
    block = '<div class="result-op c-container"><h3><a href="/sf?x=1">Videos</a></h3></div>'
    more = '<div id="rs"><a href="/s?wd=x">moss x</a></div>'
    ahead = '<div id="page"><a class="n" href="/s?wd=moss&amp;pn=10">next</a></div>'
    return page(f'<div id="content_left">{ad}{boxes}{block}</div>{more}{ahead}')


def yandex() -> str:
    boxes = "".join(
        f'<li class="serp-item"><div class="Organic"><a href="{_amp(url)}">'
        f'<h2><div class="a11y-hidden">{number}</div>{_amp(title)}</h2></a><div class="Path">'
        'site.example</div><span class="OrganicTextContentSpan">All about moss.</span></div></li>'
        for number, (title, url) in enumerate(ITEMS)
    )
    ad = (
        '<li class="serp-item"><a href="https://yabs.yandex.ru/count/1"><h2>Buy moss</h2></a>'
        '<span class="AdvLabel">Ad</span></li>'
    )
    answer = '<li class="serp-item" data-fast-name="neuro_answer"><h2>An answer</h2></li>'
    videos = (
        '<li class="serp-item"><h2><a href="https://yandex.com/video/search?text=moss">Videos</a>'
        "</h2></li>"
    )
    ahead = '<a class="Pager-Item_type_next" href="/search/?text=moss&amp;p=1">next</a>'
    return page(f'<ul class="serp-list">{ad}{answer}{boxes}{videos}</ul>{ahead}')


def _quoted(url: str) -> str:
    return url.replace("?", "%3F").replace("&", "%26").replace("=", "%3D")


RESULTS: dict[str, tuple[Callable[[], str], ...]] = {
    "google": (google, google_basic),
    "google-image": (google_image, google_image_meta),
    "google-news": (google_news, google_news_site),
    "google-shopping": (google_shopping,),
    "bing": (bing, lambda: bing(wrapped=False), lambda: bing(inside=True)),
    "duckduckgo": (duckduckgo, duckduckgo_lite, duckduckgo_app),
    "baidu": (baidu,),
    "yandex": (yandex,),
}
"""Engine → its layouts, each with ``ITEMS`` as its results."""

EMPTY = {
    "google": google_empty(),
    "google-image": google_empty(),
    "google-news": google_empty(),
    "google-shopping": google_empty(),
    "bing": page('<ol id="b_results"><li class="b_no"><h1>Nothing</h1></li></ol>'),
    "duckduckgo": page('<div id="links"><div class="result--no-result">No results.</div></div>'),
    "baidu": page('<div class="content_none"><div class="nors">None</div></div>'),
    "yandex": page('<div class="EmptySearchResults">Nothing</div>'),
}

_GOOGLE_BLOCKS = {
    "captcha": google_captcha(),
    "consent": google_consent(),
    "js_required": google_shell(),
}
BLOCKS = {
    "google": _GOOGLE_BLOCKS,
    "google-image": _GOOGLE_BLOCKS,
    "google-news": _GOOGLE_BLOCKS,
    "google-shopping": _GOOGLE_BLOCKS,
    "bing": {
        "captcha": page('<div class="captcha"><div class="captcha_header">One step</div></div>')
    },
    "duckduckgo": {
        "captcha": page(
            '<form id="challenge-form"><div class="anomaly-modal__title">B</div></form>'
        ),
        "js_required": page(
            '<noscript><a href="/html?q=moss">Here</a></noscript><div id="r"></div>'
        ),
    },
    "baidu": {
        "captcha": page('<div class="passMod_dialog-wrapper">Turn the picture</div>'),
        "js_required": '<noscript><meta http-equiv="refresh" content="0;url=/"></noscript>',
    },
    "yandex": {"captcha": page('<form action="/checkcaptcha"><div class="CheckboxCaptcha">')},
}
"""Engine → kind of block → page."""
