"""The command line on a running stack, as an operator and as a script use it."""

from __future__ import annotations

import json
from pathlib import Path

from deploy.local import proc
from tests.acceptance.client import RunningStack, eventually
from tests.acceptance.conftest import SETTINGS
from tests.site import truth
from tests.site.server import SiteServer

SHOP = truth.Shop(2, 3)


def payload_file(folder: Path, site: SiteServer) -> Path:
    """Write the payload of the shop."""
    file = folder / "payload.json"
    file.write_text(json.dumps(truth.payload(SHOP, site.url)), encoding="utf-8")
    return file


def test_a_payload_in_a_file_becomes_results_in_a_file(
    stack: RunningStack, site: SiteServer, tmp_path: Path
) -> None:
    """`run` creates, runs and downloads; `--format` comes before the payload's own."""
    payload = payload_file(tmp_path, site)
    out = tmp_path / "shop.jsonl"
    told = stack.gristmill("run", str(payload), "--format", "jsonl", "--out", str(out))

    assert told.keys() == {"process", "file"}
    assert (told["process"]["status"], told["file"]) == ("finished", str(out))
    assert len(out.read_text(encoding="utf-8").splitlines()) == told["process"]["recordCount"] == 6


def test_results_go_to_standard_output_and_nothing_else_does(
    stack: RunningStack, site: SiteServer, tmp_path: Path
) -> None:
    """`--out -`: a pipe gets the file alone, progress and the summary are for a person to see."""
    payload = payload_file(tmp_path, site)
    done = stack.command("run", str(payload), "--format", "jsonl", "--out", "-")
    records = [json.loads(line) for line in done.stdout.splitlines()]

    assert records == list(truth.records(SHOP, site.url))
    assert "finished: 6 records" in done.stderr
    assert not Path("-").exists()


def test_the_doctor_makes_a_real_run_through_every_part(stack: RunningStack) -> None:
    """`doctor --deep` on a stack that is well: one document, every check in it."""
    told = stack.gristmill("doctor", "--deep")
    states = {check["name"]: check["state"] for check in told["checks"]}

    assert told["ok"]
    assert states["run"] == "ok"
    assert "fault" not in states.values()


def test_a_pool_has_the_children_that_were_asked_for(stack: RunningStack) -> None:
    """GRISTMILL_WORKERS and GRISTMILL_CHROME_WORKERS, each below one main process."""
    wanted = {"worker": "GRISTMILL_WORKERS", "chrome": "GRISTMILL_CHROME_WORKERS"}
    for part, name in wanted.items():
        eventually(lambda part=part, name=name: children(stack, part) == int(SETTINGS[name]), 60)  # type: ignore[misc]


def children(stack: RunningStack, part: str) -> int:
    """Return how many processes stand right below the main process of a pool."""
    pids = stack.pids(part)
    seen = {pid: one for pid, one in proc.all_processes().items() if pid in pids}
    main = [pid for pid, one in seen.items() if one.parent not in pids]
    return sum(one.parent in main for one in seen.values())
