"""A workflow that does what none may: it looks at the clock of the machine it happens to run on."""

from datetime import UTC, datetime
from uuid import UUID

from temporalio import workflow


@workflow.defn(name="Case")
class LooksAtTheClock:
    @workflow.run
    async def run(self, case: UUID) -> str:
        return f"{case} {datetime.now(UTC)}"
