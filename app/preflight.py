"""Looks at the settings before anything starts: a program that can't read one starts in vain."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Final

import psycopg2
from limits import parse_many
from psycopg2.extensions import parse_dsn

from app.cors import ORIGIN
from schemas.registry import SERP_ENGINES
from workers import broker
from workers.fetchers.proxies import ProxyPool
from workers.net.addresses import parse_networks
from workers.net.trust import authorities_fault, hosts_fault
from workers.settings import Settings, SettingsError

COUNTS: Final = (
    "GRISTMILL_WORKERS",
    "GRISTMILL_CHROME_WORKERS",
    "GRISTMILL_DELIVER_THREADS",
    "WEB_CONCURRENCY",
    "WEB_THREADS",
    "REQUEST_TIMEOUT",
)
"""What only the command lines of the Procfile and gunicorn read: whole numbers from 1."""

ABOVE_ZERO: Final = (
    "fetch_threads", "host_concurrency", "fetch_timeout", "chrome_timeout", "chrome_pages",
    "extract_timeout", "max_pages", "max_runtime", "max_body_bytes", "max_response_bytes",
    "single_timeout", "slice_seconds", "webhook_timeout", "link_ttl",
)  # fmt: skip
LONGEST_LINK: Final = 604_800  # seconds: S3 signs for seven days at most


def check(settings: Settings, environ: Mapping[str, str]) -> None:
    """Raise ``SettingsError``, which names the variable and the cure, for what can't be used."""
    for name in COUNTS:
        text = environ.get(name, "").strip()
        if text and not (text.isascii() and text.isdecimal() and int(text) > 0):
            raise SettingsError(f"{name}={text!r} must be a whole number, 1 or more")
    for name in ABOVE_ZERO:
        if getattr(settings, name) <= 0:
            raise SettingsError(f"{name.upper()}={getattr(settings, name)} must be above 0")
    if settings.link_ttl > LONGEST_LINK:
        raise SettingsError(
            f"LINK_TTL={settings.link_ttl} must be at most {LONGEST_LINK}: seven days"
        )
    check_rate(settings.rate_limit)
    _check_networks(settings)
    _check_callers(settings)
    _check_engines(settings)
    _check_proxies(settings)
    _check_log(settings)
    _check_database(settings.database_url)
    broker.read(settings.redis_url)


def check_rate(text: str) -> None:
    """Raise ``SettingsError`` unless ``text`` is a rate limit."""
    try:
        parse_many(text)
    except ValueError as error:
        raise SettingsError(f"RATE_LIMIT={text!r} must read like 100/second") from error


def _check_networks(settings: Settings) -> None:
    try:
        parse_networks(settings.allowed_networks)
    except ValueError as error:
        message = f"ALLOWED_NETWORKS must read like 10.0.0.0/8,127.0.0.1/32:9000: {error}"
        raise SettingsError(message) from error


def _check_callers(settings: Settings) -> None:
    for origin in settings.allowed_origins:
        if not ORIGIN.fullmatch(origin):
            message = (
                f"ALLOWED_ORIGINS: {origin!r} is no origin: write it as https://app.example.com"
            )
            raise SettingsError(message)
    if settings.extra_ca_certs and (fault := authorities_fault(settings.extra_ca_certs)):
        raise SettingsError(f"EXTRA_CA_CERTS={settings.extra_ca_certs!r} {fault}")
    if host := hosts_fault(settings.insecure_hosts):
        message = f"INSECURE_HOSTS: {host!r} is no host: write shop.example or *.example"
        raise SettingsError(message)
    for network in settings.trusted_proxies:
        try:
            ip_network(network)
        except ValueError as error:
            message = f"TRUSTED_PROXIES must read like 10.0.0.0/8,127.0.0.1: {error}"
            raise SettingsError(message) from error


def _check_engines(settings: Settings) -> None:
    for engine, base in settings.serp_base_urls.items():
        if engine not in SERP_ENGINES:
            known = ", ".join(SERP_ENGINES)
            raise SettingsError(f"SERP_BASE_URLS: {engine!r} is no engine: use one of {known}")
        if not re.match(r"https?://[^/?#]", base):
            message = f"SERP_BASE_URLS: {engine} must live at a URL like http://127.0.0.1:9000"
            raise SettingsError(message)


def _check_proxies(settings: Settings) -> None:
    for country in settings.proxies:
        if not re.fullmatch("[a-z]{2}", country):
            raise SettingsError(f"PROXIES: {country!r} is no country: use two letters, as in us")
    try:
        ProxyPool(settings.proxies)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _check_log(settings: Settings) -> None:
    if settings.log_format.lower() not in {"", "console", "json"}:
        raise SettingsError(f"LOG_FORMAT={settings.log_format!r} must be console or json")
    if settings.log_level.upper() not in logging.getLevelNamesMapping():
        raise SettingsError(
            f"LOG_LEVEL={settings.log_level!r} must be debug, info, warning or error"
        )


def _check_database(url: str) -> None:
    """The URL itself is not repeated: it holds the password."""
    try:
        parse_dsn(url)
    except psycopg2.ProgrammingError as error:
        raise SettingsError(
            "DATABASE_URL must read like postgresql://user:password@host:5432/name"
        ) from error
