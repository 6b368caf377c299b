from typing import Any

import pytest
from marshmallow import ValidationError

from schemas.export import OPTIONS, ExportField, shown_export
from schemas.faults import from_messages
from schemas.registry import EXPORTS

READER = ExportField()
S3 = {"endpoint": "http://h.test/", "bucket": "b", "access_key": "k", "secret_key": "s"}


def faults(target: object) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        READER.deserialize(target)
    return [(fault.pointer, fault.detail) for fault in from_messages(caught.value.messages)]


def test_every_kind_of_target_has_its_members_listed() -> None:
    """One list of kinds and one of members, and they agree."""
    assert set(OPTIONS) == set(EXPORTS)


@pytest.mark.parametrize(
    ("sent", "made"),
    [
        ({"type": "S3", **S3}, {"type": "s3", **S3}),
        ({"type": "s3", **S3, "prefix": "p"}, {"type": "s3", **S3, "folder": "p"}),
        (
            {"type": "gcs", "bucket": "b", "access_key": "k", "secret": "s"},
            {"type": "gcs", "bucket": "b", "access_key": "k", "secret_key": "s"},
        ),
        (
            {"type": "gcs", "bucket": "b", "service_account": {"client_email": "é"}},
            {"type": "gcs", "bucket": "b", "service_account": '{"client_email": "\\u00e9"}'},
        ),
        (
            {"type": "dropbox", "path": "/a", "access_token": " t "},
            {"type": "dropbox", "folder": "/a", "access_token": "t"},
        ),
        (
            {"type": "onedrive", "refresh_token": "r", "client_id": "i", "client_secret": "s"},
            {"type": "onedrive", "refresh_token": "r", "client_id": "i", "client_secret": "s"},
        ),
    ],
)
def test_a_target_becomes_a_flat_object_of_strings(
    sent: dict[str, Any], made: dict[str, str]
) -> None:
    """Other spellings of a member are put right."""
    assert READER.deserialize(sent) == made


@pytest.mark.parametrize(
    ("sent", "pointer", "word"),
    [
        (1, "", "JSON object"),
        ({}, "/type", "what kind"),
        ({"type": "ftp"}, "/type", "`dropbox`"),
        ({"type": 1}, "/type", "string"),
        ({"type": "s3", **S3, "bukket": "b"}, "/bukket", "did you mean `bucket`?"),
        ({"type": "s3", **S3, "folder": "p", "prefix": "p"}, "/prefix", "two spellings"),
        ({"type": "s3", **S3, "bucket": ""}, "/bucket", "empty"),
        ({"type": "s3", **S3, "region": 1}, "/region", "string"),
        ({"type": "s3", **S3, "endpoint": "h.test"}, "/endpoint", "http or https"),
        ({"type": "dropbox"}, "", "`access_token`, or `app_key` and"),
        ({"type": "dropbox", "refresh_token": "r"}, "", "incomplete"),
        ({"type": "gcs", "access_key": "k", "secret_key": "s"}, "/bucket", "needs it"),
    ],
)
def test_a_fault_of_a_target_is_named_at_its_place(sent: object, pointer: str, word: str) -> None:
    """What is missing, unknown or of the wrong kind."""
    [(place, detail)] = faults(sent)

    assert place == pointer
    assert word in detail


@pytest.mark.parametrize("kind", OPTIONS)
def test_no_secret_member_is_shown(kind: str) -> None:
    """Whatever is stored, only what is known to be harmless is read back."""
    options = OPTIONS[kind]
    target = {"type": kind, "other": "x"} | dict.fromkeys(options.shown | options.secret, "x")

    assert shown_export(target) == {"type": kind} | dict.fromkeys(options.shown, "x")
    assert not options.shown & options.secret
