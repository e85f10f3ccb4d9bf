"""The time-skipping test server runs, and weeks pass in no time."""

import time
from datetime import timedelta

import pytest
from temporalio.testing import WorkflowEnvironment


@pytest.mark.timeskipping
async def test_weeks_pass(time_skipping: WorkflowEnvironment) -> None:
    before, began = await time_skipping.get_current_time(), time.monotonic()
    await time_skipping.sleep(timedelta(days=21))
    assert await time_skipping.get_current_time() - before >= timedelta(days=21)
    assert time.monotonic() - began < 20
