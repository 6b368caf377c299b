from dataclasses import replace

import pytest

from app.preflight import check
from workers.settings import Settings, SettingsError


@pytest.mark.parametrize(
    "name", ["GRISTMILL_WORKERS", "GRISTMILL_CHROME_WORKERS", "WEB_THREADS", "REQUEST_TIMEOUT"]
)
@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", "\u0663"])
def test_a_count_that_is_none_is_named(name: str, text: str) -> None:
    """Only a command line reads it: that program would be started again for ever."""
    with pytest.raises(SettingsError, match=name):
        check(Settings(), {name: text})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fetch_threads", 0),
        ("host_concurrency", 0),
        ("fetch_timeout", 0.0),
        ("link_ttl", 0),
        ("link_ttl", 604_801),
        ("rate_limit", "lots"),
        ("allowed_networks", ("everything",)),
        ("allowed_networks", ("127.0.0.1/32:0x50",)),
        ("database_url", "hush"),
        ("serp_base_urls", {"goggle": "http://127.0.0.1:9000"}),
        ("serp_base_urls", {"google": "127.0.0.1:9000"}),
        ("proxies", {"us": ("hush",)}),
        ("proxies", {"usa": ("http://hush:hush@127.0.0.1:3128",)}),
        ("log_format", "yaml"),
        ("log_level", "loud"),
    ],
)
def test_a_setting_that_nothing_could_work_with_is_named(name: str, value: object) -> None:
    """The message names the variable, and never holds a password."""
    with pytest.raises(SettingsError, match=name.upper()) as caught:
        check(replace(Settings(), **{name: value}), {})  # type: ignore[arg-type]

    assert "hush" not in str(caught.value)


def test_the_defaults_and_what_the_documents_show_are_good() -> None:
    """Blank variables count as unset."""
    networks = ("127.0.0.1/32:9000", "10.0.0.0/8", "[::1/128]:9000")

    check(Settings(allowed_networks=networks, rate_limit="5/minute"), {"WEB_THREADS": " "})
