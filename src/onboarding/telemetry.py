"""Logging: one shape for our own lines and everybody else's, and no line that carries personal data."""

import logging
import sys
import traceback
from collections.abc import Mapping
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# A name under any of these keys would be a person's: lines speak of ids.
PERSONAL = frozenset({"name", "given_name", "family_name", "email", "mobile", "username", "value", "note"})

# What Temporal's core tells beside its sentence. The rest may hold what failed, in its own words.
CORE = frozenset({"namespace", "task_queue", "workflow_id", "run_id", "activity_type", "attempt", "call_name"})

# What comes first in a line for machines: a person reads them too.
FIRST = ("timestamp", "level", "event", "case", "system")

# Errors of these libraries quote the rows and values they were about.
QUOTING = ("pydantic", "sqlalchemy", "psycopg", "sqlite3")


def configure(level: str = "info", form: Literal["console", "json"] = "console", to: TextIO | None = None) -> None:
    """Set logging up for this process. Lines go to stderr: stdout belongs to what a command answers."""
    stream = to or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        from_core,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        with_trace,
        without_people,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(form, stream)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    handler.addFilter(not_each_try)
    handler.addFilter(not_what_we_raised)
    for talkative in ("temporalio", "alembic", "uvicorn"):  # the second tells of each look at the schema
        logging.getLogger(talkative).setLevel(logging.WARNING)


def _rendering(form: Literal["console", "json"], stream: TextIO) -> list[Processor]:
    if form == "json":
        return [_in_order, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]
    # The renderer's own traceback would print local variables, and so people.
    return [structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)]


def from_core(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """A line that Temporal's core, which is not Python, has handed to our log: its fields become those of a line."""
    core = event.pop("temporal_log", None)
    for key, value in getattr(core, "fields", {}).items():
        if key in CORE:
            event.setdefault(key, value)
    return event


def not_each_try(record: logging.LogRecord) -> bool:
    """Every poller of every queue tells each of its tries while Temporal is away; dispatch says it once."""
    tries = ("gRPC call ", "Network error while sending worker heartbeat")
    return record.name != "temporalio.core" or not record.getMessage().startswith(tries)


def not_what_we_raised(record: logging.LogRecord) -> bool:
    """The SDK tells each failed activity with a trace; what our activities raise they have told themselves, by case."""
    error = record.exc_info[1] if record.exc_info else None
    return record.name != "temporalio.activity" or type(error).__name__ != "ApplicationError"


def _in_order(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    return {key: event[key] for key in (*FIRST, *event) if key in event}


def without_people(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Drop what is known to be personal, at any depth."""
    return {key: _without(value) for key, value in event.items() if key not in PERSONAL}


def _without(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _without(inner) for key, inner in value.items() if key not in PERSONAL}
    if isinstance(value, list | tuple):
        return [_without(inner) for inner in value]
    return value


def with_trace(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The trace of an exception, without the texts of those libraries that quote values in theirs."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given is True else _second(given)
    if error is not None:
        event["exception"] = trace(error)
    return event


def _second(given: object) -> BaseException | None:
    match given:
        case (_, BaseException() as error, _):
            return error
        case _:
            return None


def trace(error: BaseException) -> str:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    quotes = type(error).__module__.partition(".")[0].startswith(QUOTING)
    text = "(text left out: it may quote personal data)" if quotes else str(error)
    lines = [*traceback.format_tb(error.__traceback__), f"{type(error).__qualname__}: {text}"]
    return (f"{trace(before)}\n\nand then\n\n" if before else "") + "".join(lines)
