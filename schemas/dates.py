"""How a text is read as a date: in which languages, in which order, and where clocks show so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import ValidationError, post_load

from schemas.faults import shown
from schemas.plan import DateOptions
from schemas.strict import Many, StrictSchema
from schemas.values import Text, Word

MOST_LANGUAGES: Final = 20

LANGUAGES: Final = frozenset(
    """
    af agq ak am ar as asa ast az az-Cyrl az-Latn bas be bem bez bg bm bn bo br brx bs bs-Cyrl
    bs-Latn ca ce cgg chr ckb cs cy da dav de dje dsb dua dyo dz ebu ee el en eo es et eu ewo fa ff
    fi fil fo fr fur fy ga gd gl gsw gu guz gv ha haw he hi hr hsb hu hy id ig ii is it ja jgo jmc
    ka kab kam kde kea khq ki kk kl kln km kn ko kok ks ksb ksf ksh kw ky lag lb lg lkt ln lo lrc lt
    lu luo luy lv mas mer mfe mg mgh mgo mk ml mn mr ms mt mua my mzn naq nb nd ne nl nmg nn nnh nus
    nyn om or os pa pa-Arab pa-Guru pl ps pt qu rm rn ro rof ru rw rwk sah saq sbp se seh ses sg shi
    shi-Latn shi-Tfng si sk sl smn sn so sq sr sr-Cyrl sr-Latn sv sw ta te teo th ti tl to tr twq
    tzm ug uk ur uz uz-Arab uz-Cyrl uz-Latn vi vun wae xog yav yi yo yue zgh
    zh zh-Hans zh-Hant zu
    """.split()  # noqa: SIM905 - two hundred quoted codes read worse
)
"""What ``dateparser`` reads, as it names it (BCP 47)."""

_SPELT: Final = {name.lower(): name for name in LANGUAGES}


class DateLanguageField(Text):
    """The code of a language, in any letter case."""

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        code = super()._deserialize(value)
        name = _SPELT.get(code.strip().lower())
        if name is None:
            raise ValidationError(
                f"Dates are not read in the language {shown(code)}: write a code such as `sk`."
            )
        return name


class TimezoneField(Text):
    """A time zone by its name in the IANA database."""

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        name = super()._deserialize(value).strip()
        try:
            return ZoneInfo(name).key
        except (OSError, ValueError, ZoneInfoNotFoundError) as error:
            raise ValidationError(
                f"{shown(name)} is no time zone: write its IANA name, `Europe/Bratislava` or `UTC`."
            ) from error


class DateOptionsSchema(StrictSchema):
    """How the filter `date` reads a text; all of it may be left out."""

    languages = Many(
        DateLanguageField(least=1, most=20),
        most=MOST_LANGUAGES,
        least=1,
        metadata={
            "description": "Codes, the likeliest first. Else the page's own, English, and then the "
            "languages that most pages are in."
        },
    )
    order = Word(
        ("DMY", "MDY", "YMD", "DYM", "MYD", "YDM"),
        component="DateOrder",
        metadata={"description": "Of day, month and year in numbers; else the language's."},
    )
    timezone = TimezoneField(
        least=1,
        most=60,
        metadata={
            "description": "IANA name: where texts without a zone are from, and in which times are "
            "given."
        },
    )

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> DateOptions:
        return DateOptions(
            languages=tuple(data.get("languages", ())),
            order=data.get("order", ""),
            timezone=data.get("timezone", ""),
        )
