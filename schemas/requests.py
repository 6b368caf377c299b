"""How pages are fetched, as a payload words it: ``request`` and what may stand beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, post_load, validates_schema

from schemas.actions import ActionField
from schemas.browser_cookies import BrowserCookiesField, sent_to
from schemas.faults import shown
from schemas.headers import CookiesField, HeadersField, PairsField
from schemas.numbers import Seconds, Whole
from schemas.plan import Request
from schemas.registry import FETCHERS
from schemas.strict import Many, StrictSchema
from schemas.values import Flag, PassedOver, Refused, Text, Url, Word

MOST_ACTIONS: Final = 100
LONGEST_WAIT: Final = 60  # seconds: the time that a page in Chrome has in all
LONGEST_TIMEOUT: Final = 60  # seconds: no exchange may outlive the job that it is part of
LONGEST_DELAY: Final = 3_600  # seconds between two requests to one host
MOST_RETRIES: Final = 20

BESIDE: Final = ("url", "type", "proxy", "waitDelay", "actions")
"""Members of a request that published examples write next to it."""

ONLY_AT_START: Final = frozenset({"url", "method", "form_data"})
"""What a details collection does not inherit: its pages are reached by links."""

PROXY: Final = re.compile(r"country-([a-z]{2}|any)")
"""A proxy as payloads name it, in lower case."""


class ProxyField(Text):
    """``country-xx`` or ``country-any`` in any letter case; an empty string is no proxy."""

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        text = super()._deserialize(value).strip().lower()
        if text and not PROXY.fullmatch(text):
            raise ValidationError(
                f"{shown(text)} is no proxy: write `country-` and two letters, as in "
                "`country-us`, or `country-any`."
            )
        return text


class BesideSchema(StrictSchema):
    """The members of a request that may also stand next to it, but for the URL."""

    fetcher = Word(
        FETCHERS.keys(),
        component="Fetcher",
        data_key="type",
        metadata={"description": "`base` (if absent), or `chrome` for pages that need a browser."},
    )
    proxy = ProxyField(
        metadata={"description": "`country-any`, or `country-` and two letters; empty: none."}
    )
    wait_delay = Seconds(
        0,
        LONGEST_WAIT,
        data_key="waitDelay",
        metadata={"description": "How long to wait once the page is quiet (Chrome)."},
    )
    actions = Many(
        ActionField(),
        most=MOST_ACTIONS,
        metadata={"description": "What to do in the page, in order (Chrome)."},
    )


class WishesSchema(BesideSchema):
    """What any request may carry; loads to the members that are there, by plan names."""

    headers = HeadersField()
    cookies = CookiesField()
    delay = Seconds(0, LONGEST_DELAY, metadata={"description": "Between two requests to one host."})
    images = Flag(metadata={"description": "Load images, fonts and media too (Chrome)."})
    ignore_robots = Flag(
        data_key="ignoreRobots", metadata={"description": "Do not ask the site's robots.txt."}
    )
    any_status = Flag(
        data_key="ignoreHTTPStatusErrCodes",
        metadata={"description": "Take an error page for a page."},
    )
    retries = Whole(
        0, MOST_RETRIES, metadata={"description": "How often a page is tried again that failed."}
    )
    timeout = Seconds(0.1, LONGEST_TIMEOUT, metadata={"description": "What one exchange may take."})


def _pierce() -> Flag:
    """Return a new field, for each schema of requests whose pages selectors look at."""
    text = "Let selectors see what frames and open shadow roots hold (Chrome)."
    return Flag(metadata={"description": text})


class RequestSchema(WishesSchema):
    """How pages are fetched; details inherit what they do not say otherwise."""

    pierce = _pierce()
    url = Url(metadata={"description": "The start page, http or https."})
    form_data = PairsField(
        data_key="formData", metadata={"description": "Sent as a form, with POST."}
    )
    initial_cookies = BrowserCookiesField(data_key="initialCookies")
    method = Word({"get": "GET", "post": "POST"}, component="Method")

    @validates_schema
    def _check_method(self, data: Mapping[str, Any], **_: object) -> None:
        if data.get("form_data") and data.get("method") == "GET":
            detail = "`formData` is sent with POST: remove this member, or the form data."
            raise ValidationError({"method": [detail]})

    @post_load
    def _freeze(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        if data.get("form_data"):
            data.setdefault("method", "POST")
        return data


class DetailsRequestSchema(WishesSchema):
    """How the pages of details are fetched, where it differs from the collection above."""

    pierce = _pierce()
    url = PassedOver()
    form_data = Refused(
        "Details pages are reached by links, without form data: remove this member.",
        data_key="formData",
    )
    initial_cookies = BrowserCookiesField(data_key="initialCookies")
    method = Word({"get": "GET"})

    @validates_schema
    def _check_cookies(self, data: Mapping[str, Any], **_: object) -> None:
        if data.get("initial_cookies"):
            detail = "These are the start page's, and details have them too: move them there."
            raise ValidationError({"initialCookies": [detail]})


def make_request(wishes: Mapping[str, Any], inherited: Request | None = None) -> Request:
    """Return the request of ``wishes`` (by plan names) over what a parent collection hands down."""
    handed: dict[str, Any] = {}
    if inherited is not None:
        names = set(Request.__dataclass_fields__) - ONLY_AT_START
        handed = {name: getattr(inherited, name) for name in names}
        wishes = {name: wish for name, wish in wishes.items() if name not in ONLY_AT_START}
    merged = {**handed, **wishes}
    merged["actions"] = tuple(merged["actions"]) if "actions" in merged else ()
    if brought := merged.pop("initial_cookies", None):
        named = sent_to(merged["url"], brought) | dict(merged.get("cookies", ()))
        merged["cookies"] = tuple(named.items())
    return Request(**merged)
