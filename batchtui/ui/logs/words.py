"""What a log's screen says of itself: where in the log it is, and why there is nothing to see."""

from batchtui.logs.session import LogSession
from batchtui.logs.timestamps import TimestampForm
from batchtui.ui.widgets.log_view import LogView


def place_words(
    view: LogView, session: LogSession, times: TimestampForm, *, has_only_matches: bool, is_paused: bool
) -> str:
    """How it is shown, and which line of how many the cursor is on.

    Args:
        view: Where the lines are shown.
        session: Where they come from.
        times: How their times are shown.
        has_only_matches: Whether only what was searched for is shown.
        is_paused: Whether nothing is asked.
    """
    buffer = view.buffer
    words = [] if view.look.wraps else ["cut" if not view.look.shift else f"from column {view.look.shift}"]
    words += [f"times {times}"] if times is not TimestampForm.NONE else []
    words += [f"JSON {view.look.json}"] if view.look.json else []
    words += ["own colours"] if view.look.has_colours else []
    words += ["matches only"] if has_only_matches else []
    words += ["‖ paused"] if is_paused else []
    if len(buffer):
        is_all = not (session.has_older or session.has_unread)
        count = f"{len(buffer):,}{'' if is_all else '+'} lines"  # how many more there are, nobody knows
        if not view.is_following:
            words.append(f"line {view.cursor - buffer.first + 1:,} of {count}")
        else:
            words += ["following" if session.is_following else "at the end", count]
    return " · ".join(words)


def nothing_words(session: LogSession) -> str:
    """Why there is no line."""
    waits = session.is_following and not session.selected
    begins = " It begins by itself as soon as there is one." if waits else ""
    return f"{session.headline[:1].upper()}{session.headline[1:].rstrip('.')}.{begins}"
