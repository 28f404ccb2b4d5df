"""From a job definition to the list of all its revisions."""

from functools import partial

from batchtui.model.fields import arn_name
from batchtui.ui.new_jobs import open_form
from batchtui.ui.open_logs import go_back_to
from batchtui.ui.reach import Reach


def open_revisions(reach: Reach, definition: str) -> None:
    """Opens the list with the cursor on one of them, or goes back to it.

    Args:
        reach: The program around it.
        definition: An ARN, or ``name:revision``.
    """
    gateway = reach.connected()
    if gateway is None:
        return
    from batchtui.ui.screens.revisions import RevisionsScreen

    title = arn_name(definition)
    name = title.partition(":")[0]
    if go_back_to(
        reach.app, lambda screen: isinstance(screen, RevisionsScreen) and screen.definition_name == name
    ):
        screen = reach.app.screen
        assert isinstance(screen, RevisionsScreen)
        screen.go_to(title)
        return
    load = partial(gateway.lists.list_revisions, name)
    new_job = partial(open_form, reach.app)
    reach.app.push_screen(RevisionsScreen(name, title, load, new_job=new_job, clock=reach.clock))
