"""Cookies as a browser's extension exports them: the vendor's ``initialCookies``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ada_url import URL
from marshmallow import ValidationError, post_load

from schemas.faults import shown
from schemas.headers import CookiesField
from schemas.json_schema import JsonSchema, Refer, about
from schemas.problem import Invalid
from schemas.strict import Many, Nested, StrictSchema
from schemas.strict_json import loads
from schemas.urls import authority_fault
from schemas.values import Flag, PassedOver, Text

MOST_COOKIES: Final = 100

_COOKIES: Final = CookiesField()


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserCookie:
    """A cookie and where a browser sends it; no ``domain``: to the page that is asked for."""

    name: str
    value: str
    domain: str = ""
    host_only: bool = False
    secure: bool = False

    def goes_to(self, url: str) -> bool:
        """Whether a browser would send it with a request for ``url``; paths are not looked at."""
        page = URL(url)
        host = str(page.hostname)
        below = not self.host_only and host.endswith("." + self.domain)
        return (not self.domain or host == self.domain or below) and (
            not self.secure or page.protocol == "https:"
        )


class _DomainField(Text):
    """A host as cookies name it, loaded as URLs spell it; a dot before it means nothing."""

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        domain = super()._deserialize(value).strip().removeprefix(".")
        if not domain:
            return ""
        if (":" in domain and domain[0] != "[") or authority_fault("http", domain):
            raise ValidationError(f"{shown(domain)} is no host: write it as in `.example.com`.")
        return str(URL(f"http://{domain}/").hostname)


class BrowserCookieSchema(StrictSchema):
    """A cookie as a browser's extension exports it."""

    name = Text(required=True)
    value = Text(load_default="")
    domain = _DomainField()
    host_only = Flag(data_key="hostOnly")
    secure = Flag()
    expires = PassedOver(data_key="expirationDate")
    http_only = PassedOver(data_key="httpOnly")
    id = PassedOver()
    path = PassedOver()
    same_site = PassedOver(data_key="sameSite")
    session = PassedOver()
    store = PassedOver(data_key="storeId")
    store_as_documented = PassedOver(data_key="storeID")

    @post_load
    def _freeze(self, data: Mapping[str, Any], **_: object) -> BrowserCookie:
        _COOKIES.deserialize({data["name"]: data["value"]})
        return BrowserCookie(**{name: data[name] for name in data.keys() & _LOOKED_AT})


_LOOKED_AT: Final = frozenset(BrowserCookie.__dataclass_fields__)


class BrowserCookiesField(Many[BrowserCookie]):
    """Cookies as a browser's extension exports them: a list, or its text; null is none."""

    def __init__(self, *, data_key: str) -> None:
        super().__init__(Nested(BrowserCookieSchema), most=MOST_COOKIES, data_key=data_key)
        self.allow_none = True

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return the list, or text."""
        text = {"type": "string", "description": "The list, pasted as text."}
        return {"anyOf": [super().json_schema(refer), text], "description": about(self)}

    def _deserialize(
        self,
        value: object,
        attr: str | None,
        data: Any,  # noqa: ANN401 - as marshmallow types it
        **options: object,
    ) -> list[BrowserCookie | None]:
        cookies = _pasted(value) if isinstance(value, str) else value
        return super()._deserialize(cookies, attr, data, **options)


def _pasted(text: str) -> object:
    try:
        return loads(text.encode("utf-8", "surrogatepass")) if text.strip() else []
    except Invalid as error:
        detail = "This text is no list of cookies: paste the whole list, brackets and all."
        raise ValidationError(detail) from error


def sent_to(url: str, cookies: Iterable[BrowserCookie]) -> dict[str, str]:
    """Return name → value of those ``cookies`` that a browser would send to ``url``."""
    return {cookie.name: cookie.value for cookie in cookies if cookie.goes_to(url)}
