from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from deploy.local.services import Embedded
from tests.crash.scenarios import SCENARIOS, TELLING
from tests.crash.stage import Stage, staged

DATABASE = "crashing"


@pytest.fixture(scope="session")
def stage(
    services: Embedded, template_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """The stage, on the services of this session and a database for all cases."""
    with closing(psycopg2.connect(template_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {DATABASE} TEMPLATE migrated")
    environment = {
        **services,
        "DATABASE_URL": f"{template_url.rpartition('/')[0]}/{DATABASE}",
        "S3_BUCKET": "crashing",
        "SECRET_KEY": "a-secret-of-the-tests-of-32-chars",
    }
    with staged(environment, Path(tmp_path_factory.mktemp("crash"))) as made:
        yield made


@pytest.fixture(scope="session")
def passed(stage: Stage) -> dict[str, str]:
    """The points that the scenarios pass, each with the first scenario that comes to it."""
    found: dict[str, str] = {}
    for scenario in SCENARIOS:
        for point in stage.record(scenario):
            found.setdefault(point, scenario)
    for step, scenario in TELLING.items():
        found |= {f"{step}.{side}": scenario for side in ("before", "after")}
    return found
