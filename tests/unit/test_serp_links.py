"""Redirect wrappers, stand-ins, and the codes that each engine has for a place and a language."""

import base64

import pytest

from schemas.plan import Serp
from workers.serp.baidu import Baidu
from workers.serp.bing import Bing
from workers.serp.duckduckgo import DuckDuckGo
from workers.serp.google import Google
from workers.serp.google_common import is_own
from workers.serp.links import follow, unwrap
from workers.serp.tables import (
    bing_language,
    duckduckgo_region,
    google_host,
    google_interface,
    google_restriction,
)
from workers.serp.visitor import accept_language
from workers.serp.yandex import Yandex

PAGE = "https://www.engine.example/search?q=x"
TARGET = "https://target.example/a?b=1&c=2"
QUOTED = "https://target.example/a%3Fb%3D1%26c%3D2"
CODE = base64.urlsafe_b64encode(TARGET.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "href",
    [
        f"/url?q={QUOTED}&sa=U",
        f"/url?sa=t&url={QUOTED}",
        f"https://www.bing.com/ck/a?!&&p=1&u=a1{CODE}&ntb=1",
        f"//duckduckgo.com/l/?uddg={QUOTED}&rut=1",
        f"  {TARGET}  ",
    ],
)
def test_a_wrapped_link_gives_its_target(href: str) -> None:
    """Google's, Bing's, DuckDuckGo's and none."""
    assert unwrap(PAGE, href) == TARGET


@pytest.mark.parametrize(
    "href", ["/ck/a?u=a1%%%", "/ck/a?u=zz", "/ck/a?u=a1_w", "/url?q=javascript:x", "/l/?uddg=x"]
)
def test_a_wrapper_that_cannot_be_undone_stays(href: str) -> None:
    """The engine's own link is better than none."""
    found = unwrap(PAGE, href)

    assert found is not None
    assert found.startswith("https://www.engine.example/")


@pytest.mark.parametrize("href", ["javascript:void(0)", "mailto:a@b.example", "http://["])
def test_what_leads_to_no_page_is_no_link(href: str) -> None:
    """Only http and https are fetched."""
    assert unwrap(PAGE, href) is None


def test_a_next_page_keeps_the_scheme_host_and_port_that_answered() -> None:
    """Also when the page names the engine's own host."""
    here = "http://127.0.0.1:9000/search?q=x"

    assert follow(here, "https://www.google.com/search?q=x&start=10") == f"{here}&start=10"
    assert follow(here, "?q=y&start=20") == "http://127.0.0.1:9000/search?q=y&start=20"
    assert follow(here, "http://[") is None


@pytest.mark.parametrize(
    ("target", "own"),
    [
        ("https://www.google.com/search?q=x&ludocid=1", True),
        ("https://maps.google.com/maps?q=x", True),
        ("https://www.googleadservices.com/pagead/aclk?sa=L", True),
        ("https://www.google.com/maps", False),
        ("https://www.google.com/search/howsearchworks/", False),
        ("https://policies.google.com/privacy?hl=en", False),
        ("https://google.example/search?q=x", True),
        ("https://blog.example/search?q=x", False),
    ],
)
def test_a_link_back_into_the_engine_is_no_result(target: str, *, own: bool) -> None:
    """But the engine's own pages may be results of a search for them."""
    assert is_own(target) is own


def test_a_country_and_a_language_are_written_as_google_writes_them() -> None:
    """``gl``, ``hl``, ``lr`` and the domain of the interface."""
    url = Google().first_url(Serp(engine="google", q="a b", country="gb", language="en"), None)

    assert url == "https://www.google.co.uk/search?q=a+b&hl=en&lr=lang_en&gl=uk"
    assert (google_host("us"), google_host("de")) == ("www.google.com", "www.google.de")
    assert [google_interface(code) for code in ("pt-BR", "zh", "de-AT", "he", "nb")] == [
        "pt-BR", "zh-CN", "de", "iw", "no",
    ]  # fmt: skip
    assert [google_restriction(code) for code in ("pt-BR", "zh-TW", "xx")] == [
        "lang_pt", "lang_zh-TW", "",
    ]  # fmt: skip


def test_a_country_and_a_language_are_written_as_the_others_write_them() -> None:
    """Bing's ``cc`` and ``setLang``, DuckDuckGo's ``kl``, Yandex' ``lang``, and Baidu's nothing."""
    bing = Serp(engine="bing", q="a", country="at", language="de-AT")
    yandex = Serp(engine="yandex", q="a", country="tr", language="tr")
    baidu = Serp(engine="baidu", q="a", country="cn", language="zh")

    assert Bing().first_url(bing, None).endswith("/search?q=a&cc=at&setLang=de-at")
    assert bing_language("zh-TW") == "zh-hant"
    assert Yandex().first_url(yandex, None) == "https://yandex.com.tr/search/?text=a&lang=tr"
    assert Baidu().first_url(baidu, None) == "https://www.baidu.com/s?wd=a&ie=utf-8"
    pairs = (("ch", "fr"), ("ch", "en"), ("", "sv"), ("", ""))
    assert [duckduckgo_region(*pair) for pair in pairs] == ["ch-fr", "ch-de", "se-sv", ""]


def test_duckduckgo_is_told_the_region_twice() -> None:
    """As a parameter and as a cookie; all regions need neither."""
    swiss = Serp(engine="duckduckgo", q="a", country="ch", language="fr")

    assert DuckDuckGo().cookies(swiss) == (("kl", "ch-fr"),)
    assert DuckDuckGo().first_url(swiss, None).endswith("/html/?q=a&kl=ch-fr")
    assert DuckDuckGo().cookies(Serp(engine="duckduckgo", q="a")) == ()


def test_the_accepted_languages_begin_with_the_one_asked_for() -> None:
    """English is the last resort, and the only one where none was asked."""
    german = Serp(engine="bing", q="a", country="at", language="de")

    assert accept_language(german) == "de-AT,de;q=0.9,en;q=0.5"
    assert accept_language(Serp(engine="bing", q="a")) == "en"
