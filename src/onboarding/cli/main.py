"""The command `onboarding`: every verb, put together from one file per subject."""

import typer

from onboarding import telemetry
from onboarding.cli import cases, order, roles, run, systems
from onboarding.cli.explain import explain
from onboarding.cli.web import web

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # its traceback prints local variables, and so people
    help="Access for new hires and consultants: policy as code, durable cases, everything read back.",
)


@app.callback()
def _command() -> None:
    """A command answers in sentences; only who works on until stopped tells a log."""
    telemetry.configure("error")


app.command("dev")(run.dev)
app.command("worker")(run.worker)
app.command("web")(web)
app.command("order")(order.order)
app.add_typer(cases.app, name="case")
app.add_typer(systems.app, name="systems")
app.add_typer(roles.app, name="roles")
app.add_typer(run.db, name="db")
roles.app.command("explain")(explain)
