"""The only place where the environment is read: once, into one frozen value."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TypeVar

from schemas.moments import MILLI


class SettingsError(ValueError):
    """An environment variable can't be used; the message names it and the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings with their defaults. Times are seconds, sizes bytes, prices thousandths."""

    database_url: str = "postgresql://gristmill@127.0.0.1:5432/gristmill"
    redis_url: str = "redis://127.0.0.1:6379/0"
    redis_ssl_cert_reqs: str = "required"
    web_connections: int = 8
    s3_endpoint: str = "http://127.0.0.1:9000"
    s3_public_endpoint: str = ""
    s3_access_key: str = field(default="", repr=False)
    s3_secret_key: str = field(default="", repr=False)
    s3_bucket: str = "gristmill"
    s3_region: str = "us-east-1"
    secret_key: str = field(default="", repr=False)
    allowed_networks: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    insecure_hosts: tuple[str, ...] = ()
    extra_ca_certs: str = ""
    proxies: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    serp_base_urls: Mapping[str, str] = field(default_factory=dict)
    base_price: int = 50
    chrome_price: int = 100
    signup_credits: int = 1000 * MILLI
    link_ttl: int = 3600
    max_webhooks: int = 100
    webhook_inline_limit: int = 262_144
    webhook_timeout: float = 15.0
    webhook_retry_schedule: tuple[float, ...] = (
        5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400,
    )  # fmt: skip
    host_concurrency: int = 8
    host_delay: float = 0.0
    respect_robots: bool = True
    fetch_threads: int = 16
    fetch_timeout: float = 30.0
    fetch_retries: int = 3
    fetch_backoff: float = 1.0
    max_response_bytes: int = 10_485_760
    extract_timeout: float = 10.0
    chrome_timeout: float = 60.0
    chrome_path: str = ""
    chrome_pages: int = 4
    max_pages: int = 100_000
    max_runtime: float = 86_400.0
    max_body_bytes: int = 1_048_576
    rate_limit: str = "100/second"
    single_timeout: float = 120.0
    slice_seconds: float = 20.0
    lease_seconds: float = 15.0
    worker_nice: int = 10
    idle_exit_seconds: float = 60.0
    keep_pages_days: float = 30.0
    keep_files_days: float = 90.0
    keep_logs_days: float = 90.0
    log_format: str = ""
    log_level: str = "info"
    crashpoint: str = ""
    metrics_token: str = field(default="", repr=False)
    user_agent: str = "Mozilla/5.0 (compatible; Gristmill/0.1)"
    robots_agent: str = "Gristmill"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramSettings:
    """What shapes the programs themselves: where they listen and how many of each there are."""

    port: int = 8000
    web_host: str = "0.0.0.0"  # noqa: S104 - a container's only way out
    web_bind: str = ""  # a supervisor may hold the socket: fd://7
    web_concurrency: int = 2
    web_threads: int = 8
    request_timeout: float = 30.0
    gristmill_workers: int = 0  # as many as there are processors
    gristmill_chrome_workers: int = 1
    gristmill_deliver_threads: int = 16

    @property
    def listen_at(self) -> str:
        """Where the web program listens, as gunicorn reads it: IPv6 in brackets, as in a URL."""
        host = self.web_host.removeprefix("[").removesuffix("]")
        return self.web_bind or (f"[{host}]" if ":" in host else host) + f":{self.port}"


def _number(name: str, text: str, kind: type[int | float]) -> int | float:
    try:
        value = kind(text)
    except ValueError as error:
        raise SettingsError(f"{name}={text!r} is no number") from error
    if value < 0 or value != value:  # noqa: PLR0124 - NaN is the one value unlike itself
        raise SettingsError(f"{name}={text!r} must be 0 or more")
    return value


def _credits(name: str, text: str) -> int:
    """Read an amount of credits as thousandths, exactly."""
    try:
        amount = Decimal(text) * MILLI
    except InvalidOperation as error:
        raise SettingsError(f"{name}={text!r} is no number") from error
    if not amount.is_finite() or amount < 0 or amount != int(amount):
        raise SettingsError(f"{name}={text!r} must be 0 or more, with at most three decimals")
    return int(amount)


_PROXIES = 'PROXIES must be JSON like {"us": ["http://user:pass@host:3128"]}'


def _proxies(text: str) -> dict[str, tuple[str, ...]]:
    try:
        table = json.loads(text)
        listed = all(isinstance(urls, list) for urls in table.values())
    except (ValueError, AttributeError) as error:
        raise SettingsError(_PROXIES) from error
    if not listed:  # a text would be taken letter by letter
        raise SettingsError(_PROXIES)
    return {str(country).lower(): tuple(map(str, urls)) for country, urls in table.items()}


def _pairs(name: str, text: str) -> dict[str, str]:
    pairs = [item.partition("=") for item in text.split(",") if item.strip()]
    if not all(mark and value for _, mark, value in pairs):
        raise SettingsError(f"{name} must read engine=http://host:port,engine=…")
    return {key.strip(): value.strip().rstrip("/") for key, _, value in pairs}


def _list(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


def _flag(name: str, text: str) -> bool:
    if text.lower() not in _TRUE | _FALSE:
        raise SettingsError(f"{name}={text!r} must be true or false")
    return text.lower() in _TRUE


PLATFORMS = ("DYNO", "RENDER", "RAILWAY_ENVIRONMENT_ID", "FLY_APP_NAME")
"""Variables that a platform sets for every program; on one, defaults are small."""
SMALL: Mapping[str, int] = {
    "web_connections": 4,
    "web_concurrency": 1,
    "gristmill_workers": 2,
    "gristmill_deliver_threads": 2,
}
S = TypeVar("S", Settings, ProgramSettings)
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
_READERS: Mapping[str, Callable[[str, str], object]] = {
    "base_price": _credits,
    "chrome_price": _credits,
    "signup_credits": _credits,
    "proxies": lambda _, text: _proxies(text),
    "serp_base_urls": _pairs,
    "webhook_retry_schedule": lambda name, text: tuple(
        float(_number(name, part, float)) for part in _list(text)
    ),
}
"""Variables that are read in their own way; the others by the type of their default."""


def _read(name: str, default: object, text: str) -> object:
    variable = name.upper()
    if name in _READERS:
        return _READERS[name](variable, text)
    if isinstance(default, tuple):
        return _list(text)
    if isinstance(default, bool):
        return _flag(variable, text)
    if isinstance(default, int | float):
        return _number(variable, text, type(default))
    return text


def load(environ: Mapping[str, str]) -> Settings:
    """Return the settings that ``environ`` gives; an unset or empty variable is its default."""
    chosen = _load(environ, Settings)
    url, wanted = chosen.redis_url, chosen.redis_ssl_cert_reqs
    if url.startswith("rediss:") and "ssl_cert_reqs=" not in url and wanted != "required":
        url += f"{'&' if '?' in url else '?'}ssl_cert_reqs={wanted}"
    return replace(chosen, redis_url=url)


def _load(environ: Mapping[str, str], kind: type[S]) -> S:
    defaults = _defaults(environ, kind)
    chosen = {
        field.name: _read(
            field.name, getattr(defaults, field.name), environ[field.name.upper()].strip()
        )
        for field in fields(kind)
        if environ.get(field.name.upper(), "").strip()
    }
    return replace(defaults, **chosen)  # type: ignore[arg-type]


def _defaults(environ: Mapping[str, str], kind: type[S]) -> S:
    """Return the defaults: smaller ones on a platform, whose plans allow few connections."""
    if not any(environ.get(name, "").strip() for name in PLATFORMS):
        return kind()
    own = {field.name for field in fields(kind)}
    small = {name: value for name, value in SMALL.items() if name in own}
    return replace(kind(), **small)  # type: ignore[arg-type]


@cache
def settings() -> Settings:
    """Return this program's settings, read at the first call."""
    return load(os.environ)


def program_settings() -> ProgramSettings:
    """Return what shapes this program."""
    return _load(os.environ, ProgramSettings)
