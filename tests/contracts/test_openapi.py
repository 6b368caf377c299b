from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app import create_app
from app.operations import OPERATIONS, PREVIEWING, SINGLE, SUGGESTING
from workers import accounts
from workers.db import Database
from workers.settings import Settings
from workers.storage.base import Storage

CHECKS = [
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
EXAMPLES = hypothesis_settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
CALLS = [
    pytest.param(operation.path, method, id=f"{method} {operation.path}")
    for operation in OPERATIONS
    for method in operation.methods
]
REFUSING = [
    pytest.param(operation.path, method, id=f"{method} {operation.path}")
    for operation in OPERATIONS
    for method in operation.methods
    if operation.parameters or operation.path_names
]
UNSERVED = {operation.path for operation in (*SINGLE, *PREVIEWING, *SUGGESTING)}
"""Without workers these end as 504, as documented."""


@dataclass
class DescribedOperation:
    """The document as the running application gives it, and a key to call with."""

    schema: BaseSchema
    headers: dict[str, str]


@pytest.fixture
def described(
    settings: Settings, environment: Mapping[str, str], database: Database, storage: Storage
) -> DescribedOperation:
    assert environment
    assert storage
    app = create_app(replace(settings, rate_limit="100000/second", single_timeout=0.05))
    key = accounts.create(database, "tester", unlimited=True).api_key
    return DescribedOperation(
        schema=schemathesis.openapi.from_wsgi("/openapi.json", app), headers={"X-Api-Key": key}
    )


@pytest.mark.parametrize(("path", "method"), CALLS)
def test_every_call_answers_as_the_document_says(
    described: DescribedOperation, path: str, method: str
) -> None:
    """Whatever fits the document is answered with a documented status, type and shape."""
    checks = CHECKS if path in UNSERVED else [*CHECKS, not_a_server_error]

    @EXAMPLES
    @given(case=described.schema[path][method].as_strategy())
    def call(case: schemathesis.Case) -> None:
        case.validate_response(case.call(headers=described.headers), checks=checks)

    call()


@pytest.mark.parametrize(("path", "method"), REFUSING)
def test_every_call_that_does_not_fit_is_refused(
    described: DescribedOperation, path: str, method: str
) -> None:
    """What contradicts the document is never taken for something else, and harms nothing."""

    @EXAMPLES
    @given(case=described.schema[path][method].as_strategy(GenerationMode.NEGATIVE))
    def call(case: schemathesis.Case) -> None:
        answer = case.call(headers=described.headers)
        case.validate_response(
            answer, checks=[*CHECKS, not_a_server_error, negative_data_rejection]
        )

    call()
