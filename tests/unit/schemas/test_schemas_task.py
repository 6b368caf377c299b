from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from schemas.problem import Invalid
from schemas.stored_task import dump_task
from schemas.task import TaskChanges, load_changes, load_task
from tests.unit.schemas.samples import payload, without

SECRET = {
    "type": "s3",
    "endpoint": "https://s3.example.test/",
    "bucket": "b",
    "access_key": "k",
    "secret_key": "s",
}


def faults(body: object, **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        load_task(body, **options)
    return [(fault.pointer, fault.detail) for fault in caught.value.faults]


def row(**columns: Any) -> SimpleNamespace:
    moment = datetime(2020, 1, 29, 12, 51, 18, 900_000, tzinfo=UTC)
    basis = {
        "id": "1XtQA0Z15N3fqKZuzPKESUsTIW1", "name": "n", "description": "", "webhook": "",
        "payload": payload(), "created_at": moment, "updated_at": moment,
    }  # fmt: skip
    return SimpleNamespace(**basis | columns)


def test_an_envelope_becomes_a_draft() -> None:
    """The payload stays exactly as sent beside the plan that it means."""
    sent = without("name")
    body = {
        "name": "Task Name", "description": "d", "type": "extract", "payload": sent,
        "webhook": "https://your-web-site.test/webhook", "export": [SECRET],
    }  # fmt: skip

    draft = load_task(body)

    assert (draft.name, draft.description) == ("Task Name", "d")
    assert draft.webhook == "https://your-web-site.test/webhook"
    assert draft.payload is sent
    assert draft.plan.name == "Task Name"
    assert draft.exports == (SECRET,)


def test_a_bare_payload_is_a_whole_task() -> None:
    """It is the payload of an envelope that has its name, and is empty otherwise."""
    draft = load_task(payload(name="books"))

    assert (draft.name, draft.description, draft.webhook) == ("books", "", "")
    assert draft.exports == ()
    assert draft.payload == payload(name="books")


def test_an_update_with_a_bare_payload_leaves_the_name() -> None:
    """It changes what it carries, and that is a payload."""
    assert load_changes(payload(name="books"), task_name="kept").name is None


@pytest.mark.parametrize(
    ("body", "pointer", "word"),
    [
        ([], "", "JSON object"),
        (None, "", "JSON object"),
        ({}, "/payload", "what to extract"),
        ({"payload": None}, "/payload", "JSON object"),
        ({"payload": payload(format="x")}, "/payload/format", "`json`"),
        (payload(format="x"), "/format", "`json`"),
        ({"payload": payload(), "webhok": ""}, "/webhok", "did you mean `webhook`?"),
        ({"payload": payload(), "webhook": "ftp://a/"}, "/webhook", "http or https"),
        ({"payload": payload(), "webhook": "http://a:b@c/"}, "/webhook", "user name"),
        ({"payload": payload(), "webhook": None}, "/webhook", "null"),
        ({"payload": payload(), "type": "convert"}, "/type", "`extract`"),
        ({"payload": payload(), "name": "n" * 201}, "/name", "too long"),
        ({"payload": payload(), "name": 1}, "/name", "string"),
        ({"payload": payload(), "description": "d" * 1_000_001}, "/description", "too long"),
        ({"payload": payload(), "export": {}}, "/export", "list"),
        ({"payload": without("name")}, "/payload/name", "Give the collection a name"),
        ({"payload": without("name"), "name": ""}, "/payload/name", "Give the collection a name"),
    ],
)
def test_a_fault_of_a_task_is_named_at_its_place(body: object, pointer: str, word: str) -> None:
    """Places are in the body as it was sent, with or without an envelope."""
    [(place, detail)] = faults(body)

    assert place == pointer
    assert word in detail


def test_faults_of_envelope_and_payload_come_together() -> None:
    """Nobody mends the one only to hear of the other."""
    body = {"type": "x", "webhook": "x", "payload": payload(path=True, zzz=1)}

    assert {pointer for pointer, _ in faults(body)} == {
        "/type",
        "/webhook",
        "/payload/path",
        "/payload/zzz",
    }


def test_the_configured_countries_are_looked_at() -> None:
    """As in the payload itself."""
    body = {"payload": payload(proxy="country-de")}

    assert faults(body, countries=frozenset({"us"}))[0][0] == "/payload/proxy"


def test_an_update_carries_only_what_it_changes() -> None:
    """Absent is unchanged; empty is emptied."""
    assert load_changes({}) == TaskChanges()
    assert load_changes({"webhook": "", "name": "new"}) == TaskChanges(webhook="", name="new")
    assert load_changes({"export": []}) == TaskChanges(exports=())


def test_an_update_replaces_the_payload_whole() -> None:
    """Envelope or bare; the task's own name stands in for one that the payload lacks."""
    changes = load_changes({"payload": without("name")}, task_name="old")

    assert changes.payload == without("name")
    assert changes.plan is not None
    assert changes.plan.name == "old"
    assert load_changes(payload(format="csv")).payload == payload(format="csv")
    with pytest.raises(Invalid):
        load_changes({"payload": without("name")})


def test_a_task_that_was_read_can_be_sent_back() -> None:
    """With all its fields, and to create and update alike."""
    read = dump_task(row()) | {"nextRunAt": None}

    assert load_task(read).payload == payload()
    assert load_changes(read) == TaskChanges(
        name="n", description="", webhook="", payload=payload(), plan=load_task(read).plan
    )


def test_a_task_object_has_the_published_members() -> None:
    """Times are decimal strings of whole Unix seconds; there is no export where there is none."""
    assert dump_task(row()) == {
        "id": "1XtQA0Z15N3fqKZuzPKESUsTIW1",
        "name": "n",
        "description": "",
        "type": "extract",
        "payload": payload(),
        "webhook": "",
        "createdAt": "1580302278",
        "updatedAt": "1580302278",
    }


def test_credentials_are_never_read_back_and_survive_being_sent_back() -> None:
    """A target that comes back as it was shown is the stored one; a new one needs its own."""
    shown = dump_task(row(), [SECRET])

    assert shown["export"] == [
        {"type": "s3", "endpoint": "https://s3.example.test/", "bucket": "b"}
    ]
    assert load_changes(shown, stored_exports=[SECRET]).exports == (SECRET,)
    with pytest.raises(Invalid, match="can't be used"):
        load_changes(shown)


def test_a_description_may_be_as_long_as_a_body_lets_it() -> None:
    """MAX_BODY_BYTES alone bounds it: a body of 600 kB is a body like any other."""
    assert (
        len(load_task({"payload": payload(), "description": "d" * 600_000}).description) == 600_000
    )


def test_a_query_without_its_engine_is_a_payload_all_the_same() -> None:
    """Who forgot the engine reads that, and not that the envelope knows no `q`."""
    assert [pointer for pointer, _ in faults({"name": "s", "q": "x", "format": "json"})] == [
        "/engine"
    ]


def test_headers_of_webhooks_are_read_and_never_shown() -> None:
    """They hold what proves us to the receiver."""
    draft = load_task({"payload": payload(), "webhookHeaders": {"X-Token": " t "}})

    assert draft.webhook_headers == (("X-Token", "t"),)
    assert "webhookHeaders" not in dump_task(row(webhook_headers="sealed"))


@pytest.mark.parametrize(
    ("headers", "pointer"),
    [
        ({"Content-Type": "text/plain"}, "/webhookHeaders/Content-Type"),
        ({"WEBHOOK-Signature": "v1,x"}, "/webhookHeaders/WEBHOOK-Signature"),
        ({"Content-Length": "1"}, "/webhookHeaders/Content-Length"),
        ({"X-A": "1", "x-a": "2"}, "/webhookHeaders/x-a"),
        ({"X-A": "a\r\nX-B: b"}, "/webhookHeaders/X-A"),
        ({"X A": "a"}, "/webhookHeaders/X A"),
        ([], "/webhookHeaders"),
    ],
)
def test_headers_of_webhooks_that_cant_go_are_refused(headers: object, pointer: str) -> None:
    """What HTTP or the signature needs is ours to set; the fault names the header."""
    assert [place for place, _ in faults({"payload": payload(), "webhookHeaders": headers})] == [
        pointer
    ]


def test_an_update_without_headers_leaves_them() -> None:
    """An object that was read and is sent back loses nothing; an empty one removes them."""
    assert load_changes({"name": "n"}).webhook_headers is None
    assert load_changes({"webhookHeaders": {}}).webhook_headers == ()
