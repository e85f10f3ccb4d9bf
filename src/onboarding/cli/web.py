"""`onboarding web`: the pages, for whoever sits at this machine."""

import asyncio
import getpass
from typing import Annotated

import typer

from onboarding import telemetry
from onboarding.cli.edge import Language, fail, known_settings, opened
from onboarding.cli.run import until_told
from onboarding.serving import listen
from onboarding.texts.catalogue import DEFAULT, say


def web(
    host: Annotated[str, typer.Option(help="An address of this machine alone: nobody signs in yet.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8080,
    language: Language = DEFAULT,
) -> None:
    """Serve the pages and the JSON beside them, until stopped."""
    from onboarding.api.app import LOOPBACK, create_app  # half a second that other commands need not wait
    from onboarding.api.serving import serve

    settings = known_settings(language)
    if host not in LOOPBACK:
        fail(say("page.only-this-machine", language))
    with opened(language) as store:
        try:
            listening = listen(host, port)
        except OSError:
            fail(say("page.port-taken", language, port=str(port)))
        telemetry.configure(settings.log_level, settings.log_format)
        shown = f"[{host}]" if ":" in host else host
        print(say("page.at", language, address=f"http://{shown}:{port}"), flush=True)
        asyncio.run(until_told(serve(create_app(store, operator=getpass.getuser()), listening)))
