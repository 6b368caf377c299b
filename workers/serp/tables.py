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

_GOOGLE_TLD: Final = {
    "ae": "ae", "ar": "com.ar", "at": "at", "au": "com.au", "be": "be", "bg": "bg", "bo": "com.bo",
    "br": "com.br", "by": "by", "ca": "ca", "ch": "ch", "cl": "cl", "co": "com.co", "cr": "co.cr",
    "cz": "cz", "de": "de", "dk": "dk", "do": "com.do", "dz": "dz", "ec": "com.ec", "ee": "ee",
    "eg": "com.eg", "es": "es", "fi": "fi", "fr": "fr", "gb": "co.uk", "ge": "ge", "gh": "com.gh",
    "gr": "gr", "gt": "com.gt", "hk": "com.hk", "hr": "hr", "hu": "hu", "id": "co.id", "ie": "ie",
    "il": "co.il", "in": "co.in", "iq": "iq", "is": "is", "it": "it", "jo": "jo", "jp": "co.jp",
    "ke": "co.ke", "kr": "co.kr", "kw": "com.kw", "kz": "kz", "lb": "com.lb", "lt": "lt",
    "lu": "lu", "lv": "lv", "ma": "co.ma", "mx": "com.mx", "my": "com.my", "ng": "com.ng",
    "nl": "nl", "no": "no", "nz": "co.nz", "om": "com.om", "pa": "com.pa", "pe": "com.pe",
    "ph": "com.ph", "pk": "com.pk", "pl": "pl", "pr": "com.pr", "pt": "pt", "py": "com.py",
    "qa": "com.qa", "ro": "ro", "rs": "rs", "ru": "ru", "sa": "com.sa", "se": "se",
    "sg": "com.sg", "si": "si", "sk": "sk", "sv": "com.sv", "th": "co.th", "tn": "tn",
    "tr": "com.tr", "tw": "com.tw", "ua": "com.ua", "uk": "co.uk", "uy": "com.uy",
    "ve": "co.ve", "vn": "com.vn", "za": "co.za",
}  # fmt: skip
"""Country → the domain of Google's interface there; elsewhere it is ``com``."""

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
    return f"www.google.{_GOOGLE_TLD.get(country, 'com')}"


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
