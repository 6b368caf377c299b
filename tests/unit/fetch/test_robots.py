"""What a robots.txt says: whose group it is, what its rules match, and how long to wait."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.fetchers import robots

ROBOTS = b"""\xef\xbb\xbfUser-agent: *
Disallow: /private
Allow: /private/open
Disallow: /*.pdf$

User-Agent: OtherBot
Disallow: /

user-agent: gristmill # ours
user-agent: third
Disallow: /ours
"""


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        ("Somebody", "/", True), ("Somebody", "/private/x", False),
        ("Somebody", "/private/open", True),
        ("Somebody", "/a.pdf", False), ("Somebody", "/a.pdf?x", True), ("Somebody", "/ours", True),
        ("OtherBot", "/", False), ("Gristmill", "/ours", False), ("Gristmill", "/private", True),
        ("third", "/ours/x", False), ("OtherBot", "/robots.txt", True),
    ],
)  # fmt: skip
def test_the_most_specific_group_and_rule_decide(agent: str, path: str, *, allowed: bool) -> None:
    """RFC 9309, 2.2: an agent's own group alone counts; the longest match wins."""
    assert robots.parse(200, ROBOTS).allows("http://a.com" + path, agent) is allowed


def permits(text: str, path: str = "/x", agent: str = "Gristmill") -> bool:
    return robots.parse(200, text.encode()).allows(f"http://a.com{path}", agent)


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("Gristmill", True), ("GRISTMILL", True), ("Gristmill/0.1", True), ("gristmill 2", True),
        ("Gristmill;v1", True), ("gristmill*", True), ("Gristmill # us", True), ("*", True),
        ("* everybody", True), ("Grist", False), ("Gristmillbot", False), ("gristmill-news", False),
        ("gristmill_x", False), ("my Gristmill", False), ("*mill", False), ("/Gristmill", False),
        ("Mozilla/5.0 (compatible; Gristmill/0.1)", False), ("", False),
    ],
)  # fmt: skip
def test_a_group_is_ours_when_its_product_token_is(name: str, *, ours: bool) -> None:
    """RFC 9309, 2.2.1: letters, `_` and `-` from the start, compared whole, in any case."""
    assert permits(f"User-agent: {name}\nDisallow: /") is not ours


def test_the_name_that_is_looked_up_is_a_product_token_too() -> None:
    """ROBOTS_AGENT may hold a version; one without any letter finds the group for all alone."""
    text = "User-agent: mybot\nDisallow: /\n\nUser-agent: 99\nDisallow: /"

    assert not permits(text, agent="MyBot/3.1 (+http://me.test)")
    assert permits(text, agent="99")


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\nDisallow: /\n\nUser-agent: Gristmill/2\nAllow: /x",
        "User-agent: Gristmill/2\nAllow: /x\n\nUser-agent: *\nDisallow: /",
        "User-agent: Gristmill\nDisallow:\n\nUser-agent: *\nDisallow: /",
        "User-agent: *\nDisallow: /\nUser-agent: Gristmill",
        "Disallow: /\nUser-agent: Gristmill\nAllow: /",
    ],
)
def test_our_own_group_frees_us_from_that_for_all(text: str) -> None:
    """Wherever it stands, and also when it holds no rule; a rule before any name is nobody's."""
    assert permits(text)


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: a\nUser-agent: gristmill/1\nUser-agent: b\nDisallow: /x",
        "User-agent: gristmill\n\n\nDisallow: /x",
        "User-agent: gristmill\nSitemap: /s\nNoindex: /\nUser-agent: b\nDisallow: /x",
        "User-agent: gristmill\nAllow: /y\n\nUser-agent: *\n\nUser-agent: GristMill\nDisallow: /x",
        "User-agent: gristmill\r\rDisallow: /x\r",
        "user agent gristmill\ndisalow /x",
        "\ufeffUser-agent: gristmill\nDisallow: /x",
    ],
)  # fmt: skip
def test_names_and_rules_are_grouped_as_the_standard_says(text: str) -> None:
    """Several names over one group, groups of one name joined, others' records in between."""
    assert not permits(text)


@pytest.mark.parametrize("end", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_a_line_ends_where_the_standard_says(end: str) -> None:
    """And not at what Python takes for an end: the rule would be one for everything."""
    assert permits(f"User-agent: *\nDisallow: /x{end}y")
    assert not permits(f"User-agent: *\nDisallow: /x{end}y", f"/x{quote(end)}y")


def test_a_delay_ends_the_names_of_a_group() -> None:
    """It is a rule here, if not in RFC 9309: what follows is another group."""
    assert permits("User-agent: gristmill\nCrawl-delay: 1\nUser-agent: b\nDisallow: /")


@pytest.mark.parametrize(
    ("rule", "path", "allowed"),
    [
        ("/*?", "/x", True), ("/*?", "/x?a=1", False), ("/*?", "/x?", False), ("/x$", "/x", False),
        ("/x$", "/x1", True), ("/caf%c3%a9", "/caf%C3%A9", False), ("/café", "/caf%C3%A9", False),
        ("/a%2Fb", "/a/b", True), ("/~x", "/%7Ex", False), ("/x # y", "/x", False),
        ("x", "/x", True),
    ],
)  # fmt: skip
def test_rules_match_paths_as_the_standard_says(rule: str, path: str, *, allowed: bool) -> None:
    """RFC 9309, 2.2.2 and 2.2.3: wildcards, ends, percent-encoding, comments."""
    assert permits(f"User-agent: *\nDisallow: {rule}", path) is allowed


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 2", 2), ("User-agent: *\nDisallow: /a\ncrawl delay: .5", 0.5),
        ("User-agent: *\nCrawl-delay: 3600", 60), ("User-agent: *\nCrawl-delay: 1.5 # slowly", 1.5),
        ("User-agent: *\nCrawl-delay: 9\n\nUser-agent: Gristmill/1\nDisallow: /a", 0),
        ("User-agent: *\nCrawl-delay: 9\n\nUser-agent: Gristmill/1\nCrawl-delay: 4", 4),
        ("User-agent: other\nCrawl-delay: 9", 0), ("Crawl-delay: 9", 0),
        *((f"User-agent: *\nCrawl-delay: {x}", 0) for x in ("-1", "inf", "nan", "1e3", "x", "")),
        ("User-agent: *\nCrawl-delay: ٣", 0),
    ],
)  # fmt: skip
def test_a_sites_delay_is_that_of_our_group_and_a_minute_at_most(text: str, seconds: float) -> None:
    """What is no plain number is none."""
    assert robots.parse(200, text.encode()).delay("Gristmill") == seconds


@pytest.mark.parametrize("status", [301, 404, 503])
def test_without_rules_there_is_no_delay(status: int) -> None:
    """Whatever the status allows."""
    assert robots.parse(status, b"User-agent: *\nCrawl-delay: 5").delay("x") == 0


@pytest.mark.parametrize(
    ("status", "allowed"),
    [(200, False), (301, True), (400, True), (401, True), (403, True), (404, True), (410, True),
     (429, True), (500, False), (503, False), (599, False), (0, False)],
)  # fmt: skip
def test_the_status_of_robots_txt_decides(status: int, *, allowed: bool) -> None:
    """RFC 9309, 2.3.1: unavailable allows, unreachable forbids."""
    rules = robots.parse(status, b"User-agent: *\nDisallow: /")

    assert rules.allows("http://a.com/x", "Gristmill") is allowed


@pytest.mark.parametrize(
    ("origin", "url"),
    [
        ("http://a.com", "http://a.com/robots.txt"),
        ("https://a.com:8443/x?y#z", "https://a.com:8443/robots.txt"),
        ("http://[::1]:80/", "http://[::1]/robots.txt"),
    ],
)
def test_robots_txt_lies_at_the_root(origin: str, url: str) -> None:
    """RFC 9309, 2.3."""
    assert robots.robots_url(origin) == url


def test_only_the_first_half_megabyte_counts_and_no_rule_is_cut_in_two() -> None:
    """RFC 9309, 2.5: at least 500 KiB are read."""
    head = b"User-agent: *\nDisallow: /early\n"
    filler = b"#" * 99 + b"\n"
    body = head + filler * 5119 + b"Disallow: /" + b"later" * 30 + b"\nDisallow: /last\n"
    rules = robots.parse(200, body)

    assert len(head + filler * 5119) < robots.PARSED_BYTES < len(body)
    assert not rules.allows("http://a.com/early", "x")
    assert rules.allows("http://a.com/last", "x")
    assert rules.allows("http://a.com/later", "x")


@given(st.binary(max_size=300))
def test_any_body_gives_rules(body: bytes) -> None:
    """Binary garbage, an HTML error page, half a file: there is always an answer."""
    assert robots.parse(200, body).allows("http://a.com/x?y", "Gristmill") in (True, False)


@pytest.mark.parametrize(
    "body",
    [
        b"".join(b"User-agent: a%d\n" % n for n in range(20_000)) + b"Disallow: /x\n" * 15_000,
        b"User-agent: *\nDisallow: /" + b"*a" * 2000 + b"\n" + b"Disallow: /*a*a*a*b\n" * 9000,
        b"User-agent: *\n" + b"Disallow: /" + b"a" * 400_000,
        b"\x00" * 500_000,
        b"User-agent: *\nDisallow" + b" " * 4000 + b"\n" + (b"Allow:" + b" " * 4000 + b"x\n") * 120,
        b"User-agent: *\nUser-agent: Gristmill\n" + b"Disallow: /x\nCrawl-delay: 1\n" * 17_000,
    ],
)  # fmt: skip
def test_a_hostile_file_costs_bounded_time(body: bytes) -> None:
    """Many agents over many rules, many wildcards, endless lines."""
    began = time.process_time()
    robots.parse(200, body).allows("http://a.com/" + "a" * 2000, "Gristmill")

    assert time.process_time() - began < 3
