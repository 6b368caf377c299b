"""What a date, a displayed address, a rating and a count are, by their form alone."""

import pytest

from workers.serp.forms import date_words
from workers.serp.forms.addresses import is_address
from workers.serp.forms.counts import is_engagement, is_rated, rating_of, reviews_of
from workers.serp.forms.dates import (
    date_in,
    folded,
    is_age,
    is_date,
    split_date,
    split_date_off,
)
from workers.serp.forms.weekdays import WEEKDAYS

ABSOLUTE = """
3 May 2025 | May 3, 2025 | 26 Nov 2019 | Jul 05, 2022 | November 21, 2019 | 3rd May 2025
Mar 2024 | 10/7/2019 | 5/03/2020 | 3/5/24 | 14.02.2026 | 2026-07-01
2025-07-16T00:00:00.0000000 | 2024/04/14 | 2025-07-16T08:30:00Z | 3 May 2025 10:22
May 3, 2025, 10:22 PM | 3. Mai 2024 | 3 de mayo de 2024 | 3 mars 2024 | 1er août 2024
3 set 2024 | 5 out | 3 мая 2024 | 5 февр. 2026 | 3 мая | 14 січня 2024 р. | 14.02.2024 г.
3 września 2026 | 2024. máj. 3. | 14 αυγ 2024 | 14 באוק׳ 2024 | 2024年12月4日 | 12月4日 | 2024年5月
2024年5月3日(金) | 2024년 5월 3일 | 2024. 5. 3. | 3 พ.ค. 2567 | 3 thg 5, 2024
ngày 3 tháng 5 năm 2024 | ۱۴ اردیبهشت ۱۴۰۳ | 14 मई 2024 | 4 May
"""
WITH_WEEKDAY = """
Tue, 5 Mar 2024 | Tuesday, March 5, 2024 | Tue 2024-03-05 | Sat, 9 Mar | Mo., 5.3.2024
Dienstag, 5. März 2024 | mardi 5 mars 2024 | mar. 5 mars 2024 | mar 5 mar 2024, 10:22
terça-feira, 5 de março de 2024 | wt., 5 mar 2024 | вторник, 5 марта 2024 г. | вт, 5 марта
п'ятниця, 8 березня 2024 р. | úterý 5. března 2024 | kedd, 2024. márc. 5. | 5 Mart 2024
tirsdag 5. mars 2024 | ti 5.3.2024 | Τρίτη 5 Μαρτίου 2024 | יום שלישי, 5 במרץ 2024
الثلاثاء، 5 مارس 2024 | thứ ba, 5 tháng 3, 2024 | 2024年3月5日 星期二 | 2024年3月5日火曜日
2024년 3월 5일 화요일 | 2024. 3. 5. (화) | Tue, 05 Mar 2024 10:22:00 GMT | Di., 5. März, 10:22
"""
AGES = """
2 Std. | 3 nap | 5 min | 5m | 2h | 3 d | 1 Tag | 2 Wochen | 4 jours | 3 días | 2 ore | 3 dni
12 godz. | 2 uur | 3 dgn | 5 perc | 2 tim | 3 дня | 5 ч. | 3天 | 2 小时 | 4시간 | 45 minutes
3 ημέρες | 10 ngày | 5 dk | 3 hafta | 30 seconds
"""
NO_AGES = """
5 min read | 12:30 | 4 answers | 3 monitors | 12 articles | 10 comments | 5 stars | $3 | 4.5 h
2024 years | 1,200 m | min | 3 | h 3 | 3 options | 5 journals | 2 sections | 10K | 5 min walk
"""
RELATIVE = """
3 napja | 2 órája | 1 éve |
3 days ago | 1 day ago | an hour ago | 5h ago | 2mo ago | yesterday | Yesterday at 10:15
vor 3 Tagen | vor einem Tag | il y a 2 j | il y a un an | hace 3 días | há 3 dias
3 giorni fa | 3 dagen geleden | för 3 dagar sedan | for 3 dager siden | 3 päivää sitten
3 dni temu | rok temu | před 3 dny | 3 nappal ezelőtt | acum 21 de zile | 3 gün önce
3 дня назад | час назад | вчера в 12:30 | 3 дні тому | преди 3 дни | πριν από 3 ημέρες
prije 3 dana | prieš 3 dienas | pirms 3 dienām | 3 päeva eest | 3 hari yang lalu
3 ngày trước | 3 วันที่ผ่านมา | قبل 5 أيام | قبل يومين | 3 روز پیش | לפני 5 ימים
3 घंटे पहले | 3天前 | 2 小时前 | 昨天12:30 | 3 個月前 | 3 日前 | 2 か月前 | 4일 전 | fa 3 dies
"""
NONE = """
Items 1 - 30 | 10+ comments | 4.7 | 4,7 (123) | 2024 | 1 | 3.11.12 | 1.2.3 | há 3 opções
Set 5 | Pro 2024 | il y a 3 options | vor 3 Toren | Mac 10 | Top 10 | 12 of 30
December 1, 2023Why | Windows 10, 2019 | 1.2K views | 5 stars | 30 min | 13/13/2020
32.01.2020 | May | ago | page 3 | 10 May 12 | 12:30 | 3天 | 4.5 out of 5 | 99 days
Sat 5 | Fri May 2024 | Sun, 3 days ago | Mon 10 May 12 | So 2024 | Do 5 things, 2024 | 5 percent
Tue 5 Mar 2024 Why | 3 eves | Sun 3.11.12 | 2 Std. | 3 nap | 3 d
2 - 3 May | 1-800-123 | $12.50 | mar 45 | 3 May 2025 Why | Chapter 3 2024 | 月
"""
URL = "https://www.moss.example/gardens/one"


def each(table: str) -> pytest.MarkDecorator:
    texts = (text.strip() for line in table.splitlines() for text in line.split("|"))
    return pytest.mark.parametrize("text", [text for text in texts if text])


@each(ABSOLUTE)
def test_a_day_is_a_date_in_any_language(text: str) -> None:
    """With names of months in any case, as numbers, or in characters."""
    assert is_date(text)


@each(WITH_WEEKDAY)
def test_a_day_of_a_month_may_have_its_weekday_with_it(text: str) -> None:
    """In the language of the page, whole or cut; characters may have it behind."""
    assert is_date(text)


@each(AGES)
def test_a_number_of_units_is_an_age_where_ages_stand(text: str) -> None:
    """There the language needs no word for "ago"."""
    assert is_age(text)


@each(NO_AGES)
def test_a_count_or_a_sentence_is_no_age(text: str) -> None:
    """Nor the length of a video, nor a word that begins like a unit."""
    assert not is_age(text)


@each(RELATIVE)
def test_what_lies_back_is_a_date_in_any_language(text: str) -> None:
    """A number of units and the language's word for "ago"."""
    assert is_date(text)


@each(NONE)
def test_what_only_resembles_a_date_is_none(text: str) -> None:
    """Numbers, versions, counts, and months that are other words elsewhere."""
    assert not is_date(text)


def test_the_words_of_dates_are_folded() -> None:
    """As texts are before they are looked up, so that every word of the tables can be found."""
    words = [*date_words.MONTHS, *date_words.JOINERS, *date_words.ONE, *date_words.AGO]
    words += [*date_words.AGO_IN_UNIT, *WEEKDAYS]
    words += [unit for units in date_words.AGO.values() for unit in units.split()]

    assert [word for word in words if folded(word) != word] == []


@pytest.mark.parametrize(
    ("text", "date", "rest"),
    [
        ("3 days ago\u2002\u00b7\u2002All about moss.", "3 days ago", "All about moss."),
        ("Jul 28, 2022 - Moss", "Jul 28, 2022", "Moss"),
        ("26 Nov 2019 \u2014 Moss - and stone", "26 Nov 2019", "Moss - and stone"),
        ("2016年11月16日\xa0- Moss", "2016年11月16日", "Moss"),
        ("Items 1 - 30 of 500 \u2014 Moss", "", "Items 1 - 30 of 500 \u2014 Moss"),
        ("Top 10 \u2014 Moss", "", "Top 10 \u2014 Moss"),
        ("2026 \u2014 a year of moss", "", "2026 \u2014 a year of moss"),
        ("Moss grew 3 days ago \u00b7 more", "", "Moss grew 3 days ago \u00b7 more"),
        ("3 May 2025 was a day", "", "3 May 2025 was a day"),
        ("", "", ""),
    ],
)
def test_a_date_is_split_off_before_a_separator(text: str, date: str, rest: str) -> None:
    """Only when all that stands before the first separator is the date."""
    assert split_date(text) == (date, rest)


def test_a_date_is_found_among_parts_and_at_the_end() -> None:
    """Of a line of parts, and behind a name."""
    assert date_in("10+ answers \u00b7 5 years ago") == "5 years ago"
    assert date_in("10+ answers \u00b7 3 authors") == ""
    assert split_date_off("Moss Gazette 2019年12月30日 10:20") == (
        "Moss Gazette", "2019年12月30日 10:20",
    )  # fmt: skip
    assert split_date_off("Moss Gazette 24") == ("Moss Gazette 24", "")


@pytest.mark.parametrize(
    "text",
    [
        "moss.example", "www.moss.example", "https://www.moss.example", "de.moss.example",
        "https://www.moss.example \u203a gardens \u203a one", "moss.example\u203agardens/one",
        "moss.example/gar...", "www.moss.exam\u2026", "moss.example:8080/one", "MOSS.example",
        "https://other.example/x", "other.example \u203a gardens", "http://127.0.0.1:9 \u203a x",
    ],
)  # fmt: skip
def test_a_host_with_what_lies_below_it_is_an_address(text: str) -> None:
    """Of the result's own host; of any, where a scheme or a path says so."""
    assert is_address(text, URL)


@pytest.mark.parametrize(
    "text",
    [
        "10+ comments \u00b7 1 year ago", "Reddit \u00b7 r/moss", "Node.js", "other.example", "",
        "4.7", "4.7/5 \u00b7 stars", "Moss Gazette", "moss.example is a site", "3.5 \u203a x",
        "site.examplehttps://moss.example", "...", "\u203a gardens", "a" * 400,
    ],
)  # fmt: skip
def test_words_are_no_address(text: str) -> None:
    """Nor is a name with a dot in it that is not the result's host."""
    assert not is_address(text, URL)


def test_any_host_may_be_that_of_a_target_that_is_hidden() -> None:
    """Behind an engine's redirect; and a name in its own letters is its ASCII form."""
    assert is_address("moss.example", "https://www.engine.example/link?url=x")
    assert not is_address("10+ comments", "https://www.engine.example/link?url=x")
    assert is_address("b\u00fccher.example", "https://xn--bcher-kva.example/")


@pytest.mark.parametrize(
    "text",
    ["4,7", "4.7 \u2605", "\u2605 4.5 (120)", "8,9/10", "4.5 out of 5", "Рейтинг 4,7 из 5",
     "(1.2K)",     "4,8 \u00b7 2,3 тыс. отзывов", "123 отзыва", "10 reviews"],
)  # fmt: skip
def test_a_rating_is_told_from_a_title(text: str) -> None:
    """A score, out of what, how many gave it, or several of these."""
    assert is_rated(text)


@pytest.mark.parametrize("text", ["Python 3.5", "2048", "24/7", "9/11", "Top 10", "2 season", ""])
def test_numbers_in_a_title_are_no_rating(text: str) -> None:
    """They stay with it."""
    assert not is_rated(text)


def test_a_column_of_a_product_takes_a_rating_and_a_number() -> None:
    """As shown; what is something else is nothing."""
    assert [rating_of(text) for text in ("4.5", "5", "4,8", "45", "4.5 stars", "")] == [
        "4.5", "5", "4,8", "", "", "",
    ]  # fmt: skip
    assert [reviews_of(text) for text in ("(1.2K)", "347", "(3)", "Free delivery", "")] == [
        "1.2K", "347", "3", "", "",
    ]  # fmt: skip


def test_a_number_of_looks_or_comments_names_no_site() -> None:
    """A site's name may begin with a number."""
    assert all(map(is_engagement, ("3万次播放", "10+条评论", "1.2万观看", "56个回答")))
    assert not any(map(is_engagement, ("36氪", "1905电影网", "58同城", "moss.example")))
