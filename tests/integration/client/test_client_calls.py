"""What the Python client sends, what it sends again, and what it makes of the answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path

import pytest

from clients.python.gristmill_client import ApiError, Client, ClientError, Run, errors
from tests.builders.scripted import HANG_UP, ScriptedService, problem, said, scripted

ID, TASK = "3EhWgSbeYqpXoPx6kEVeJqLWRaN", "3EhWgSbeYqpXoPx6kEVeJqLWRaT"
CREDITS = {"balance": 1, "reserved": 0, "spent": 0, "unlimited": False}
RUNNING = {"id": ID, "taskID": TASK, "status": "running", "recordCount": 0}
ENDED = {**RUNNING, "status": "finished", "recordCount": 2, "results": "shop.csv"}
BUSY = said(problem(429, "rate_limited"), 429, Retry_After="0")
CUT = said(CREDITS)[:-4]


def client_of(service: ScriptedService, patience: float = 20.0) -> Client:
    """Return a client that waits for the service."""
    return Client(service.url, "the-key", patience=patience)


@pytest.mark.parametrize("lost", [HANG_UP, CUT, BUSY, said({}, 502), said({}, 503), said({}, 504)])
def test_a_reading_call_is_sent_again_until_it_is_answered(lost: bytes) -> None:
    """Lost, cut off in the middle, or told to wait: the caller notices nothing."""
    with scripted(lost, lost, said(CREDITS)) as service:
        found = client_of(service).credits()

    assert found == CREDITS
    assert service.lines == ["GET /v1/credits"] * 3


ACTS: list[Callable[[Client], object]] = [
    lambda client: client.create({"name": "n", "payload": {}}),
    lambda client: client.process(ID).resume(),
    lambda client: client.process(ID).retry(),
    lambda client: client.resend(ID),
    lambda client: client.subscribe("https://example.test/", "process.finished"),
    lambda client: client.fetch("https://example.test/"),
    lambda client: client.extract({}),
]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("lost", [HANG_UP, said(problem(503, "unavailable"), 503)])
def test_what_must_not_happen_twice_is_sent_once(
    act: Callable[[Client], object], lost: bytes
) -> None:
    """Whether it took place is not known; that is for the caller to find out."""
    with scripted(lost) as service, pytest.raises(ClientError) as caught:
        act(client_of(service))

    assert len(service.asked) == caught.value.attempts == 1


def test_a_run_is_sent_again_with_the_key_that_it_had() -> None:
    """However often it has to be sent it is one run; another call is another run."""
    with scripted(HANG_UP, HANG_UP, said(RUNNING)) as service:
        task = client_of(service).task(TASK)
        run = task.run()
        task.run()
    keys = [one.headers["idempotency-key"] for one in service.asked]

    assert (run.id, run.status) == (ID, "running")
    assert len(keys) == 4
    assert len(set(keys[:3])) == 1
    assert keys[3] != keys[0]


@pytest.mark.parametrize(
    "delete", [lambda client: client.task(TASK).delete(), lambda client: client.unsubscribe(ID)]
)
def test_a_deletion_whose_answer_was_lost_is_none_the_less_one(
    delete: Callable[[Client], object],
) -> None:
    """The second attempt finds nothing; a first one that does is a mistake of the caller's."""
    gone = said(problem(404, "not_found"), 404)
    with scripted(HANG_UP, gone) as service:
        delete(client_of(service))
    with scripted(gone) as service, pytest.raises(errors.NotFoundError):
        delete(client_of(service))


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_kept_in_both_its_forms(form: str) -> None:
    """Seconds are waited for; a time beyond the patience is the caller's to wait for."""
    after = "1" if form == "seconds" else formatdate(time.time() + 60, usegmt=True)
    refusal = said(problem(429, "rate_limited"), 429, Retry_After=after)
    with scripted(refusal, said(CREDITS)) as service:
        began = time.monotonic()
        if after == "1":
            client_of(service).credits()
            assert time.monotonic() - began >= 1
        else:
            with pytest.raises(errors.RateLimitedError) as caught:
                client_of(service).credits()
            assert 50 < (caught.value.retry_after or 0) <= 61
            assert time.monotonic() - began < 1


def test_patience_has_an_end() -> None:
    """A service that stays away is told as such, by the class of its code."""
    away = said(problem(503, "database_unavailable", "The database is away."), 503)
    with scripted(away) as service, pytest.raises(errors.DatabaseUnavailableError) as caught:
        client_of(service, patience=1.0).credits()

    assert caught.value.detail == "The database is away."
    assert caught.value.attempts > 1


def test_an_address_that_never_answered_is_waited_for_a_short_time() -> None:
    """It may well be wrong, and a person waits."""
    began = time.monotonic()
    with pytest.raises(errors.NoAnswerError, match="does not answer"):
        Client("http://127.0.0.1:9", "k").credits()

    assert time.monotonic() - began < 8


def test_faults_are_named_with_their_places() -> None:
    """`errors` for programs, the text for people."""
    fault = {"pointer": "/payload/fields/0/selector", "detail": "Give a selector."}
    refusal = said(problem(400, "invalid", "The task can't be used.", errors=[fault]), 400)
    with scripted(refusal) as service, pytest.raises(errors.InvalidError) as caught:
        client_of(service).create({})

    assert (caught.value.status, caught.value.code) == (400, "invalid")
    assert caught.value.errors == [fault]
    assert str(caught.value).splitlines() == [
        "The task can't be used.",
        "  /payload/fields/0/selector: Give a selector.",
    ]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (said(problem(418, "teapot"), 418), ApiError),
        (said(["x"], 500), ApiError),
        (said(None, 404, Retry_After="soon"), ApiError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", errors.BadAnswerError),
        (said({}, 302, Location="https://elsewhere.test/"), errors.BadAnswerError),
    ],
)
def test_answers_of_others_are_errors_of_ours(answer: bytes, kind: type[ClientError]) -> None:
    """A code of a later release, a proxy's page, a redirect, which would carry the key away."""
    with scripted(answer) as service, pytest.raises(kind) as caught:
        client_of(service).credits()

    assert len(service.asked) == 1
    assert type(caught.value) is kind


def test_the_key_goes_where_it_belongs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither a proxy of the environment nor a password of `.netrc` has a say on this machine."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with scripted(said(CREDITS)) as service:
        client_of(service, patience=0).credits()

    assert service.asked[0].headers["x-api-key"] == "the-key"
    assert "authorization" not in service.asked[0].headers


def test_an_id_can_not_lead_out_of_its_place_in_the_path() -> None:
    """Whatever an id holds, it stays one segment."""
    with scripted(said(RUNNING)) as service:
        client_of(service).process("../../v1/credits?x#").info()

    assert service.lines == ["GET /v1/process/..%2F..%2Fv1%2Fcredits%3Fx%23/info"]


def test_a_list_is_read_to_its_end_a_page_at_a_time() -> None:
    """By the cursor of the Link header, whatever prefix a proxy has put before the path."""
    link = '</behind/v1/tasks?limit=1000&cursor=WzFd>; rel="next"'
    pages = said([{"id": "a"}, {"id": "b"}], Link=link), said([{"id": "c"}])
    with scripted(*pages) as service:
        found = [task.id for task in client_of(service).tasks()]
    with scripted(*pages) as shorter:
        few = [task.id for task in client_of(shorter).tasks(most=2)]

    assert (found, few) == (["a", "b", "c"], ["a", "b"])
    assert service.lines[1] == "GET /v1/tasks?limit=1000&cursor=WzFd"
    assert shorter.lines == ["GET /v1/tasks?limit=2"]


def test_waiting_looks_again_and_again_until_the_run_has_stopped() -> None:
    """Each look is told; a service that is away for a moment is none."""
    seen: list[str] = []
    answers = (said(RUNNING), HANG_UP, said(RUNNING), said({**RUNNING, "status": "pending"}))
    with scripted(*answers) as service:
        run = client_of(service).process(ID)
        ended = run.wait(timeout=30, on_progress=lambda one: seen.append(one.status))

    assert ended is run
    assert seen == ["running", "running", "pending"]


def test_waiting_ends_when_its_time_is_over_and_the_run_goes_on() -> None:
    """It is a TimeoutError, too."""
    with scripted(said(RUNNING)) as service, pytest.raises(TimeoutError) as caught:
        client_of(service).process(ID).wait(timeout=0.5)

    assert isinstance(caught.value, errors.WaitTimeoutError)


def test_a_download_that_breaks_off_begins_anew_and_leaves_no_half_a_file(tmp_path: Path) -> None:
    """The file is there whole, or not at all; its storage never sees the key."""
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\na,b\r\n1"
    with (
        scripted(whole[:-3], HANG_UP, whole) as storage,
        scripted(said(ENDED), said({"link": f"{storage.url}/shop?Signature=x"})) as service,
    ):
        file = client_of(service).process(ID).download(tmp_path)
    with (
        scripted(said({}, 403)) as storage,
        scripted(said(ENDED), said({"link": storage.url})) as service,
        pytest.raises(errors.BadAnswerError),
    ):
        client_of(service).process(ID).download(tmp_path / "other.csv")

    assert file == tmp_path / "shop.csv"
    assert file.read_bytes() == b"a,b\r\n1"
    assert list(tmp_path.iterdir()) == [file]
    assert all("x-api-key" not in one.headers for one in storage.asked)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\autoexec.bat", "..", "/etc/x", "\x1b[2J"]
)
def test_a_file_name_that_a_server_gives_stays_in_its_folder(name: str, tmp_path: Path) -> None:
    """The bare name counts, and holds nothing that a terminal or a file system reads."""
    body = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    with scripted(body) as storage, scripted(said({"link": storage.url})) as service:
        run = Run(client_of(service)._transport, {**ENDED, "results": name})  # noqa: SLF001 - as a list gives it
        file = run.download(inner)

    assert file.parent == inner
    assert [one.name for one in inner.iterdir()] == [file.name]
    assert file.name.isprintable()


def records(*found: int, cursor: str = "", after: int = 0) -> bytes:
    """Return an answer of the call for records; ``cursor`` leads on."""
    link = {"Link": f'</v1/x?cursor={cursor}>; rel="next"'} if cursor else {}
    return said([{"n": n} for n in found], Poll_After=str(after), **link)


def test_records_are_followed_to_the_end_of_the_run() -> None:
    """An empty answer is waited over, a lost one is asked for again from where it began."""
    running = said(RUNNING)
    answers = (
        records(1, 2, cursor="a"), records(3, cursor="b")[:-3], records(3, cursor="b"),
        records(cursor="b"), running, HANG_UP, records(4, cursor="c"), records(5),
    )  # fmt: skip
    with scripted(*answers) as service:
        run = client_of(service).process(ID)
        found = [record["n"] for record in run.records(follow=True, limit=2)]
    asked = "?order=arrival&settled=true&limit=2"

    assert found == [1, 2, 3, 4, 5]
    assert service.lines[0].endswith(f"/records{asked}")
    assert service.lines[2].endswith(f"/records{asked}&cursor=a")
    assert service.lines[-1].endswith(f"/records{asked}&cursor=c")


def test_records_of_a_run_that_waits_for_credits_come_to_an_end() -> None:
    """As `wait` does; what was committed just before it stopped is not left behind."""
    pending = said({**RUNNING, "status": "pending"})
    answers = (
        records(1, cursor="a"), records(cursor="a"), pending, records(2, cursor="b"),
        records(cursor="b"),
    )  # fmt: skip
    with scripted(*answers) as service:
        found = [record["n"] for record in client_of(service).process(ID).records(follow=True)]

    assert found == [1, 2]


def test_records_that_are_not_followed_end_with_those_that_are_there() -> None:
    """In the order of the file, with the wishes that the call takes."""
    with scripted(records(1, cursor="a"), records(2)) as service:
        run = client_of(service).process(ID)
        found = [record["n"] for record in run.records(fields="n", flatten="true")]

    assert found == [1, 2]
    assert service.lines[0].endswith("/records?fields=n&flatten=true&limit=1000")
