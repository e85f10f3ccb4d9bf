"""Every line has one shape, and none carries personal data."""

import io
import json
import logging
from datetime import date
from typing import Literal

import pytest
import structlog
from pydantic import BaseModel

from onboarding import telemetry


def lines(to: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in to.getvalue().splitlines()]


@pytest.fixture
def out() -> io.StringIO:
    to = io.StringIO()
    telemetry.configure("info", "json", to)
    return to


def test_our_lines_and_others_have_one_shape(out: io.StringIO) -> None:
    structlog.contextvars.bind_contextvars(case="B-2026-000123")
    structlog.get_logger("onboarding.visit").info("visit ended", system="scim", day=date(2026, 12, 1))
    logging.getLogger("somebody.else").warning("slow: %s ms", 900, extra={"attempt": 3})
    ours, theirs = lines(out)
    assert ours | {"timestamp": ""} == {
        "event": "visit ended",
        "system": "scim",
        "day": "2026-12-01",
        "case": "B-2026-000123",
        "logger": "onboarding.visit",
        "level": "info",
        "timestamp": "",
    }
    assert theirs.keys() == {"event", "attempt", "case", "logger", "level", "timestamp"}
    assert (theirs["event"], theirs["attempt"]) == ("slow: 900 ms", 3)


@pytest.mark.parametrize("key", sorted(telemetry.PERSONAL))
@pytest.mark.parametrize("form", ["json", "console"])
def test_people_never_get_through(key: str, form: Literal["json", "console"]) -> None:
    out = io.StringIO()
    telemetry.configure("info", form, out)
    inside = {"step": "scim:account", "all": [{key: "Kari Nordmann"}]}
    structlog.contextvars.bind_contextvars(**{key: "Kari Nordmann"})
    structlog.get_logger().info("mended", **{key: "Kari Nordmann"}, of=inside)
    if key != "name":  # the standard library keeps that word for the logger
        logging.getLogger("x").warning("mended", extra={key: "Kari Nordmann"})
    assert "Kari" not in out.getvalue()
    assert "scim:account" in out.getvalue()


class Row(BaseModel):
    mobile: int


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_trace_shows_where_and_not_who(form: Literal["json", "console"]) -> None:
    out = io.StringIO()
    telemetry.configure("info", form, out)
    someone = "Kari " + "Nordmann"  # a local variable of the frame that fails
    try:
        try:
            Row.model_validate({"mobile": someone})
        except ValueError as error:
            raise ConnectionError("nobody answers") from error
    except ConnectionError:
        structlog.get_logger().exception("visit failed")
        logging.getLogger("x").exception("visit failed")
    text = out.getvalue()
    assert text.count("ConnectionError: nobody answers") == 2
    assert text.count("ValidationError: (text left out") == 2
    assert "Row.model_validate" in text
    assert "Nordmann" not in text.replace('"Kari " + "Nordmann"', "")


def test_a_given_exception_is_traced(out: io.StringIO) -> None:
    structlog.get_logger().error("visit failed", exc_info=OSError("gone"))
    structlog.get_logger().error("nothing was raised", exc_info=True)
    first, second = lines(out)
    assert first["exception"] == "OSError: gone"
    assert "exception" not in second


@pytest.mark.parametrize(
    ("level", "heard"), [("debug", ["debug", "info", "warning"]), ("info", ["info", "warning"]), ("error", [])]
)
def test_the_level_decides(level: str, heard: list[str]) -> None:
    out = io.StringIO()
    telemetry.configure(level, "json", out)
    logger = structlog.get_logger("onboarding")
    logger.debug("a")
    logger.info("a")
    logger.warning("a")
    assert [line["level"] for line in lines(out)] == heard


def test_temporal_speaks_only_when_something_is_wrong() -> None:
    out = io.StringIO()
    telemetry.configure("debug", "json", out)
    logging.getLogger("temporalio.worker").info("polling")
    logging.getLogger("temporalio.worker").warning("lost")
    assert [line["event"] for line in lines(out)] == ["lost"]


class FromCore:
    """As the SDK hands a line of its core to Python: what is beside the sentence may be anybody's words."""

    fields = {"workflow_id": "case-7", "attempt": 2, "failure": "Kari Nordmann"}  # as the SDK has it


@pytest.mark.parametrize("form", ["json", "console"])
def test_what_temporals_core_says_is_a_line_like_ours(form: Literal["json", "console"]) -> None:
    out = io.StringIO()
    telemetry.configure("info", form, out)
    core = logging.getLogger("temporalio.core")
    core.warning("Failing workflow task", extra={"temporal_log": FromCore()})
    core.warning("gRPC call poll_activity_task_queue retried 7 times", extra={"temporal_log": FromCore()})
    core.warning("Network error while sending worker heartbeat", extra={"temporal_log": FromCore()})
    assert "Nordmann" not in out.getvalue() and "temporal_log" not in out.getvalue()
    if form == "json":
        (line,) = lines(out)
        assert line | {"timestamp": ""} == {
            "event": "Failing workflow task",
            "workflow_id": "case-7",
            "attempt": 2,
            "logger": "temporalio.core",
            "level": "warning",
            "timestamp": "",
        }
    else:
        assert "workflow_id=case-7" in out.getvalue() and out.getvalue().count("\n") == 1


def test_a_line_begins_with_what_is_looked_for(out: io.StringIO) -> None:
    structlog.contextvars.bind_contextvars(system="ad", case="B-2026-000123")
    structlog.get_logger().info("visit ended", attempt=1)
    (line,) = lines(out)
    assert [*line][:5] == ["timestamp", "level", "event", "case", "system"]


def test_configuring_twice_says_each_line_once(out: io.StringIO) -> None:
    again = io.StringIO()
    telemetry.configure("info", "json", again)
    structlog.get_logger().info("once")
    assert (len(lines(out)), len(lines(again))) == (0, 1)
