"""Every engine against pages whose marks have changed: names of classes, ids, data, wrappers."""

import re
from collections.abc import Callable
from hashlib import blake2b

import pytest

from tests.builders.serp_pages import EMPTY, ITEMS, RESULTS, page
from tests.builders.serp_reading import read

FIELD = '<form><input name="{}" value="moss"></form>'
FIELDS = {"yandex": "text", "baidu": "wd"}
LISTS = ("google", "bing", "duckduckgo", "baidu", "yandex")
LAYOUTS = [(name, make) for name in LISTS for make in RESULTS[name]]

every_list = pytest.mark.parametrize(
    ("engine", "make"), LAYOUTS, ids=[f"{name}-{i}" for i, (name, _) in enumerate(LAYOUTS)]
)


def hashed(match: re.Match[str]) -> str:
    names = (blake2b(name.encode(), digest_size=3).hexdigest() for name in match[2].split())
    return f'{match[1]}="{" ".join(f"x{name}" for name in names)}"'


def renamed(html: str, *attributes: str) -> str:
    """Return the page with every value of these attributes another one, the same for the same."""
    return re.sub(rf'({"|".join(attributes)})="([^"]*)"', hashed, html)


def asking(engine: str, html: str) -> str:
    """Return the page with the search field that every results page repeats its query in."""
    return html.replace("<body>", "<body>" + FIELD.format(FIELDS.get(engine, "q")))


@every_list
def test_results_are_found_below_new_names_of_classes(engine: str, make: Callable[[], str]) -> None:
    """They change monthly: a list of headings that lead out is a list of results."""
    found = read(engine, asking(engine, renamed(make(), "class")))

    assert [(entry["title"], entry["url"]) for entry in found.records] == list(ITEMS)


@every_list
def test_results_are_found_in_other_wrappers(engine: str, make: Callable[[], str]) -> None:
    """A heading between two elements that were not there before."""
    html = re.sub(r"(<h[23]>)", r"<div><section>\1", make())
    html = re.sub(r"(</h[23]>)", r"\1</section></div>", html)
    found = read(engine, html)

    assert [(entry["title"], entry["url"]) for entry in found.records] == list(ITEMS)


@pytest.mark.parametrize("engine", RESULTS)
@pytest.mark.parametrize(
    "attributes", [("class",), ("class", "id"), ("class", "id", "data-[a-z]+")]
)
def test_new_names_never_make_an_empty_success(engine: str, attributes: tuple[str, ...]) -> None:
    """Whatever is not found again is unrecognized, or wants a browser."""
    for make in RESULTS[engine]:
        found = read(engine, asking(engine, renamed(make(), *attributes)))

        assert found.verdict != "empty"


@pytest.mark.parametrize("engine", ["google", "bing", "duckduckgo", "baidu", "yandex"])
@pytest.mark.parametrize("word", ["Nichts gefunden", "لا توجد نتائج", "見つかりません"])
def test_no_results_are_told_without_a_word_of_their_language(engine: str, word: str) -> None:
    """The frame of results is there, and nothing in it leads out."""
    frames = {
        "google": '<div id="topstuff">{}</div><div id="search"></div>',
        "bing": '<ol id="b_results"><li><h1>{}</h1><a href="/search?q=x">x</a></li></ol>',
        "duckduckgo": '<form action="/html/"></form><div id="links"><p>{}</p></div>',
        "baidu": '<div id="content_left"><p>{}</p></div>',
        "yandex": '<div id="search-result"><p>{}</p></div>',
    }
    html = asking(engine, page(frames[engine].format(word)))

    assert read(engine, html).verdict == "empty"


@pytest.mark.parametrize("engine", EMPTY)
@pytest.mark.parametrize(
    "challenge",
    [
        '<script src="https://www.google.com/recaptcha/enterprise.js"></script>',
        '<iframe src="https://challenges.cloudflare.com/turnstile/v0/x"></iframe>',
        '<script src="https://js.hcaptcha.com/1/api.js"></script>',
    ],
)
@pytest.mark.parametrize("words", ["Ungewöhnlicher Datenverkehr", "بشر؟", "ロボットではありません"])
def test_a_challenge_is_a_block_in_every_language(engine: str, challenge: str, words: str) -> None:
    """Whoever's challenge it is, and whatever the notice says."""
    assert read(engine, page(f"<p>{words}</p>{challenge}")).verdict == "captcha"


@pytest.mark.parametrize("engine", ["bing", "baidu", "yandex"])
def test_a_place_of_results_that_waits_for_its_script_is_not_empty(engine: str) -> None:
    """No word in it says that nothing was found."""
    frames = {"bing": "b_results", "baidu": "content_left", "yandex": "search-result"}
    html = asking(engine, page(f'<div id="{frames[engine]}"></div>'))

    assert read(engine, html).verdict == "unrecognized"


@pytest.mark.parametrize("engine", ["google", "bing", "baidu", "yandex"])
def test_a_result_is_no_next_page_whatever_its_parameters(engine: str) -> None:
    """``?p=5`` is a common one of blogs."""
    query = "start=90&first=90&pn=90&p=90"
    html = RESULTS[engine][0]().replace("?a=1", f"?{query}&amp;a=1")
    html = re.sub(r'<a [^>]*(pnnext|sb_pagN|class="n"|Pager-Item)[^>]*>', "<a>", html)

    assert read(engine, html).next_url is None
