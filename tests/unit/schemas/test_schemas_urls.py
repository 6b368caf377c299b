from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.problem import Invalid
from schemas.urls import authority_of, check_url
from tests.unit.schemas import samples
from workers.extraction.urls import absolute, host_of, origin_of
from workers.net.guard import normal_url
from workers.task_input import load_draft


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/list",
        "HTTP://EXAMPLE.com",
        "http://127.0.0.1:9000/a?b=c#d",
        "http://[::1]:80/",
        "https://bücher.example/straße?q=ü",
        "https://example.com./",
        "https://example.com/a@b?c=http://x@y",
        "http://localhost:65535",
        "http://under_score.test/",
    ],
)
def test_an_absolute_web_address_is_taken_as_it_is(url: str) -> None:
    """Nothing is rewritten here: the fetcher serialises."""
    assert check_url(url) == url


def test_blanks_around_a_url_are_dropped() -> None:
    """As browsers do; inside they are a fault."""
    assert check_url(" \thttps://example.com/ \n") == "https://example.com/"


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("example.com", "http or https"),
        ("/list", "http or https"),
        ("//example.com/", "http or https"),
        ("ftp://example.com/", "http or https"),
        ("file:///etc/passwd", "http or https"),
        ("javascript:alert(1)", "http or https"),
        ("http://", "no host"),
        ("http:///list", "no host"),
        ("http:example.com", "no host"),
        ("https://./", "no host"),
        ("http://127.0.0.1\\@example.com/", "backslash"),
        ("http:\\\\example.com", "backslash"),
        ("http://user@example.com/", "user name"),
        ("http://user:pass@example.com/", "user name"),
        ("http://@example.com/", "user name"),
        ("http://example.com:80@127.0.0.1/", "user name"),
        ("http://exa mple.com/", "blank"),
        ("http://example.com/a\tb", "blank"),
        ("http://example.com/a\r\nHost: x", "blank"),
        ("http://example.com/\x00", "blank"),
        ("http://exam%70le.com/", "host name"),
        ("http://a|b/", "host name"),
        ("http://example.com:0/", "Port 0"),
        ("http://example.com:65536/", "no URL"),
        ("http://example.com:http/", "no URL"),
        ("http://[::1/", "no URL"),
        ("http://[nonsense]/", "no URL"),
        ("http://[fe80::1%25eth0]/", "host name"),
        ("http://x[::1]/", "no URL"),
        ("http://[::1]x/", "no URL"),
        ("http://4294967296/", "no URL"),
        ("http://256.1.1.1/", "no URL"),
        ("http://1.2.3.4.5/", "no URL"),
        ("http://mill.09/", "no URL"),
        ("http://\u0663.example.com/", "no URL"),
        ("http://example.com:\u0663\u0660/", "no URL"),
        ("http://exam\u200dple.com/", "no URL"),
        ("http://exam\u200cple.com/", "no URL"),
        ("http://\ufdfa.com/", "no URL"),
        ("http://\xad/", "no URL"),
        ("http://\u3002/", "no host"),
        ("http://0x7f.1/", "as 127.0.0.1"),
        ("http://2130706433/", "as 127.0.0.1"),
        ("http://\uff11\uff12\uff17.0.0.1/", "as 127.0.0.1"),
        ("http://example.com:25/", "Port 25"),
        ("http://example.com/" + "a" * 8_000, "too long"),
    ],
)
def test_an_address_that_readers_see_differently_is_refused(url: str, word: str) -> None:
    """Each refusal is one sentence with its reason."""
    with pytest.raises(ValueError, match=word) as caught:
        check_url(url)

    assert str(caught.value).endswith(".")


UNREADABLE = ["http://x[::1]/", "http://4294967296/", "http://mill.\u0663/", "http://a\u200db.com/"]


@pytest.mark.parametrize("url", UNREADABLE)
@pytest.mark.parametrize(
    ("pointer", "made"),
    [
        ("/url", lambda url: samples.without("request") | {"url": url}),
        ("/payload/request/url", lambda url: {"payload": samples.request(url=url)}),
        ("/request/url", lambda url: samples.chrome({"clickSelector": "a"}) | {
            "request": {"url": url, "type": "chrome", "actions": [{"clickSelector": "a"}]}}),
        ("/url", lambda url: {"capture": "content", "url": url}),
        ("/url", lambda url: {"capture": "pdf", "url": url}),
        ("/url", lambda url: {"capture": "screenshot", "url": url}),
        ("/webhook", lambda url: {"payload": samples.payload(), "webhook": url}),
        ("/export/0/endpoint", lambda url: {"payload": samples.payload(), "export": [{
            "type": "s3", "endpoint": url, "bucket": "b", "access_key": "k", "secret_key": "s"}]}),
        ("/request/initialCookies/0/domain", lambda url: samples.request(
            initialCookies=[{"name": "a", "domain": url.split("/")[2]}])),
    ],
)  # fmt: skip
def test_a_url_that_can_not_be_read_is_refused_wherever_it_comes_in(
    pointer: str, made: Any, url: str
) -> None:
    """With its place, when it is sent and not when it is used."""
    with pytest.raises(Invalid) as caught:
        load_draft(made(url), countries=None)

    assert pointer in [fault.pointer for fault in caught.value.faults]


_HOSTS = st.text(
    st.sampled_from("ab1.:[]x0-_%@\u0663\u200d\u200c\xad\uff11\u3002\u00fc\u2126\u1e9e/"),
    max_size=12,
)


@given(_HOSTS | st.text(st.characters(codec="utf-8"), max_size=20))
def test_what_is_taken_every_other_reader_can_read(rest: str) -> None:
    """The start page of a run, its host's pace, its robots.txt and the guard all ask for it."""
    try:
        url = check_url("http://" + rest)
    except ValueError:
        return
    start = absolute(url, "")

    assert start is not None
    assert normal_url(url) == normal_url(start)
    assert host_of(start)
    assert origin_of(start).startswith("http://")


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("HTTPS://H.test:8080/a?b", "h.test:8080"),
        ("http://x[::1]/", "x[::1]"),
        ("s3", ""),
        ("", ""),
    ],
)
def test_the_host_of_a_stored_url_is_told_whatever_it_is(url: str, authority: str) -> None:
    """The end of a process puts its webhook into the queue, and no URL may stop that."""
    assert authority_of(url) == authority
