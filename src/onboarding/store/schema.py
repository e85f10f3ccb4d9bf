"""Every table. Times are UTC; text for states, so that a row reads the same in psql as in the code."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    TypeDecorator,
    Uuid,
    text,
)


class Utc(TypeDecorator[datetime]):
    """An instant. SQLite keeps it without a zone; nothing without a zone gets in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(32), primary_key=True),  # 'case-2026'
    Column("value", Integer, nullable=False),
)

policies = Table(
    "policies",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("content", Text, nullable=False),  # Catalogue as JSON
    Column("current_since", Utc, nullable=False),  # the newest is the current one
)

units = Table(
    "units",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent", String(64)),
    Column("manager", String(64)),
    Column("managed_from", Date),
)

persons = Table(
    "persons",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("employee_number", String(64), unique=True),
    Column("given_name", Text, nullable=False),
    Column("family_name", Text, nullable=False),
    Column("email", Text),
    Column("mobile", Text),
    Column("language", String(2), nullable=False),
    Column("protected", Boolean, nullable=False),
)

employments = Table(
    "employments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person", ForeignKey("persons.id"), nullable=False, index=True),
    Column("unit", String(64), nullable=False, index=True),
    Column("job_code", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("percentage", Numeric(5, 2), nullable=False),
    Column("start", Date, nullable=False),
    Column("end", Date),
    Column("manager", String(64)),
    Column("role", String(64)),
    Column("extras", JSON, nullable=False, server_default="[]"),  # a list of ids of entitlements
    Column("epoch", Integer, nullable=False, server_default="0"),
)

usernames = Table(  # a name is never freed: no row is ever deleted
    "usernames",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("person", ForeignKey("persons.id"), nullable=False),
    Column("current", Boolean, nullable=False),
    Column("reserved_at", Utc, nullable=False),
    Index(
        "uq_usernames_current", "person", unique=True, sqlite_where=text("current"), postgresql_where=text("current")
    ),
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person", ForeignKey("persons.id"), nullable=False, index=True),
    Column("attribute", String(64), nullable=False),
    Column("value", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("applied_at", Utc),  # None: asked for, not yet taken
)

accounts = Table(
    "accounts",
    metadata,
    Column("person", ForeignKey("persons.id"), primary_key=True),
    Column("system", String(64), primary_key=True),
    Column("native_id", String(255)),
    Column("name", String(255)),
    Column("enabled", Boolean),
    Column("verified_at", Utc),
    Column("lease_holder", String(128)),  # case/run/n/attempt
    Column("lease_until", Utc),
    Index("uq_accounts_native_id", "system", "native_id", unique=True),
)

ENDED_SQL = "state IN ('closed', 'withdrawn', 'superseded')"
ONE_OPEN = text(f"kind IN ('onboard', 'move', 'offboard') AND NOT ({ENDED_SQL})")
RECEIVED = text("state = 'received'")

cases = Table(
    "cases",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", String(16), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("person", ForeignKey("persons.id"), nullable=False, index=True),
    Column("employment", ForeignKey("employments.id"), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("policy", ForeignKey("policies.hash"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("withdrawn", Boolean, nullable=False, server_default=text("false")),
    Column("plan", Integer, nullable=False, server_default="0"),  # number of the newest plan; 0: none yet
    Column("run", Integer, nullable=False, server_default="0"),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("ordered_by", Text, nullable=False),
    Column("ordered_via", String(16), nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("state_since", Utc, nullable=False),
    Column("prepared_at", Utc),  # first time prepared, ready or closed
    Column("outlook", Text, nullable=False, server_default="{}"),  # Outlook as JSON: what its sentence is made of
    Index("uq_cases_one_open", "employment", unique=True, sqlite_where=ONE_OPEN, postgresql_where=ONE_OPEN),
    Index("ix_cases_received", "received_at", sqlite_where=RECEIVED, postgresql_where=RECEIVED),
    Index("ix_cases_state", "state", "number"),
)

plans = Table(
    "plans",
    metadata,
    Column("case", ForeignKey("cases.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("policy", ForeignKey("policies.hash"), nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("content", JSON, nullable=False),
)

steps = Table(
    "steps",
    metadata,
    Column("case", ForeignKey("cases.id"), primary_key=True),
    Column("id", String(255), primary_key=True),
    Column("at", Integer, nullable=False),  # the order of the plan
    Column("system", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    Column("entitlement", String(64)),
    Column("unit", String(64)),
    Column("target", Text, nullable=False),
    Column("needs", JSON, nullable=False),
    Column("not_before", Utc),
    Column("before_first_day", Boolean, nullable=False),
    Column("due", Utc),
    Column("ask", JSON(none_as_null=True)),
    Column("want", String(4), nullable=False, server_default="do"),
    Column("state", String(16), nullable=False, server_default="waiting"),
    Column("theirs", Boolean, nullable=False, server_default=text("false")),
    Column("before", Boolean),
    Column("since", Utc, nullable=False),
    Column("faults_since", Utc),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_at", Utc),
    Column("verified_at", Utc),
    Column("by", Text),
    Column("reason", String(64)),
    Column("params", JSON, nullable=False),
    Column("answer", JSON(none_as_null=True)),  # action `name`: which were asked about, and which were taken
    Column("run", Integer, nullable=False, server_default="0"),
    Column("n", Integer, nullable=False, server_default="0"),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Index("ix_steps_state", "state", "system", sqlite_where=text("state IN ('stuck', 'asked', 'held')"),
          postgresql_where=text("state IN ('stuck', 'asked', 'held')")),
)  # fmt: skip

notes = Table(  # reasons and evidence: the only free text
    "notes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("text", Text, nullable=False),
)

acts = Table(
    "acts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case", ForeignKey("cases.id"), nullable=False, index=True),
    Column("step", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("actor", Text, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("value", Text),
    Column("correction", ForeignKey("corrections.id")),
    Column("note", ForeignKey("notes.id")),
    Column("state", String(8), nullable=False),  # open, taken, refused
    Column("why", String(64)),
    Column("closed_at", Utc),
    Column("rings", Integer, nullable=False, server_default="0"),
    Column("ring_at", Utc, nullable=False),
    CheckConstraint("state IN ('open', 'taken', 'refused')", name="state"),
    Index("uq_acts_one_open", "case", "step", unique=True, sqlite_where=text("state = 'open'"),
          postgresql_where=text("state = 'open'")),
    Index("ix_acts_ring", "ring_at", sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
)  # fmt: skip

tasks = Table(
    "tasks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case", ForeignKey("cases.id"), nullable=False),
    Column("step", String(255), nullable=False),
    Column("kind", String(16), nullable=False),  # by hand, approve, gate, role, confirm
    Column("for_", Text, nullable=False),
    Column("instructions", JSON, nullable=False, server_default='{"nb": ""}'),  # a Title
    Column("asked_at", Utc, nullable=False),
    Column("asked_by", Text),  # confirm: the first person
    Column("deadline", Utc),
    Column("closed_at", Utc),
    Column("answered_by", Text),
    Column("answer", String(16)),  # done, approved, declined, void
    Index("uq_tasks_open", "case", "step", "kind", unique=True, sqlite_where=text("closed_at IS NULL"),
          postgresql_where=text("closed_at IS NULL")),
)  # fmt: skip

refusals = Table(
    "refusals",
    metadata,
    Column("case", ForeignKey("cases.id"), primary_key=True),
    Column("step", String(255), primary_key=True),
    Column("at", Utc, nullable=False),
    Column("attribute", String(64), nullable=False),
    Column("value", Text, nullable=False),
    Column("reason", String(64), nullable=False),
    Column("proposal", Text),
)

grants = Table(
    "grants",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person", ForeignKey("persons.id"), nullable=False, index=True),
    Column("entitlement", String(64), nullable=False),
    Column("unit", String(64), nullable=False),  # '' where there is not one per unit
    Column("system", String(64), nullable=False),
    Column("employment", ForeignKey("employments.id"), nullable=False),
    Column("case", ForeignKey("cases.id"), nullable=False),
    Column("from_", Utc, nullable=False),
    Column("until", Date),
    Column("verified_at", Utc),  # None: a person said so, nothing could be read
    Column("ended_at", Utc),
    Index("uq_grants_living", "case", "entitlement", "unit", unique=True,
          sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
)  # fmt: skip

system_state = Table(
    "system_state",
    metadata,
    Column("system", String(64), primary_key=True),
    Column("held_at", Utc),
    Column("held_by", Text),
    Column("hold_reason", String(64)),  # a key in `texts`
    Column("hold_params", JSON(none_as_null=True)),  # that fill it: no secret, and nothing of a person
    Column("hold_note", ForeignKey("notes.id")),
    Column("credentials_refused", Boolean, nullable=False, server_default=text("false")),
    Column("next_probe", Utc),
    Column("proven_at", Utc),  # our credentials were accepted; None: one visit goes first, alone
    Column("proving_until", Utc),
    Column("silent_since", Utc),
    Column("tested_at", Utc),
    Column("tested_ok", Boolean),
)

events = Table(  # append-only: triggers refuse update and delete
    "events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("at", Utc, nullable=False),
    Column("actor_kind", String(16), nullable=False),
    Column("actor", Text, nullable=False),
    Column("on_behalf_of", Text),
    Column("via", String(16), nullable=False),
    Column("what", String(64), nullable=False),
    Column("case", Uuid),
    Column("step", String(255)),
    Column("object", String(128)),  # a system, a policy's hash, an import
    Column("note", Uuid),
    Column("detail", JSON, nullable=False),  # ids, states and keys of texts: no personal data
    Index("ix_events_case", "case", "seq"),
    sqlite_autoincrement=True,  # a number is never used again
)

imports = Table(
    "imports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("actor", Text, nullable=False),
    Column("digest", String(64), nullable=False),  # sha256 of the file
    Column("ordered", Integer, nullable=False),
    Column("already", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("bad", Integer, nullable=False),
)

import_rows = Table(
    "import_rows",
    metadata,
    Column("import_id", ForeignKey("imports.id"), primary_key=True),
    Column("at", Integer, primary_key=True),
    Column("row", Integer),  # the line in the file; None: the file as a whole
    Column("outcome", String(16), nullable=False),  # ordered, already, changed, bad
    Column("case", ForeignKey("cases.id")),
    Column("column", String(64)),
    Column("reason", String(64)),  # a key in `texts`; the bad value itself is not kept
)
