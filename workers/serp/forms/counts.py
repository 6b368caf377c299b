"""What a rating is, a number of reviews, and what an engine counts beside a result."""

from __future__ import annotations

import re

_COUNT = r"\d[\d.,\s]*(?:[KkMm]|万|亿|千|тыс\.?|млн\.?|тис\.?|tys\.?|tis\.?|mil)?\+?"
_STARS = r"[★☆⭐]"
_TEN = r"\s?(?:/|out of|von|sur|de|su|из|з|z|van|av)\s?(?:5|10)\b(?:[.,]0)?"
_SCORE = (
    rf"{_STARS}*\s?\d{{1,2}}[.,]\d{{1,2}}(?:{_TEN})?|\d{{1,2}}{_TEN}|{_STARS}+\s?\d|\d\s?{_STARS}+"
)
_LABEL = "(?:рейтинг|оценка|рэйтынг|баға|rating|rated|bewertung|note|puan|valoración)"
_REVIEW = "(?:отзыв|оцен|відгук|пікір|review|rating|vote|yorum|değerlendirme|bewertung|avis|reseñ)"
_REVIEWED = rf"[·•,]?\s*(?:\(\s?{_COUNT}\s?\)|{_COUNT}\s{_REVIEW}\w*)"
_RATED = re.compile(
    rf"(?:{_LABEL}:?\s)?(?:{_SCORE})\s*{_STARS}*\s*(?:{_REVIEWED})?"
    rf"|\({_COUNT}\)|{_COUNT}\s{_REVIEW}\w*",
    re.IGNORECASE,
)
_LONGEST = 48  # characters
_RATING = re.compile(r"[0-5](?:[.,]\d)?")
_REVIEWS = re.compile(rf"\(?({_COUNT})\)?")
_ENGAGEMENT = re.compile(
    rf"{_COUNT}\s?[次条个人回位]?\s?(?:播放|观看|评论|回答|阅读|浏览|点赞|讨论|关注|粉丝|收藏|转发|看过|赞|人)"
)


def is_rated(text: str) -> bool:
    """Whether the text is a rating and no more: ``4,7``, ``8.9/10``, ``★ 4.5 (120)``."""
    return len(text) <= _LONGEST and bool(_RATED.fullmatch(text))


def rating_of(text: str) -> str:
    """Return a rating from 0 to 5 as shown, "" for what is none."""
    return text if _RATING.fullmatch(text) else ""


def reviews_of(text: str) -> str:
    """Return a number of reviews (``1.2K``), freed of its brackets, "" for what is none."""
    match = _REVIEWS.fullmatch(text) if len(text) <= _LONGEST else None
    return match[1].strip() if match else ""


def is_engagement(text: str) -> bool:
    """Whether the text counts what people did with a page, in Chinese: ``3万次播放``."""
    return len(text) <= _LONGEST and bool(_ENGAGEMENT.fullmatch(text))
