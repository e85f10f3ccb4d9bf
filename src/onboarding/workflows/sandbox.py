"""Where workflows run: the SDK's sandbox, thin, and entered once for each of their tasks."""

from collections.abc import Sequence

from temporalio import workflow
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

# Our own values and activities are passed through, not imported anew in every run.
THIN = SandboxRestrictions.default.with_passthrough_modules("onboarding.domain", "onboarding.activities")
NOWHERE = StorageDriverStoreContext()


class Sandbox(WorkflowRunner):
    def __init__(self) -> None:
        self._runner = SandboxedWorkflowRunner(restrictions=THIN)

    def prepare_workflow(self, defn: "workflow._Definition") -> None:
        self._runner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Entered(self._runner.create_instance(det))

    def set_worker_level_failure_exception_types(self, types: Sequence[type[BaseException]]) -> None:
        self._runner.set_worker_level_failure_exception_types(types)


class _Entered(WorkflowInstance):
    """The SDK enters the sandbox several times for each payload, to ask what it is part of: a tenth of our CPU.

    Nobody listens to the answer: our converter makes the same of a payload wherever it stands, and keeps none of them
    elsewhere. A codec that must know needs the real answers.
    """

    def __init__(self, sandboxed: WorkflowInstance) -> None:
        self._sandboxed = sandboxed

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        return self._sandboxed.activate(act)

    def get_serialization_context(self, command_info: object) -> None:
        return None

    def get_external_store_context(self, command_info: object) -> StorageDriverStoreContext:
        return NOWHERE

    def get_info(self) -> workflow.Info:
        return self._sandboxed.get_info()

    def get_thread_id(self) -> int | None:
        return self._sandboxed.get_thread_id()
