"""From the palette to the list of job definitions, and from a definition to the form for a new job."""

from functools import partial
from typing import TYPE_CHECKING

from batchtui.model.job_definition import ACTIVE, JobDefinition
from batchtui.ui.open_logs import go_back_to
from batchtui.ui.reach import Reach

if TYPE_CHECKING:
    from batchtui.ui.app import BatchtuiApp


def open_definitions(reach: Reach) -> None:
    """Opens the list of job definitions, or goes back to it."""
    gateway = reach.connected()
    if gateway is None:
        return
    from batchtui.ui.screens.definitions import DefinitionsScreen

    if not go_back_to(reach.app, lambda screen: isinstance(screen, DefinitionsScreen)):
        new_job = partial(open_form, reach.app)
        reach.app.push_screen(DefinitionsScreen(gateway.list_job_definitions, new_job=new_job, clock=reach.clock))


def open_form(app: "BatchtuiApp", definition: JobDefinition) -> None:
    """Opens the form for a new job; its queue is the main screen's until another is chosen."""
    if app.why_read_only is not None:
        app.notify(app.why_read_only, severity="warning")
        return
    if definition.status is not None and definition.status != ACTIVE:
        text = f"{definition.title} is {definition.status}: no job can be submitted with it."
        app.notify(text, severity="warning")
        return
    from batchtui.ui.screens.submit_form import SubmitFormScreen

    app.push_screen(
        SubmitFormScreen(
            definition,
            app.get_default_screen().queue,
            queues=lambda: app.snapshot.job_queues or (),
            published=app.account.published,
        )
    )
