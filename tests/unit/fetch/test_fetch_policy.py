"""What a response means (redirects, verdicts, Retry-After), and which proxy is next."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers import errors
from workers.fetchers.base import Response
from workers.fetchers.proxies import NOT_CONFIGURED, ProxyPool
from workers.fetchers.redirects import headers_for_hop, method_after, redirect_target
from workers.fetchers.verdict import classify, retry_after


def response(status: int, url: str = "http://a.com/x/y?q#f", **headers: str) -> Response:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(url=url, status=status, headers=named, body=b"", milliseconds=1)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/z", "http://a.com/z#f"),
        ("z", "http://a.com/x/z#f"),
        ("?n=1", "http://a.com/x/y?n=1#f"),
        ("//b.com", "http://b.com/#f"),
        ("https://b.com/ü#g", "https://b.com/%C3%BC#g"),
        (" /blank ", "http://a.com/blank#f"),
        ("ftp://b.com/", "ftp://b.com/#f"),
        ("http://[bad", None),
        ("", None),
    ],
)
def test_a_redirect_leads_to_an_absolute_url(location: str, target: str | None) -> None:
    """Joined as browsers do; the fragment is inherited (RFC 9110, 10.2.2)."""
    for status in (301, 302, 303, 307, 308):
        assert redirect_target(response(status, location=location)) == target


@pytest.mark.parametrize("status", [200, 201, 300, 304, 305, 306, 404, 503])
def test_other_statuses_redirect_nowhere(status: int) -> None:
    """A Location there is information only."""
    assert redirect_target(response(status, location="/z")) is None


@pytest.mark.parametrize(
    ("status", "method", "after"),
    [
        (301, "POST", "GET"), (302, "post", "GET"), (303, "POST", "GET"), (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"), (301, "PUT", "PUT"), (307, "POST", "POST"), (308, "POST", "POST"),
        (302, "GET", "GET"),
    ],
)  # fmt: skip
def test_the_method_after_a_redirect(status: int, method: str, after: str) -> None:
    """As the Fetch standard says."""
    assert method_after(status, method) == after


HEADERS = (
    ("Authorization", "Bearer x"), ("X-Api-Key", "k"), ("X-Auth-Token", "t"), ("Cookie", "a=b"),
    ("Host", "h"), ("Accept-Language", "de"), ("User-Agent", "u"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("there", "same"),
    [
        ("http://a.com/other", True),
        ("http://A.com:80/", True),
        ("https://a.com/", True),
        ("http://b.com/", False),
        ("http://www.a.com/", False),
        ("http://a.com:8080/", False),
        ("http://a.com.evil.com/", False),
        ("http://[bad", False),
    ],
)
def test_credentials_stay_with_their_host(there: str, same: bool) -> None:  # noqa: FBT001 - a table
    """Cookies and what looks like a credential are dropped on the way to another host."""
    headers, cookies = headers_for_hop(HEADERS, (("a", "b"),), "http://a.com/start", there)

    assert cookies == ((("a", "b"),) if same else ())
    assert headers == (HEADERS if same else HEADERS[-2:])


def test_https_to_http_is_another_host() -> None:
    """Credentials sent over TLS never go out in the clear."""
    assert headers_for_hop(HEADERS, (), "https://a.com/", "http://a.com/")[0] == HEADERS[-2:]


@pytest.mark.parametrize("status", [200, 201, 203, 204, 205, 226])
def test_success_is_a_page(status: int) -> None:
    """2xx has no error; one without content is an empty page."""
    assert classify(response(status)) is None


@pytest.mark.parametrize("status", [408, 425, 429, 500, 501, 502, 503, 504, 520, 599])
def test_passing_statuses_are_server_faults(status: int) -> None:
    """They may be tried again, when the server says."""
    error = classify(response(status, retry_after="7"))

    assert isinstance(error, errors.ServerFault)
    assert (error.status, error.retry_after, error.retry) == (status, 7.0, True)


@pytest.mark.parametrize("status", [0, 101, 206, 300, 304, 400, 401, 403, 404, 410, 451, 600, 999])
def test_other_statuses_last(status: int) -> None:
    """An error page is never data, and asking again would not help."""
    error = classify(response(status))

    assert isinstance(error, errors.HttpError)
    assert (error.status, error.retry) == (status, False)


def test_a_redirect_without_target_is_a_fault() -> None:
    """A 302 without a readable Location leads nowhere."""
    assert isinstance(classify(response(302)), errors.RedirectFault)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0), (" 0 ", 0.0), ("Tue, 24 Nov 2026 12:00:30 GMT", 30.0),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0.0), ("Tuesday, 24-Nov-26 12:01:00 GMT", 60.0),
        ("-5", None), ("soon", None), ("", None), ("1.5", None), ("٣", None),
        ("9" * 5000, 999_999_999_999.0), ("Tue, 99 Nov 2026 12:00:30 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    """A date counts from the response's own Date; nonsense counts as absent."""
    asked = response(503, retry_after=text, date="Tue, 24 Nov 2026 12:00:00 GMT")

    assert retry_after(asked) == seconds


def test_a_retry_date_without_a_date_header_counts_from_now() -> None:
    """The caller's clock serves where the server told no time."""
    now = datetime(2026, 11, 24, 11, 59, tzinfo=UTC)

    assert retry_after(response(503, retry_after="Tue, 24 Nov 2026 12:00:00 GMT"), now=now) == 60


@given(st.text(max_size=40))
def test_any_retry_after_gives_a_number_or_none(text: str) -> None:
    """Header garbage raises nothing."""
    found = retry_after(response(429, retry_after=text))

    assert found is None or found >= 0


TABLE = {"us": ("http://u:p@one:1", "http://u:p@two:2"), "DE": ("socks5://three:3",)}


class PolicyClock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_proxies_take_turns() -> None:
    """Each request of a wish gets the next one; any country has them all."""
    pool = ProxyPool(TABLE)

    assert [pool.choose("country-us", "h") for _ in range(3)] == [*TABLE["us"], TABLE["us"][0]]
    assert {pool.choose("country-any", "h") for _ in range(3)} == {*TABLE["us"], *TABLE["DE"]}
    assert pool.choose("Country-DE", "h") == "socks5://three:3"


def test_no_wish_is_direct_and_a_missing_country_is_not() -> None:
    """Direct without a wish, or for any country where there are no proxies at all."""
    assert ProxyPool(TABLE).choose("", "h") == ""
    assert ProxyPool({}).choose("country-any", "h") == ""
    assert ProxyPool(TABLE).choose("country-fr", "h") == NOT_CONFIGURED + "fr"


def test_a_failed_proxy_rests_for_that_host_alone_and_longer_each_time() -> None:
    """One minute, two, four; other hosts still use it."""
    clock = PolicyClock()
    pool = ProxyPool(TABLE, clock=clock)
    one, two = TABLE["us"]
    pool.failed(one, "h")
    now = {pool.choose("country-us", "h") for _ in range(4)}
    elsewhere = {pool.choose("country-us", "other") for _ in range(4)}
    clock.now = 61
    later = {pool.choose("country-us", "h") for _ in range(4)}
    pool.failed(one, "h")
    clock.now = 61 + 61
    again = {pool.choose("country-us", "h") for _ in range(4)}

    assert (now, elsewhere, later, again) == ({two}, {one, two}, {one, two}, {two})


def test_when_all_have_failed_the_longest_rested_is_tried() -> None:
    """A wish is never answered with nothing while there are proxies."""
    clock = PolicyClock()
    pool = ProxyPool(TABLE, clock=clock)
    one, two = TABLE["us"]
    pool.failed(two, "h")
    clock.now = 5
    pool.failed(one, "h")
    first = pool.choose("country-us", "h")
    pool.worked(one, "h")

    assert first == two
    assert pool.choose("country-us", "h") == one


def test_what_one_worker_found_out_the_others_know() -> None:
    """By labels that give no password away; what is no fault any more is forgotten."""
    clock = PolicyClock()
    here, there = (ProxyPool(TABLE, secret="key", clock=clock) for _ in range(2))
    one, two = TABLE["us"]
    fault = here.failed(one, "h")
    there.learn("h", [fault])
    passed_over = {there.choose("country-us", "h") for _ in range(4)}
    asked_again = there.is_stale("h")
    clock.now = 2
    stale = there.is_stale("h")
    there.learn("h", [])

    assert passed_over == {two}
    assert (asked_again, stale) == (False, True)
    assert {there.choose("country-us", "h") for _ in range(4)} == {one, two}
    assert fault[0] == here.worked(one, "h") != ProxyPool(TABLE, secret="x").failed(one, "h")[0]


@pytest.mark.parametrize(
    "url",
    ["http://x[::1]:1", "http://4294967296:1", "http://\u0663:1", "http://a\u200db:1", "http://:1",
     "http://0x7f.1:1", "http://h:0", "http://h:65536", "h:3128", "http:h", "socks5://[::1"],
)  # fmt: skip
def test_a_proxy_is_at_a_host_that_all_readers_agree_on(url: str) -> None:
    """libcurl, the browser's way out and we read its URL, each in our own way."""
    with pytest.raises(ValueError, match="number 1 of 'us' is no proxy URL"):
        ProxyPool({"us": (url,)})


@pytest.mark.parametrize(
    "url",
    ["http://u:p@ss@proxy.test:3128", "socks5h://[::1]:1080", "https://127.0.0.1:1", "http://h"],
)
def test_a_proxy_may_have_a_user_and_any_port(url: str) -> None:
    """Ports that no page is fetched from are common among proxies."""
    assert ProxyPool({"us": (url,)}).choose("country-us", "h") == url


def test_a_pool_shows_no_credentials() -> None:
    """Neither its repr nor the error of a bad URL holds a password."""
    with pytest.raises(ValueError, match="PROXIES") as caught:
        ProxyPool({"us": ("gopher://me:secret@h",)})

    assert "secret" not in str(caught.value)
    assert repr(ProxyPool(TABLE)) == "ProxyPool(us: 2, de: 1)"
