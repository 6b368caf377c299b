from __future__ import annotations

import pytest

from app.spelling import canonical

ID = "1PBhj5EGo2hAvBsytLDL363A6Mq"


@pytest.mark.parametrize(
    ("given", "routed"),
    [
        (f"/v1/task/{ID}/info", f"/v1/task/{ID}/info"),
        (f"/v1/tasks/{ID}/info", f"/v1/task/{ID}/info"),
        (f"/v1/Process/{ID}/info", f"/v1/process/{ID}/info"),
        (f"/v1/PROCESSES/{ID}/cancel/", f"/v1/process/{ID}/cancel"),
        (f"/v1/task/{ID}delete", f"/v1/task/{ID}/delete"),
        (f"/v1/tasks/{ID}delete/", f"/v1/task/{ID}/delete"),
        (f"/v1/task/{ID}", f"/v1/task/{ID}"),
        ("/v1/tasks", "/v1/tasks"),
        ("/v1/tasks/", "/v1/tasks"),
        ("/v1/Task", "/v1/tasks"),
        ("/v1/Process", "/v1/processes"),
        ("/v1/processes/", "/v1/processes"),
        ("/v1/tasks/create", "/v1/task/create"),
        (f"/v1/deliveries/{ID}/resend", f"/v1/delivery/{ID}/resend"),
        ("/v1/webhook", "/v1/webhooks"),
        ("/v1/Webhooks/", "/v1/webhooks"),
        ("/v1/webhook/sample", "/v1/webhooks/sample"),
        ("/v1/WEBHOOKS/secret", "/v1/webhooks/secret"),
        (f"/v1/webhook/{ID}", f"/v1/webhook/{ID}"),
        (f"/v1/webhooks/{ID}/delete", f"/v1/webhook/{ID}/delete"),
        ("/v1/webhookery", "/v1/webhookery"),
        ("/v1/taskforce", "/v1/taskforce"),
        ("/", "/"),
        ("//", "/"),
        ("//v1//task/create", "/v1/task/create"),
        ("", "/"),
        ("/docs/", "/docs"),
    ],
)
def test_every_accepted_spelling_leads_to_one_path(given: str, routed: str) -> None:
    """Singular and plural, any letter case, slashes too many, the glued delete: one URL."""
    assert canonical(given) == routed


def test_an_id_that_merely_ends_in_delete_is_left_alone() -> None:
    """Only 27 characters and then ``delete`` are the published slip."""
    short = "/v1/task/" + "a" * 21 + "delete"

    assert canonical(short) == short
