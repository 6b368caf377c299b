from __future__ import annotations

import time

import pytest

from workers.extraction.sniff import is_binary, is_xml

FILES = {
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "gif": b"GIF89a\1", "webp": b"RIFF\x24\0\0\0WEBPVP8 ", "bmp": b"BM\x36\0\0\0\0\0\0\0\x36",
    "ico": b"\0\0\1\0\1\0", "tiff": b"II*\0\x08", "pdf": b"%PDF-1.7\n",
    "pdf behind blanks": b"\n\n%PDF-1.4 <p>x</p>", "postscript": b"%!PS-Adobe-3.0\n",
    "rtf": b"{\\rtf1\\ansi", "zip, docx, xlsx": b"PK\3\4\x14\0\6\0",
    "doc, xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "gzip": b"\x1f\x8b\x08\0",
    "7z": b"7z\xbc\xaf'\x1c", "rar": b"Rar!\x1a\7\0", "tar": b"a.txt" + bytes(252) + b"ustar\0",
    "bzip2": b"BZh91AY&SY", "xz": b"\xfd7zXZ\0", "zstd": b"\x28\xb5\x2f\xfd\4",
    "mp3": b"ID3\4\0\0", "ogg": b"OggS\0\2", "wav": b"RIFF\x24\0\0\0WAVEfmt ", "flac": b"fLaC\0\0",
    "mp4": b"\0\0\0\x18ftypmp42", "webm": b"\x1a\x45\xdf\xa3\x9f", "woff2": b"wOF2\0\1\0\0",
    "otf": b"OTTO\0\x0b", "ttf": b"\0\1\0\0\0\x0c", "wasm": b"\0asm\1\0\0\0", "elf": b"\x7fELF\2",
    "flash": b"CWS\n\x10\0\1\0x", "flv": b"FLV\1\5\0", "mpeg": b"\0\0\1\xba",
    "mov": b"\0\0\0\x08wide", "mp3 without a tag": b"\xff\xfb\x90\x64\0\0",
    "deb": b"!<arch>\ndebian-binary",
    "exe": b"MZ\x90\0\3\0\0\0", "sqlite": b"SQLite format 3\0",
}  # fmt: skip


@pytest.mark.parametrize("kind", ["text/html", None, "text/plain", "application/octet-stream"])
@pytest.mark.parametrize("name", FILES)
def test_a_file_is_told_by_its_signature(name: str, kind: str | None) -> None:
    """Whatever it is called: markup inside it is no page."""
    assert is_binary(FILES[name] + b"<p>junk</p>", kind)


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\n"


@pytest.mark.parametrize("kind", ["text/html", "text/plain", None, "application/octet-stream"])
@pytest.mark.parametrize(
    "junk",
    [b"x", b"\xef\xbb\xbf", b"Warning: x on line 3<br />\n", b"<!-- cached -->", b"a" * 1024],
)
@pytest.mark.parametrize(
    "pdf",
    [
        PDF,
        b"%PDF-1.4\r\n4 0 obj\r\n<< >>\r\nendobj\r\n%%EOF\r\n",
        b"%PDF-1.5\n4 0 obj\n<< >> stream\nx\0\1",
        b"%PDF-2.0\r%\x80\x81\r",
    ],
)
def test_a_pdf_may_begin_behind_junk(pdf: bytes, junk: bytes, kind: str | None) -> None:
    """Readers take its header within the first 1,024 bytes; scripts print warnings before it."""
    assert is_binary(junk + pdf, kind)


@pytest.mark.parametrize(
    "page",
    [
        b"<p>A PDF begins with %PDF-1.7.</p>",
        b"<p>x</p>\0 %PDF-1.7 \0",
        b"<pre>%PDF-1.7\n1 0 obj\n&lt;&lt; >>\nendobj\n%%EOF</pre>",
        b"<pre>%PDF-1.7\n% a comment\ntrailer</pre>",
        b"How to write one:\n%PDF-1.7\n1 0 obj\n<< >>\nendobj\nAnd so on.",
        b"<pre>%PDF-1.7\n%\xc3\xa2\xc3\xa3\xc3\x8f\xc3\x93\n1 0 obj</pre>",
        b"a" * 1025 + PDF,
    ],
)
def test_a_text_that_speaks_of_a_pdf_is_none(page: bytes) -> None:
    """A header alone is a few letters; what readers would not take is no PDF either."""
    assert not is_binary(page, "text/html")


@pytest.mark.parametrize(
    "kind",
    [
        "image/png", "IMAGE/JPEG; q=1", "audio/mpeg", "video/mp4", "font/woff2", "application/pdf",
        "application/zip", "application/gzip", "application/epub+zip", "application/wasm",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.text",
    ],
)  # fmt: skip
def test_a_file_is_told_by_its_type(kind: str) -> None:
    """A page of text is not sent under these names."""
    assert is_binary(b"anything", kind)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<p>x\0\1\2</p>", "text/html"),
        (b"\0\1\2<p>x", "text/html; charset=koi8-r"),
        (b"\0<\0p\0>", "text/html; charset=utf-16"),
        (b"plain \0 text", "text/plain"),
        (b"  <!doctype html>\0", None),
        (b"BMW and MZ, PK and GIF, ID3 and RIFF are letters: OTTO, OggS, FORM.", None),
        (b"BM", "text/html"),
        (b"FWS ends and CWS begins", "text/html"),
        (b"CWS\n<p>x</p>", "text/plain"),
        (b"", None),
        (b"\xff\xfea\0b\0", None),
        (b"no \x1b$B escape", "application/octet-stream"),
        (b"a;b\n1;2\n", "application/vnd.ms-excel"),
        (b"<table><tr><td>1", "application/vnd.ms-excel"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b'{"a": 1}', "application/json"),
        (b"\xd6\xd0\xce\xc4", "nonsense"),
    ],
)
def test_text_with_odd_bytes_is_text(body: bytes, kind: str | None) -> None:
    """What is named a text, or looks like one, is lost for no byte in it."""
    assert not is_binary(body, kind)


@pytest.mark.parametrize(
    "kind",
    [None, "application/octet-stream", "nonsense", "application/msword", "application/x-protobuf"],
)
def test_what_nobody_named_is_told_by_bytes_that_no_text_holds(kind: str | None) -> None:
    """Control characters in the first 1,445 bytes (MIME Sniffing, 7.2)."""
    assert is_binary(b"some data\0\1", kind)
    assert not is_binary(b"x" * 1445 + b"\0", kind)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<anything/>", "text/xml"),
        (b"<anything/>", "Application/XML; charset=utf-8"),
        (b"<anything/>", "application/vnd.shop+xml"),
        (b"", "application/rss+xml"),
        (b"<?xml version='1.0'?><shop/>", "text/html"),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?><!-- a --><?b c?>\n<shop>", None),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y 'z'>]><shop>", None),
        (b"<rss version='2.0'>", "text/html"),
        (b"<!-- made by hand --><feed xmlns='http://www.w3.org/2005/Atom'>", "text/plain"),
        (b"<RDF:RDF>", "application/octet-stream"),
        (b"<urlset>", None),
        (b"<?xml version='1.0'?><wml><card>", "text/vnd.wap.wml"),
        (b"<rss version='2.0'>", "application/rss"),
    ],
)
def test_xml_is_told_by_type_declaration_or_a_feeds_root(body: bytes, kind: str | None) -> None:
    """Feeds are sent under all kinds of names."""
    assert is_xml(body, kind)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<?xml version='1.0'?><html><p>", "text/html"),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x' 'y'><HTML>", "application/xml"),
        (b"<shop/>", "application/xhtml+xml"),
        (b"<?xml version='1.0'?><div><p>a<p>b", "text/html"),
        (b"<!doctype html><html><rss>", "text/html"),
        (b"<shop/>", "text/html"),
        (b"<?xml version='1.0'?>", "text/html"),
        (b"<?xml version='1.0'?><a/>", "application/json"),
        (b"", None),
    ],
)
def test_xhtml_and_all_else_is_read_as_html(body: bytes, kind: str | None) -> None:
    """A page that is meant as HTML is often no XML at all, whatever it declares."""
    assert not is_xml(body, kind)


@pytest.mark.parametrize("unit", [b"<!--", b"<?a", b"<!doctype [", b"<!--x-->", b"<?xml "])
def test_a_prologue_without_an_end_takes_no_time(unit: bytes) -> None:
    """A body made to be slow."""
    began = time.process_time()
    is_xml(unit * 100_000, "text/html")

    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("body", "xml"),
    [
        (b"<html>", False),
        (b"\xef\xbb\xbf \n<!DOCTYPE html>\n<HTML lang=en>", False),
        (b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x.dtd"><html/>', False),
        (b"<!doctype html><!-- c --><html>", False),
        (b"<htmlx/>", True),
        (b"<html:html/>", True),
        (b"<html-page/>", True),
        (b"<!doctype html [<!ENTITY a 'b'>]><list/>", True),
    ],
)
def test_html_is_told_by_the_name_of_its_root_alone(body: bytes, *, xml: bool) -> None:
    """However it is sent; most pages are told by their first bytes, without a look at the rest."""
    assert is_xml(body, "application/xml") is xml
