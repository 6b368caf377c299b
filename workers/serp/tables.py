"""Countries and languages as each engine writes them; codes come as ISO 3166-1 and BCP 47.

Baidu knows neither. A code that is not in a table is passed on as it is, where the engine takes
ISO codes, and left out where it has a closed list of its own.
"""

from __future__ import annotations

from typing import Final

_GOOGLE_HL: Final = {
    "zh": "zh-CN", "zh-hans": "zh-CN", "zh-hant": "zh-TW", "zh-hk": "zh-HK", "he": "iw",
    "nb": "no", "nn": "no", "jv": "jw", "tl": "fil", "en-gb": "en-GB", "fr-ca": "fr-CA",
    "pt-br": "pt-BR", "pt-pt": "pt-PT", "es-419": "es-419", "zh-cn": "zh-CN", "zh-tw": "zh-TW",
    "sr-latn": "sr-Latn",
}  # fmt: skip
"""Interface languages of Google that are not the plain two letters, by lower-case BCP 47."""

_GOOGLE_LR: Final = frozenset({
    "af", "ar", "be", "bg", "ca", "cs", "da", "de", "el", "en", "eo", "es", "et", "fa", "fi",
    "fr", "hi", "hr", "hu", "hy", "id", "is", "it", "iw", "ja", "ko", "lt", "lv", "nl", "no",
    "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "sw", "th", "tl", "tr", "uk", "vi", "zh-CN",
    "zh-TW",
})  # fmt: skip
"""Languages that results can be restricted to."""

_GOOGLE_COM_CODES: Final = """
    af ag ar au bd bh bn bo br bz co cu cy do ec eg et fj gh gi gt hk jm kh kw lb ly mm mt mx my na
    ng ni np om pa pe pg ph pk pr py qa sa sb sg sl sv tj tr tw ua uy vc vn
    """
_GOOGLE_COM: Final = frozenset(_GOOGLE_COM_CODES.split())
_GOOGLE_CO_CODES: Final = "ao bw ck cr id il in jp ke kr ls ma mz nz th tz ug uk uz ve vi za zm zw"
_GOOGLE_CO: Final = frozenset(_GOOGLE_CO_CODES.split())
_GOOGLE_OWN_CODES: Final = """
    ad ae al am as at az ba be bf bg bi bj bs bt by ca cd cf cg ch ci cl cm cv cz de dj dk dm dz ee
    es fi fm fr ga ge gg gl gm gr gy hn hr ht hu ie im iq is it je jo kg ki kz la li lk lt lu lv md
    me mg mk ml mn mu mv mw ne nl no nr pl pn ps pt ro rs ru rw sc se sh si sk sm sn so sr st td tg
    tl tm tn to tt vg vu ws
    """
_GOOGLE_OWN: Final = frozenset(_GOOGLE_OWN_CODES.split())
"""Countries with an interface domain of Google's: ``com.xx``, ``co.xx``, ``xx``; else ``com``."""

_DUCKDUCKGO: Final = {
    "ar": "ar-es", "at": "at-de", "au": "au-en", "be": "be-nl be-fr", "bg": "bg-bg", "br": "br-pt",
    "ca": "ca-en ca-fr", "ch": "ch-de ch-fr ch-it", "cl": "cl-es", "cn": "cn-zh", "co": "co-es",
    "cz": "cz-cs", "de": "de-de", "dk": "dk-da", "ee": "ee-et", "es": "es-es es-ca", "fi": "fi-fi",
    "fr": "fr-fr", "gb": "uk-en", "gr": "gr-el", "hk": "hk-tzh", "hr": "hr-hr", "hu": "hu-hu",
    "id": "id-id id-en", "ie": "ie-en", "il": "il-he", "in": "in-en", "it": "it-it", "jp": "jp-jp",
    "kr": "kr-kr", "lt": "lt-lt", "lv": "lv-lv", "mx": "mx-es", "my": "my-ms my-en",
    "nl": "nl-nl", "no": "no-no", "nz": "nz-en", "pe": "pe-es", "ph": "ph-en ph-tl", "pl": "pl-pl",
    "pt": "pt-pt", "ro": "ro-ro", "ru": "ru-ru", "sa": "xa-ar", "se": "se-sv", "sg": "sg-en",
    "si": "sl-sl", "sk": "sk-sk", "th": "th-th", "tr": "tr-tr", "tw": "tw-tzh", "ua": "ua-uk",
    "uk": "uk-en", "us": "us-en us-es", "ve": "ve-es", "vn": "vn-vi", "za": "za-en",
}  # fmt: skip
"""Country → its regions at DuckDuckGo (``kl``), the usual one first."""

_DUCKDUCKGO_DEFAULT: Final = {
    "en": "us-en", "de": "de-de", "fr": "fr-fr", "es": "es-es", "it": "it-it", "pt": "pt-pt",
    "nl": "nl-nl", "pl": "pl-pl", "ru": "ru-ru", "ja": "jp-jp", "ko": "kr-kr", "zh": "cn-zh",
    "sv": "se-sv", "da": "dk-da", "fi": "fi-fi", "nb": "no-no", "no": "no-no", "cs": "cz-cs",
    "hu": "hu-hu", "el": "gr-el", "tr": "tr-tr", "uk": "ua-uk", "ro": "ro-ro", "ca": "es-ca",
    "ar": "xa-ar", "he": "il-he", "vi": "vn-vi", "th": "th-th", "id": "id-id", "bg": "bg-bg",
    "hr": "hr-hr", "sk": "sk-sk", "sl": "sl-sl", "et": "ee-et", "lv": "lv-lv", "lt": "lt-lt",
}  # fmt: skip
"""Language → the region that stands for it where no country is asked."""

_YANDEX_HOST: Final = {
    "ru": "yandex.ru", "by": "yandex.by", "kz": "yandex.kz", "uz": "yandex.uz",
    "tr": "yandex.com.tr",
}  # fmt: skip


def google_country(country: str) -> str:
    """Return ``gl``; Google calls Great Britain ``uk``."""
    return "uk" if country == "gb" else country


def google_host(country: str) -> str:
    """Return the host of Google's interface in a country."""
    own = google_country(country)
    prefix = "com." if own in _GOOGLE_COM else "co." if own in _GOOGLE_CO else ""
    known = prefix or own in _GOOGLE_OWN
    return f"www.google.{prefix}{own}" if known else "www.google.com"


def google_interface(language: str) -> str:
    """Return ``hl``: a language with a region only where Google has one."""
    return _GOOGLE_HL.get(language.lower()) or _GOOGLE_HL.get(_short(language), _short(language))


def google_restriction(language: str) -> str:
    """Return ``lr``, as in ``lang_de``; "" where results can't be restricted to the language."""
    full = google_interface(language)
    code = "tl" if full == "fil" else "zh-TW" if full == "zh-HK" else full
    known = next((name for name in (code, code.partition("-")[0]) if name in _GOOGLE_LR), "")
    return f"lang_{known}" if known else ""


def bing_language(language: str) -> str:
    """Return ``setLang``; Bing tells the two scripts of Chinese apart by name."""
    chinese = {"zh": "zh-hans", "zh-cn": "zh-hans", "zh-tw": "zh-hant", "zh-hk": "zh-hant"}
    return chinese.get(language.lower(), language.lower())


def duckduckgo_region(country: str, language: str) -> str:
    """Return ``kl``: the country's region in that language, or its usual one; "" for all."""
    regions = _DUCKDUCKGO.get(country, "").split()
    wanted = [region for region in regions if region.endswith(f"-{_short(language)}")]
    if country:
        return (wanted or regions or [""])[0]
    return _DUCKDUCKGO_DEFAULT.get(_short(language), "")


def yandex_host(country: str) -> str:
    """Return the host of Yandex in a country; the international one elsewhere."""
    return _YANDEX_HOST.get(country, "yandex.com")


def yandex_language(language: str) -> str:
    """Return ``lang``: two letters."""
    return _short(language)


def _short(language: str) -> str:
    return language.partition("-")[0].lower()
