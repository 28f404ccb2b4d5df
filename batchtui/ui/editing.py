"""A request in a person's hands: as text in their editor, checked, and back to the editor on mistakes."""

import asyncio
import os
from collections.abc import Sequence
from functools import partial
from typing import Any

from textual.app import App

from batchtui.actions.draft import Draft
from batchtui.actions.edited_draft import edited_draft
from batchtui.actions.request_notes import Request
from batchtui.actions.request_reading import Edited, TextProblem, read_request, with_problems
from batchtui.actions.request_text import request_text
from batchtui.ui.editor import EditorError, edit_in_terminal, editor_command, missing_editor


async def edit_draft(app: App[Any], draft: Draft) -> Draft | None:
    """Lets a person edit a request until it can be read; to be called from a worker. Nothing is sent.

    In ``$VISUAL`` or ``$EDITOR``, or where there is none in a text area of this app.

    Returns:
        The draft with the request as edited; None where the person left.
    """
    text = await asyncio.to_thread(request_text, draft)
    request = await _request(app, draft, text)
    return None if request is None else edited_draft(draft, request)


async def _request(app: App[Any], draft: Draft, text: str) -> Request | None:
    if missing := missing_editor(os.environ):
        _say(app, f"There is no {missing}, which is set as the editor.")
    command = editor_command(os.environ)
    while command is not None:
        try:
            changed = await edit_in_terminal(app, command, text)
        except EditorError as error:
            _say(app, str(error))
            break
        if changed is None:
            return None
        edited = await asyncio.to_thread(read_request, changed, draft)
        if not edited.problems:
            return edited.request
        text = with_problems(changed, edited.problems)
        if not await _wants_to_mend(app, edited.problems):
            return None
    return await _in_text_area(app, draft, text)


async def _wants_to_mend(app: App[Any], problems: Sequence[TextProblem]) -> bool:
    from batchtui.ui.screens.mistakes import MistakesScreen

    wants: bool = await app.push_screen_wait(MistakesScreen(problems))
    return wants


async def _in_text_area(app: App[Any], draft: Draft, text: str) -> Request | None:
    from batchtui.ui.screens.text_editing import TextEditingScreen

    read = partial(read_request, draft=draft)
    edited: Edited | None = await app.push_screen_wait(TextEditingScreen("Edit the request", text, read))
    return None if edited is None else edited.request


def _say(app: App[Any], sentence: str) -> None:
    app.notify(sentence, severity="warning")
