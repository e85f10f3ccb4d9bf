"""The document of the API is true: whatever is sent, the answer is one that it says may come."""

from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance
from structlog.testing import capture_logs

from onboarding.api.app import NAMES, create_app
from onboarding.store.engine import Store
from tests.api import scene
from tests.api.test_order import ORDER

PROBLEM = "application/problem+json"
OPERATIONS = (
    "GET /cases", "POST /cases/search", "GET /cases/{number}", "GET /cases/{number}/history",
    "POST /cases/{number}/acts", "POST /orders", "GET /stuck", "POST /stuck/retry", "GET /tasks",
)  # fmt: skip
NUMBERS = st.sampled_from(["B-2026-000001", "B-2026-000002", None])  # None: any that Hypothesis thinks of


@pytest.fixture
def app(quick: Store) -> FastAPI:
    scene.moved_in(quick)
    return create_app(quick, operator="ida.it", hosts=[*NAMES, "testserver"])


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


@pytest.fixture
def schema(app: FastAPI, quick: Store) -> BaseSchema:
    """With a case that has begun, and one that has not."""
    number = scene.begun(quick, 1, job_code="7531")
    scene.asked(quick, number, "people:approve:bank", "approve")
    scene.ordered(quick, 2)
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)


# An order's fields are read by the rules of HR's file, which no schema can say: what it lets through may be refused.
READ_BY_OTHER_RULES: list[schemathesis.CheckFunction] = [positive_data_acceptance]
bounded = settings(
    max_examples=30, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("operation", OPERATIONS)
@bounded
@given(data=st.data())
def test_every_answer_is_one_that_the_document_tells(schema: BaseSchema, operation: str, data: st.DataObject) -> None:
    """Whether what is sent fits the document or does not."""
    method, path = operation.split()
    known: APIOperation[Any, Any, Any, Any] = schema[f"/api/v1{path}"][method]
    modes = list(GenerationMode) if known.body or known.query else [GenerationMode.POSITIVE]  # what can be sent wrong
    case = data.draw(known.as_strategy(generation_mode=data.draw(st.sampled_from(modes))))
    number = data.draw(NUMBERS)
    if number and "number" in case.path_parameters:
        case.path_parameters["number"] = number
    with capture_logs():
        case.call_and_validate(excluded_checks=READ_BY_OTHER_RULES if operation == "POST /orders" else None)


def test_no_operation_is_left_out(schema: BaseSchema) -> None:
    paths = schema.raw_schema["paths"]
    assert {f"{m.upper()} {path.removeprefix('/api/v1')}" for path, of in paths.items() for m in of} == {*OPERATIONS}


def told(client: TestClient, method: str, path: str) -> dict[str, Any]:
    """What the document says an operation may answer, by status."""
    answers: dict[str, Any] = client.get("/api/v1/openapi.json").json()["paths"][path][method]["responses"]
    return answers


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (400, {"content": b"\xff", "headers": {"content-type": "application/json"}}),
        (403, {"json": ORDER, "headers": {"sec-fetch-site": "cross-site"}}),
        (413, {"json": {**ORDER, "title": "x" * 100_000}}),
        (422, {"json": {"given_name": 1}}),
        (422, {"data": ORDER}),
    ],
)
@pytest.mark.parametrize("path", ["/orders", "/cases/search", "/stuck/retry", "/cases/{number}/acts"])
def test_what_is_wrong_with_what_is_sent_is_told_and_is_a_problem(
    client: TestClient, path: str, status: int, sent: dict[str, Any]
) -> None:
    answer = client.post(f"/api/v1{path}", **sent)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert answer.json()["status"] == status and answer.json()["detail"]
    assert list(told(client, "post", f"/api/v1{path}")[str(status)]["content"]) == [PROBLEM]


@pytest.mark.parametrize("path", ["/cases", "/cases/{number}", "/cases/{number}/history", "/stuck", "/tasks"])
def test_a_fault_of_ours_is_told_and_is_a_problem(client: TestClient, quick: Store, path: str) -> None:
    with quick.writing() as tx:
        tx.exec_driver_sql("DROP TABLE tasks")
        tx.exec_driver_sql("DROP TABLE acts")
        tx.exec_driver_sql("DROP TABLE steps")
        tx.exec_driver_sql("DROP TABLE cases")
    with capture_logs():
        answer = client.get(f"/api/v1{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert list(told(client, "get", f"/api/v1{path}")["500"]["content"]) == [PROBLEM]


def test_a_wrong_method_is_told_which_there_are(client: TestClient) -> None:
    answer = client.delete("/api/v1/cases")
    assert (answer.status_code, answer.headers["content-type"]) == (405, PROBLEM)
    assert answer.json()["key"] == "page.error-method"
    assert answer.headers["allow"] == "GET"
