import pytest

from schemas.urls import check_url


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
        ("http://example.com/" + "a" * 8_000, "too long"),
    ],
)
def test_an_address_that_readers_see_differently_is_refused(url: str, word: str) -> None:
    """Each refusal is one sentence with its reason."""
    with pytest.raises(ValueError, match=word) as caught:
        check_url(url)

    assert str(caught.value).endswith(".")
