"""The same job by everyone: CPU a page, pages a second and memory, the product's whole stack too.

100 listing pages link to 20 items each; ten fields of each of the 2,000 items are wanted. All take
turns, several rounds of them; everybody's rows are compared with what the site holds. The site's
server has a core of its own where there are two, and everybody else has the other one.

    python -m benchmarks.compare --rounds 5 --save docs/performance.md
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.contenders.fields import IN_FLIGHT
from benchmarks.contenders.memory_slice import payload, row_of
from benchmarks.rig import machine, table
from benchmarks.rig.market import Market
from benchmarks.rig.stack import BenchStack, share_of, stack
from benchmarks.rig.table import ContenderRun
from benchmarks.rig.watch import watched
from benchmarks.rig.web import server_name, serving

ROOT = Path(__file__).parents[1]
PEERS = ROOT / "benchmarks/.venv/bin/python"
MALLOC = {"MALLOC_TRIM_THRESHOLD_": "268435456", "MALLOC_MMAP_THRESHOLD_": "268435456"}
"""What the Procfile gives the worker; without it glibc slows everybody's parser down."""

ALONE = {
    "Scrapy": "scrapy_spider",
    "requests + lxml, 8 threads": "requests_lxml",
    "bare pycurl + lexbor loop": "bare_loop",
    "Gristmill's slice, in memory": "memory_slice",
}
PATIENCE, LOOK_EVERY, REST = 600.0, 0.1, 5.0  # seconds
STATE = """
SELECT state, error_message, results_name, extract(epoch FROM finished_at - created_at) AS seconds
FROM processes WHERE id = %s
"""
WHOLE = table.WHOLE


@dataclass(frozen=True, slots=True)
class Job:
    """The site under measure: its first page, how many pages it has, and the rows it holds."""

    start: str
    pages: int
    rows: list[str]


def sorted_rows(rows: Iterator[dict[str, str]]) -> list[str]:
    """Return rows in a form in which equal sets are equal."""
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def check(name: str, rows: Iterator[dict[str, str]], job: Job) -> None:
    """End everything if somebody's rows are not the site's."""
    got = sorted_rows(rows)
    if got != job.rows:
        wrong = next((one for one in got if one not in job.rows), "none")
        raise SystemExit(f"{name}: {len(got)} rows, one that is not on the site: {wrong[:500]}")


def alone(name: str, program: str, job: Job, folder: Path) -> ContenderRun:
    """Run a contender that is one process."""
    python = sys.executable if program == "memory_slice" else str(PEERS)
    out = folder / "rows.jsonl"
    command = [python, "-m", f"benchmarks.contenders.{program}", job.start, str(out)]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, cwd=ROOT, env={**os.environ, **MALLOC}, stdout=subprocess.PIPE, text=True
    ) as process:
        with watched(lambda: share_of(process.pid)) as peak:
            said, _ = process.communicate()
        if process.returncode:
            raise SystemExit(f"{name} failed")
    used = json.loads(said.splitlines()[-1])
    with out.open(encoding="utf-8") as lines:
        check(name, map(json.loads, lines), job)
    return ContenderRun(cpu=used["cpu"], wall=used["wall"], memory=peak[0])


def whole(running: BenchStack, job: Job, folder: Path) -> ContenderRun:
    """Run the job on the stack, from the call of ``run`` to the file in storage."""
    parts, everything = running.cpu(), running.whole_cpu()
    with watched(running.memory) as peak:
        run = running.client.create({"name": "market", "payload": payload(job.start)}).run()
        ended = _ended(running, run.id)
        after = running.cpu()
        spent = running.whole_cpu() - everything
    used = {part: seconds - parts[part] for part, seconds in after.items()}
    used["supervisor"] = spent - sum(used.values())
    file = run.download(folder)
    with file.open("rb") as lines:
        check(WHOLE, (dict(row_of(one)) for line in lines for one in _details(line)), job)
    return ContenderRun(cpu=spent, wall=float(ended.seconds), memory=peak[0], parts=used)


def _ended(running: BenchStack, process: str) -> Any:  # noqa: ANN401 - a row
    """Wait for the end of a process, asked of Postgres: calls of the API would count as its."""
    for _ in range(int(PATIENCE / LOOK_EVERY)):
        (row,) = running.sql(STATE, process)
        if row.state == "finished":
            return row
        if row.state not in {"queued", "running", "publishing"}:
            raise SystemExit(f"the process is {row.state}: {row.error_message}")
        time.sleep(LOOK_EVERY)
    raise SystemExit(f"the process has not ended after {PATIENCE} s")


def resting(running: BenchStack) -> str:
    """Return a line about what the stack uses when there is nothing to do."""
    before = running.whole_cpu()
    time.sleep(REST)
    used = (running.whole_cpu() - before) / REST
    return f"the whole stack at rest uses {used:.1%} of a core"


def _details(line: bytes) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(line)["item_details"]
    return found


@contextmanager
def built(pages: int) -> Iterator[Job]:
    """Build the site and serve it; the rest of this program leaves its server alone."""
    with TemporaryDirectory(prefix="bench-site-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        market = Market(pages)
        size = market.write(folder / "pages")
        count = pages * 21
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[:1])
        with serving(folder / "pages", folder) as url:
            os.sched_setaffinity(0, cores[-1:])
            table.say(f"{count} pages of {size / count / 1000:.0f} kB, served by {server_name()}")
            yield Job(f"{url}/list/1.html", count, sorted_rows(market.rows(url)))


def turns(job: Job, rounds: int, folder: Path) -> dict[str, list[ContenderRun]]:
    """Let everybody work in turn and return what was measured."""
    contenders: dict[str, Callable[[], ContenderRun]] = {
        name: (lambda name=name, program=program: alone(name, program, job, folder))  # type: ignore[misc]
        for name, program in ALONE.items()
    }
    settings = {
        "ALLOWED_NETWORKS": "127.0.0.1/32",
        "GRISTMILL_WORKERS": "1",
        "FETCH_THREADS": str(IN_FLIGHT),
        "HOST_CONCURRENCY": str(IN_FLIGHT),
    }
    runs: dict[str, list[ContenderRun]] = {name: [] for name in (*contenders, WHOLE)}
    with stack(settings) as running:
        contenders[WHOLE] = lambda: whole(running, job, folder)
        contenders[WHOLE]()  # warm, as a service is: imports, connections, plans
        table.say(resting(running))
        for number in range(rounds):
            for name, measure in contenders.items():
                runs[name].append(measure())
                table.say(f"  round {number + 1}: {name}: {runs[name][-1].told(job.pages)}")
    return runs


def main() -> None:
    """Read the options, measure, and print or save the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, default=100, help="listing pages of 20 items each")
    parser.add_argument("--save", type=Path, help="put the table into this page, a chart beside it")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="bench-rows-") as folder, built(given.pages) as job:
        runs = turns(job, given.rounds, Path(folder))
    lines = table.report(runs, job.pages)
    about = f"{job.pages} pages, medians of {given.rounds} rounds; {machine.told(PEERS)}"
    table.show(lines)
    table.say(f"\n{about}")
    if given.save:
        table.save(lines, about, given.save)
        chart = [str(PEERS), "-m", "benchmarks.rig.chart", str(given.save.with_suffix(".png"))]
        data = json.dumps({"about": about, "contenders": [asdict(line) for line in lines]})
        subprocess.run(chart, cwd=ROOT, input=data, text=True, check=True)  # noqa: S603 - ours


if __name__ == "__main__":
    main()
