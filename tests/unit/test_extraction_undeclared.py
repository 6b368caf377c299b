from __future__ import annotations

import pytest

from workers.extraction.decode import decode, source_of

SENTENCES = {
    "german": ("cp1252", "Größere Mühlen mahlen täglich, für Bäcker in der Nähe."),
    "icelandic": ("cp1252", "Það er gott veður í dag og þú átt að koma með, sagði afi."),
    "portuguese": ("cp1252", "A reunião de São João é amanhã, às três, com os irmãos."),
    "faroese": ("cp1252", "Gott veður í dag, sigur hægsti maður á hvørjum morgni í húsinum."),
    "turkish of capitals": ("cp1254", "İSTANBUL ŞUBESİ"),
    "french": ("cp1252", "L’été, le blé mûr attend déjà la moisson ; « voilà ! »"),
    "polish": ("cp1250", "Młyn przy rzece miele żyto i pszenicę, a mąkę wożą stąd łodzią."),
    "polish of ISO": ("iso8859_2", "Młyn przy rzece miele żyto i pszenicę, a mąkę wożą łodzią."),
    "czech": ("cp1250", "Žluťoučký kůň úpěl ďábelské ódy"),
    "czech of ISO": ("iso8859_2", "Žluťoučký kůň úpěl ďábelské ódy"),
    "turkish": ("cp1254", "Değirmen ırmağın kıyısında, unu her sabah öğütülür ve taşınır."),
    "lithuanian": (
        "cp1257",
        "Malūnas prie upės mala rugius, kviečius ir miežius, o čia šalta.",
    ),
    "latvian": ("cp1257", "Dzirnavas pie upes maļ rudzus un kviešus, bet ūdens šogad ir zems."),
    "russian": ("cp1251", "Мельница у реки мелет рожь и пшеницу каждый день."),
    "russian of Unix": ("koi8_r", "Мельница у реки мелет рожь и пшеницу каждый день."),
    "russian of DOS": ("cp866", "Мельница у реки мелет рожь и пшеницу каждый день."),
    "ukrainian of Unix": ("koi8_u", "Млин біля річки меле жито й пшеницю щодня, її ґазда каже."),
    "greek": ("cp1253", "Ο μύλος δίπλα στο ποτάμι αλέθει κάθε μέρα σιτάρι και κριθάρι."),
    "hebrew": ("cp1255", "הטחנה ליד הנהר טוחנת חיטה ושיפון בכל יום"),
    "arabic": ("cp1256", "الطاحونة قرب النهر تطحن القمح كل يوم"),
    "thai": ("cp874", "โรงสีริมแม่น้ำบดข้าวทุกวัน"),
    "japanese": ("cp932", "川沿いの水車小屋では毎日小麦をひいています。"),
    "japanese of Unix": ("euc_jp", "川沿いの水車小屋では毎日小麦をひいています。"),
    "japanese of mail": ("iso2022_jp", "川沿いの水車小屋では毎日小麦をひいています。"),
    "chinese": ("gbk", "河边的磨坊每天都磨小麦。"),
    "chinese of Taiwan": ("big5", "河邊的磨坊每天都磨小麥。"),
    "korean": ("cp949", "강가의 방앗간은 매일 밀을 빻는다."),
    "utf-8": ("utf-8", "Žluťoučký kůň"),
}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_page_without_a_charset_is_read_by_its_letters(language: str) -> None:
    """One sentence is enough, in any charset that browsers detect."""
    codec, sentence = SENTENCES[language]
    page = f"<html><body><p>{sentence}</p></body></html>"

    assert decode(page.encode(codec), "text/html", "http://h.test/") == page


@pytest.mark.parametrize("host", ["h.test", "h.pl", "h.ru", "h.de", "127.0.0.1:8080", "[::1]"])
@pytest.mark.parametrize(
    "text",
    [
        "£11.99 … naïve",
        "from £5 to £7",
        "Température: 25 °C ± 2, ½ tasse",
        "© 2020 by A®",
        "Flour £5, crème brûlée £3",
    ],
)
def test_signs_of_the_west_are_no_letters_of_the_east(text: str, host: str) -> None:
    """Whatever the country: a letter that stands alone is none, and a capital ends no word."""
    assert decode(text.encode("cp1252"), None, f"http://{host}/") == text


@pytest.mark.parametrize(
    ("codec", "text", "lang", "host"),
    [
        ("cp1251", "Мука", "ru", "h.test"),
        ("cp1251", "Мука", "en", "h.ru"),
        ("cp1251", "Мука", "", "www.h.ru:8080"),
        ("cp1255", "קמח", "he", "h.test"),
        ("cp1256", "دقيق", "ar-EG", "h.test"),
        ("iso8859_2", "tűzről pattant", "hu", "h.com"),
        ("iso8859_2", "tűzről pattant", "", "h.hu"),
        ("cp1258", "Bột mì".replace("ộ", "ô\u0323").replace("ì", "i\u0300"), "vi", "h.test"),
        ("big5", "麵", "zh-Hant", "h.test"),
        ("cp1250", "Šumava", "cs", "h.de"),
        ("cp1252", "Æble på øen", "da", "h.ru"),
        ("cp1250", "džak i štap, ćup", "sr-Latn", "h.rs"),
        ("cp1251", "Да", "ru", "h.com"),
        ("cp1251", "ООО Мука", "ru", "h.com"),
        ("cp1251", "џак", "sr", "h.com"),
        ("cp1257", "puslapyje parduotuvės", "lt", "h.com"),
        ("cp1252", "crème brûlée, naïve", "ru", "h.com"),
        ("cp1252", "crème brûlée, naïve", "lt", "h.com"),
        ("koi8_r", "Мука", "ru", "h.com"),
    ],
)
def test_the_language_and_the_country_count_where_letters_are_few(
    codec: str, text: str, lang: str, host: str
) -> None:
    """``<html lang>`` goes before the host's country; English is what templates say."""
    page = f"<html lang='{lang}'><p>{text}</p>"

    assert decode(page.encode(codec), None, f"http://{host}/") == page


def test_a_language_does_not_outweigh_what_the_letters_say() -> None:
    """A page of a template for another country."""
    page = f"<html class=x lang=ja><p>{SENTENCES['russian'][1]}"

    assert decode(page.encode("cp1251"), None, "http://h.jp/") == page


def test_utf_8_with_a_fault_is_utf_8() -> None:
    """One byte of an advertisement does not make strange letters of a whole page."""
    body = ("<p>" + "Žluťoučký kůň " * 8).encode() + b"\xe9</p>"

    assert decode(body, None).count("Žluťoučký kůň") == 8
    assert decode("Ÿ Ã©té €".encode("cp1252"), None) == "Ÿ Ã©té €"


def test_a_page_says_in_which_charset_it_came() -> None:
    """For its links; what is plain ASCII is UTF-8."""
    pages = [
        b"<p>",
        b"<meta charset=latin1>",
        b"\xef\xbb\xbf",
        SENTENCES["korean"][1].encode("cp949"),
    ]

    assert [source_of(page, None, "").charset for page in pages] == [
        "utf-8", "windows-1252", "utf-8", "euc-kr",
    ]  # fmt: skip
