from __future__ import annotations

import pytest

from workers import errors
from workers.errors import BrowserUnavailable, FetchError
from workers.fetchers.base import FetchRequest
from workers.fetchers.chrome import cookies, faults
from workers.fetchers.chrome.controls import locator_text
from workers.fetchers.chrome.egress import http1
from workers.fetchers.chrome.find import find_browser
from workers.fetchers.chrome.intercept import Intercept
from workers.fetchers.chrome.traffic import Traffic

LINES = (
    "#HttpOnly_.example.com\tTRUE\t/a\tTRUE\t1999999999\tname\tvalue",
    "example.com\tFALSE\t/\tFALSE\t0\tsession\t",
)


@pytest.mark.parametrize("line", LINES)
def test_a_cookie_line_survives_the_browser(line: str) -> None:
    """Domain, path, flags and expiry are the same after in and out."""
    cookie = cookies.from_line(line)

    assert cookie is not None
    assert cookies.to_line(cookie) == line


@pytest.mark.parametrize("line", ["", "# Netscape HTTP Cookie File", "a\tb", "ALL"])
def test_what_is_no_cookie_is_left_out(line: str) -> None:
    """Comments, commands and rubbish give nothing."""
    assert cookies.from_lines([line]) == []


def test_a_cookie_header_is_taken_apart() -> None:
    """Values may hold equals signs; what is no pair is left out."""
    assert cookies.from_header("a=1; b=x=y; c; =d") == [("a", "1"), ("b", "x=y")]


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Page.goto: net::ERR_NAME_NOT_RESOLVED at http://x/", errors.DnsFailed),
        ("Page.goto: net::ERR_CERT_DATE_INVALID at https://x/", errors.TlsFailed),
        ("Page.goto: net::ERR_TOO_MANY_REDIRECTS at http://x/", errors.RedirectFault),
        ("Page.goto: net::ERR_CONNECTION_TIMED_OUT at http://x/", errors.FetchTimeout),
        ("Page.goto: net::ERR_CONNECTION_RESET at http://x/", errors.ConnectionFailed),
        ("Page.goto: net::ERR_NEVER_HEARD_OF at http://x/", errors.ConnectionFailed),
        ("Page.goto: Download is starting", errors.NotHtml),
        ("Target page, context or browser has been closed", errors.BrowserCrashed),
        ("something new", errors.BrowserCrashed),
    ],
)
def test_what_the_browser_says_has_an_error_of_ours(message: str, kind: type[FetchError]) -> None:
    """Every message gives a fetch error, known or not."""
    assert type(faults.translate(message)) is kind


def test_a_page_that_the_browser_breaks_off_is_tried_again() -> None:
    """A file that it does not save is one that will never come; a page may."""
    aborted = "Page.goto: net::ERR_ABORTED at http://site.test/"

    assert faults.translate(aborted, page=True).retry
    assert not faults.translate(aborted).retry


def test_the_gates_reason_counts_only_where_the_gate_failed() -> None:
    """A certificate's fault is not hidden by an older refusal of the same host."""
    refused = errors.AddressRefused()

    assert faults.translate("net::ERR_TUNNEL_CONNECTION_FAILED", refused) is refused
    assert isinstance(faults.translate("net::ERR_CERT_INVALID", refused), errors.TlsFailed)


def test_a_request_to_a_proxy_becomes_one_to_a_server() -> None:
    """Origin-form, without what was meant for the proxy, and for one exchange only."""
    head = http1.read_head(
        b"GET http://Example.com:8080/a?b HTTP/1.1\r\nHost: Example.com:8080\r\n"
        b"Proxy-Authorization: Basic eDp5\r\nProxy-Connection: keep-alive\r\nX: 1"
    )

    assert (head.host, head.port, head.body_length) == ("example.com", 8080, 0)
    assert http1.read_basic(head.field("proxy-authorization")) == ("x", "y")
    assert http1.request_bytes(head) == (
        b"GET /a?b HTTP/1.1\r\nHost: Example.com:8080\r\nX: 1\r\nConnection: close\r\n\r\n"
    )


def test_a_tunnel_names_host_and_port() -> None:
    """IPv6 addresses too."""
    head = http1.read_head(b"CONNECT [2001:db8::1]:443 HTTP/1.1")

    assert (head.method, head.host, head.port) == ("CONNECT", "2001:db8::1", 443)


@pytest.mark.parametrize(
    "line",
    ["GET / HTTP/1.1", "GET https://x/ HTTP/1.1", "CONNECT x HTTP/1.1", "CONNECT a@b:1 HTTP/1.1",
     "GET", "CONNECT b:99999 HTTP/1.1", "GET file:///etc/passwd HTTP/1.1"],
)  # fmt: skip
def test_what_a_browser_does_not_send_to_a_proxy_is_refused(line: str) -> None:
    """The egress proxy reads two forms of request and no other."""
    with pytest.raises(ValueError):  # noqa: PT011 - any of the parsers' own
        http1.read_head(line.encode())


def test_an_answer_ends_its_connection() -> None:
    """Whatever the server said of keeping it open; interim answers stay as they are."""
    status, head = http1.response_bytes(b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nA: b")

    assert (status, head) == (200, b"HTTP/1.1 200 OK\r\nA: b\r\nConnection: close\r\n\r\n")
    assert http1.response_bytes(b"HTTP/1.1 103 Early")[1] == b"HTTP/1.1 103 Early\r\n\r\n"


def test_a_chosen_browser_is_the_only_one_tried() -> None:
    """A wrong CHROME_PATH is an error, not a reason to look elsewhere."""
    with pytest.raises(BrowserUnavailable, match="CHROME_PATH"):
        find_browser("/no/such/browser", bundled="/bin/sh")


def test_the_bundled_browser_comes_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has none, Playwright's own serves; without either the cure is named."""
    monkeypatch.setenv("PATH", "/nowhere")

    assert find_browser(bundled="/bin/sh") == "/bin/sh"
    with pytest.raises(BrowserUnavailable, match="apt-get install"):
        find_browser()


def test_selectors_are_css_unless_they_say_xpath() -> None:
    """Playwright's own guesses about a selector never apply."""
    assert locator_text("text=x") == "css=text=x"
    assert locator_text("xpath://a") == "xpath=//a"


class Reports:
    """Writes down what a page's traffic reports."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def document_shown(self) -> None:
        """Write it down."""
        self.heard.append("shown")

    def document_too_long(self) -> None:
        """Write it down."""
        self.heard.append("over")

    def document_cut(self, error: str) -> None:
        """Write it down."""
        self.heard.append(error)


def make_traffic(budget: int = 100) -> tuple[Traffic, list[str], list[float]]:
    """Return a watcher, what it reported, and the time of its clock."""
    reports, now = Reports(), [0.0]
    return Traffic(budget, reports, lambda: now[0]), reports.heard, now


def navigate(traffic: Traffic, loader: str) -> None:
    """Have the main frame ask for a document, get its head, and show it."""
    request = {"requestId": loader, "type": "Document", "frameId": "f", "loaderId": loader}
    traffic.on_request({**request, "request": {"url": "http://x/"}})
    traffic.on_response({**request, "response": {"url": "http://x/", "status": 200}})
    traffic.on_navigated({"frame": {"id": "f", "loaderId": loader}})


def test_bytes_are_counted_anew_for_each_document() -> None:
    """A page that leads on is not too long for what came before."""
    traffic, heard, _ = make_traffic(100)
    for loader in "ab":
        navigate(traffic, loader)
        traffic.on_data({"dataLength": 90})

    assert heard == ["shown", "shown"]


@pytest.mark.parametrize("shown_first", [True, False])
def test_a_document_is_cut_when_its_own_request_fails(shown_first: bool) -> None:  # noqa: FBT001
    """Chromium says so before or after it shows the document; a frame's own is another matter."""
    traffic, heard, _ = make_traffic()
    failed = {"type": "Document", "errorText": "net::ERR_FAILED"}
    navigate(traffic, "a")
    traffic.on_failed({**failed, "requestId": "frame"})
    traffic.on_failed({**failed, "requestId": "b" if shown_first else "a"})
    if shown_first:
        navigate(traffic, "b")

    assert heard == ["shown"] * (2 if shown_first else 1) + ["net::ERR_FAILED"]


def test_a_load_that_was_given_up_is_no_cut() -> None:
    """Going to another page cancels what is still to come of this one."""
    traffic, heard, _ = make_traffic()
    navigate(traffic, "a")
    traffic.on_failed({"requestId": "a", "type": "Document", "canceled": True})

    assert heard == ["shown"]


def test_traffic_is_quiet_when_nothing_is_under_way() -> None:
    """A stream that never ends does not count, a script that runs does."""
    traffic, _, now = make_traffic()
    for number, kind in (("1", "Script"), ("2", "EventSource")):
        traffic.on_request({"requestId": number, "type": kind, "request": {"url": "http://x/"}})
    now[0] = 5.0

    assert traffic.quiet_for() == 0
    traffic.on_end({"requestId": "1"})
    now[0] = 7.0
    assert traffic.quiet_for() == 2.0
    assert traffic.had_data


def test_bytes_of_all_resources_count_against_one_budget() -> None:
    """The sum counts, decoded, and is reported once it is above."""
    traffic, over, _ = make_traffic(100)
    traffic.on_data({"dataLength": 60})
    traffic.on_data({"dataLength": 40})

    assert over == []
    traffic.on_data({"dataLength": 1})
    assert over == ["over"]


def test_the_document_shown_is_the_one_that_was_committed() -> None:
    """An answer that led to a download does not become the page's status."""
    traffic, _, _ = make_traffic()
    for loader, status in (("a", 200), ("b", 404)):
        request = {"requestId": loader, "type": "Document", "frameId": "f", "loaderId": loader}
        traffic.on_request({**request, "request": {"url": "http://x/"}})
        answer = {"url": "http://x/", "status": status, "headers": {"Set-Cookie": "a\nb"}}
        traffic.on_response({**request, "response": {**answer, "mimeType": "text/html"}})
        if loader == "a":
            traffic.on_navigated({"frame": {"loaderId": loader}})

    assert traffic.document is not None
    assert traffic.document.status == 200
    assert traffic.document.headers[:2] == (("set-cookie", "a"), ("set-cookie", "b"))
    assert traffic.answered is not None
    assert traffic.answered.status == 404


def test_a_redirect_to_another_host_loses_the_payloads_headers() -> None:
    """Method and form are the first hop's; the headers stay with the host."""
    request = FetchRequest(
        key=1, url="http://a.test/", form_data=(("x", "1"),), headers=(("X-Key", "secret"),)
    )
    intercept = Intercept(None, request, lambda _: None)  # type: ignore[arg-type]  # sends nothing
    hops = [
        intercept.change(
            {"networkId": "1", "request": {"url": url, "headers": {"X-Key": "secret"}}}
        )
        for url in ("http://a.test/", "http://a.test/2", "http://b.test/")
    ]
    sent = [{pair["name"] for pair in hop["headers"]} for hop in hops]

    assert hops[0]["method"] == "POST"
    assert "method" not in hops[1]
    assert ["X-Key" in names for names in sent] == [True, True, False]
