"""The ways to other accounts and regions: another profile, another region, the contexts that are watched."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from batchtui.context import Context
from batchtui.ui.open_logs import go_back_to
from batchtui.ui.reach import Reach
from batchtui.ui.recent import PROFILE, REGION
from batchtui.ui.screens.choice import HERE, Choice, ChoiceScreen

_REGION: Final = re.compile(r"[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}")


def choose_profile(reach: Reach) -> None:
    """Opens the list of profiles; the one that is chosen is watched in place of the present one."""
    if not _may_open(reach):
        return
    app, here, present = reach.app, reach.where(), reach.app.account.context
    regions: dict[str, str] = {}

    async def load() -> Sequence[Choice]:
        from batchtui.aws.profiles import read_profiles

        found = await asyncio.to_thread(read_profiles)
        regions.update((profile.name, profile.region) for profile in found)
        return in_order(
            [Choice(each.name, "  ".join(filter(None, (each.region, each.kind, each.account)))) for each in found],
            here.profile or present.profile,
            app.contexts.recent.names(PROFILE),
        )

    def go(chosen: Choice | None) -> None:
        if chosen is not None and chosen.sign != HERE:  # who chooses where they are stays, in their region too
            _note(reach, PROFILE, here.profile or present.profile, chosen.name)
            region = regions.get(chosen.name) or here.region or present.region
            there = Context("", chosen.name, region, app.settings.endpoint_url)
            app.contexts.replace(as_configured(there, app.settings.configured_contexts))

    app.push_screen(ChoiceScreen("Profile", load), go)


def choose_region(reach: Reach) -> None:
    """Opens the list of regions; the one that is chosen is watched in place of the present one."""
    if not _may_open(reach):
        return
    app, here, present = reach.app, reach.where(), reach.app.account.context

    async def load() -> Sequence[Choice]:
        from batchtui.aws.profiles import read_regions

        found = await asyncio.to_thread(read_regions, here.region or present.region)
        choices = [Choice(each.name, each.description) for each in found]
        return in_order(choices, here.region or present.region, app.contexts.recent.names(REGION))

    def go(chosen: Choice | None) -> None:
        if chosen is not None and chosen.sign != HERE:
            _note(reach, REGION, here.region or present.region, chosen.name)
            there = replace(present, name="", profile=here.profile or present.profile, region=chosen.name)
            app.contexts.replace(as_configured(there, app.settings.configured_contexts))

    app.push_screen(ChoiceScreen("Region", load, typed_region), go)


def open_contexts(reach: Reach) -> None:
    """Opens the list of the contexts that are watched, or goes back to it."""
    from batchtui.ui.screens.contexts import ContextsScreen

    if not go_back_to(reach.app, lambda screen: isinstance(screen, ContextsScreen)):
        reach.app.push_screen(ContextsScreen(reach.app.contexts, clock=reach.clock))


def open_all_jobs(reach: Reach) -> None:
    """Opens the list of the jobs of all contexts, or goes back to it."""
    from batchtui.ui.screens.all_jobs import AllJobsScreen

    if not go_back_to(reach.app, lambda screen: isinstance(screen, AllJobsScreen)):
        reach.app.push_screen(AllJobsScreen(reach.app.contexts, clock=reach.clock))


def in_order(choices: Sequence[Choice], here: str | None, recent: Sequence[str]) -> list[Choice]:
    """The recent ones first, the latest before the others, then as they come; each with what it is.

    The present one is no recent one: what was left last stands first, and is one key away.
    """
    places = {name: place for place, name in enumerate(recent) if name != here}
    signed = [
        Choice(each.name, each.note, HERE if each.name == here else "recent" if each.name in places else "")
        for each in choices
    ]
    return sorted(signed, key=lambda each: places.get(each.name, len(recent)))


def typed_region(text: str) -> Choice | None:
    """A region that botocore's data does not know yet, where it looks like one."""
    return Choice(text, "as it was typed") if _REGION.fullmatch(text) else None


def _note(reach: Reach, kind: str, *names: str | None) -> None:
    for name in names:
        if name:
            reach.app.contexts.recent.note(kind, name)


def as_configured(there: Context, configured: Sequence[Context]) -> Context:
    """What the configuration has to say of a place: its name, its colour, and whether a mistake there hurts.

    Args:
        there: Where one wants to go.
        configured: Its contexts. One that leaves the region open lends what it says, but for its name.
    """
    for context in configured:
        if context.place == there.place:
            return context
    for context in configured:
        if context.region is None and replace(context, region=there.region).place == there.place:
            is_production = there.is_production or context.is_production
            return replace(there, is_production=is_production, colour=context.colour or there.colour)
    return there


def _may_open(reach: Reach) -> bool:
    """Where one cannot leave, it is said before anybody chooses."""
    why = reach.app.contexts.why_stay()
    if why:
        reach.app.notify(why, severity="warning")
    return not why
