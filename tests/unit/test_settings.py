import pytest

from workers.settings import Settings, SettingsError, load


def test_an_empty_environment_gives_the_published_defaults() -> None:
    """The defaults are those of the operating interface."""
    given = load({})

    assert given == Settings()
    assert (given.base_price, given.chrome_price) == (50, 100)
    assert given.signup_credits == 1_000_000
    assert given.webhook_retry_schedule[:3] == (5, 300, 1800)


def test_every_kind_of_variable_is_read_as_its_setting_is_typed() -> None:
    """Amounts are exact thousandths, lists are comma-separated, tables are JSON."""
    given = load(
        {
            "BASE_PRICE": "0.125",
            "ALLOWED_NETWORKS": "127.0.0.1/32:9000, 10.0.0.0/8",
            "PROXIES": '{"US": ["http://u:p@h:1"]}',
            "SERP_BASE_URLS": "google=http://127.0.0.1:9000/,bing=http://127.0.0.1:9001",
            "RESPECT_ROBOTS": "false",
            "FETCH_THREADS": "4",
            "HOST_DELAY": "0.5",
            "WEBHOOK_RETRY_SCHEDULE": "1,2.5",
            "LINK_TTL": " ",
        }
    )

    assert given.base_price == 125
    assert given.allowed_networks == ("127.0.0.1/32:9000", "10.0.0.0/8")
    assert given.proxies == {"us": ("http://u:p@h:1",)}
    assert given.serp_base_urls["google"] == "http://127.0.0.1:9000"
    assert given.respect_robots is False
    assert (given.fetch_threads, given.host_delay, given.link_ttl) == (4, 0.5, 3600)
    assert given.webhook_retry_schedule == (1.0, 2.5)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("BASE_PRICE", "0.0001"),
        ("BASE_PRICE", "-1"),
        ("BASE_PRICE", "free"),
        ("FETCH_THREADS", "many"),
        ("HOST_DELAY", "nan"),
        ("RESPECT_ROBOTS", "perhaps"),
        ("PROXIES", "[1]"),
        ("PROXIES", "{"),
        ("PROXIES", '{"us": "http://proxy.example:3128"}'),
        ("SERP_BASE_URLS", "google"),
    ],
)
def test_a_variable_that_can_not_be_used_is_named(name: str, text: str) -> None:
    """Whoever set it reads which one it was."""
    with pytest.raises(SettingsError, match=name):
        load({name: text})


def test_no_secret_shows_when_settings_are_printed() -> None:
    """A representation may end in a log."""
    given = load({"S3_SECRET_KEY": "hush", "SECRET_KEY": "hush", "PROXIES": '{"us": ["hush"]}'})

    assert "hush" not in repr(given)


@pytest.mark.parametrize("platform", ["DYNO", "RENDER", "RAILWAY_ENVIRONMENT_ID", "FLY_APP_NAME"])
def test_defaults_are_small_on_a_platform(platform: str) -> None:
    """Its plans allow few connections; what is set counts there as everywhere."""
    small, chosen = load({platform: "web.1"}), load({platform: "web.1", "WEB_CONNECTIONS": "5"})

    assert (Settings().web_connections, small.web_connections, chosen.web_connections) == (8, 4, 5)


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("rediss://h", "rediss://h?ssl_cert_reqs=none"),
        ("rediss://h?db=1", "rediss://h?db=1&ssl_cert_reqs=none"),
        ("rediss://h?ssl_cert_reqs=required", "rediss://h?ssl_cert_reqs=required"),
        ("redis://h", "redis://h"),
    ],
)
def test_what_is_verified_may_be_said_beside_an_address_that_a_platform_sets(
    url: str, read: str
) -> None:
    """Heroku's Redis shows a certificate of its own, and its address is not ours to change."""
    assert load({"REDIS_URL": url, "REDIS_SSL_CERT_REQS": "none"}).redis_url == read
