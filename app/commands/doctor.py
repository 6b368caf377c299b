"""``gristmill doctor``: what is wrong with this deployment, and how to mend it."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from app.commands.checks import CHECKS, examine
from app.commands.deep import check_run
from app.commands.deployment import Deployment, Finding
from app.commands.stack import answer, enter, json_option
from workers.settings import SettingsError

MARKS = {"ok": "ok     ", "warning": "warning", "fault": "FAULT  "}


@click.command()
@click.option("--deep", is_flag=True, help="Also make a real run through every part.")
@json_option
def doctor(*, deep: bool, as_json: bool) -> None:
    """Say what is wrong with this deployment and how to mend it; exit status 1 on a fault."""
    found: list[Finding] = []
    try:
        deployment = Deployment.of(enter())
    except SettingsError as error:
        found.append(Finding(name="settings", state="fault", message=str(error)))
    else:
        checks = (*CHECKS, ("run", check_run)) if deep else CHECKS
        for finding in examine(deployment, checks):
            found.append(finding)
            if not as_json:
                click.echo(_line(finding))
    well = all(finding.state != "fault" for finding in found)
    shown = {"ok": well, "checks": [asdict(finding) for finding in found]}
    answer(shown, "All is well." if well else _last(found), as_json=as_json)
    if not well:
        sys.exit(1)


def _line(finding: Finding) -> str:
    return f"{MARKS[finding.state]} {finding.name:<9} {finding.message}"


def _last(found: list[Finding]) -> str:
    if len(found) == 1:
        return _line(found[0])
    return f"{sum(finding.state == 'fault' for finding in found)} faults."
