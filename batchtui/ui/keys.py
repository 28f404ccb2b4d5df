"""Every key in one place: bindings, footer and help are made from these lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class Key:
    """What a key does.

    Attributes:
        id: What a key map in the configuration calls it.
        keys: Textual's names of the keys, separated by commas.
        action: Textual's action.
        help: A sentence for the help.
        label: A word or two for the footer; empty where the footer need not name it.
        shown: The keys as people write them.
        changes: Whether it changes something, so that read-only mode does not have it.
    """

    id: str
    keys: str
    action: str
    help: str
    label: str = ""
    shown: str = ""
    changes: bool = False

    @property
    def display(self) -> str:
        """The keys as people write them."""
        return self.shown or self.keys.replace(",", " ")


_CHANGE = "Change: the queue's priority, the environment's vCPUs, the service job's priority"

GLOBAL_KEYS = (
    Key("help", "question_mark,f1", "help", "This help", "help", "?"),
    Key("errors", "exclamation_mark", "errors", "The errors of this session", "", "!"),
    Key("palette", "colon,ctrl+p", "command_palette", "Commands, queues, jobs by name", "commands", ": ctrl+p"),
    Key("mouse", "M", "mouse", "Let go of the mouse, so that the terminal selects text; and back"),
    Key("refresh", "ctrl+r", "refresh_now", "Ask AWS now, for everything", "", "ctrl+r"),
    Key("pause", "p", "pause", "Pause and resume polling", "pause"),
    Key("theme", "ctrl+t", "next_theme", "The next of batchtui's themes; : theme lists all"),
    Key("screenshot", "ctrl+g", "picture", "Screenshot: what is on the screen, as SVG or as text (:screenshot)"),
    Key("redraw", "ctrl+l", "redraw", "Draw everything anew: something else wrote to the terminal"),
    Key("suspend", "ctrl+z", "suspend_process", "Suspend; fg comes back"),
    Key("quit", "q,ctrl+q,ctrl+c", "quit", "Quit", "quit", "q"),
    Key("profile", "P", "app.place('profiles')", "Another profile: choose it from a list", "profile"),
    Key("region", "R", "app.place('regions')", "Another region: choose it from a list", "region"),
)

MAIN_KEYS = (
    Key("next-pane", "tab", "next_pane", "Next pane", "pane"),
    Key("previous-pane", "shift+tab", "previous_pane", "Previous pane", "", "shift+tab"),
    Key("zoom", "z", "zoom", "Zoom the pane, and back", "zoom"),
    Key("groups", "v", "app.place('groups')", "The jobs in groups: by step, cause of failure, tag …", "groups"),
    Key("blocked", "B", "blocked", "Why a queue is blocked: of the job at its head; again for the next queue"),
    Key(
        "watch-list", "ctrl+e", "watch_list", "Tell me when all jobs that are shown have ended, and later ones too"
    ),
    Key("back", "escape", "back", "Back: clears the filter, then the status, then the zoom", "", "esc"),
)

LIST_KEYS = (
    Key("down", "down,j", "cursor(1)", "Next row", "", "↓ j"),
    Key("up", "up,k", "cursor(-1)", "Previous row", "", "↑ k"),
    Key("page-down", "pagedown,ctrl+f", "page(1)", "Next page", "", "pgdn"),
    Key("page-up", "pageup,ctrl+b", "page(-1)", "Previous page", "", "pgup"),
    Key("first", "home,g", "first", "First row, and stay at the top", "", "home g"),
    Key("last", "end,G", "last", "Last row", "", "end G"),
    Key("open", "enter,d", "open", "Details", "details", "enter d"),
    Key("log", "l", "screen.log", "The log of the job, or of all marked ones together", "log"),
    Key("why", "w", "screen.why", "Why the job failed, or why it waits; how a queue stands", "why"),
    Key("children", "a", "screen.children", "The children of an array or the nodes of a job: table and map"),
    Key("dependencies", "b", "screen.dependencies", "What the job waits for, and what waits for it"),
    Key("watch", "W", "screen.watch", "Tell me when the job has ended, or all marked ones; again: do not"),
    Key("stop", "x,ctrl+d", "screen.stop", "Stop the job, or all marked ones", "stop", "x ctrl+d", changes=True),
    Key("resubmit", "r", "screen.resubmit", "Submit the job or all marked ones again", "resubmit", changes=True),
    Key("edit", "e", "screen.edit", "Edit the job's request as text, and submit that", changes=True),
    Key("state", "t", "screen.change('state')", "Enable it, or disable it: a queue, an environment", changes=True),
    Key("change", "equals_sign", "screen.change('numbers')", _CHANGE, "", "=", changes=True),
    Key("json", "y", "screen.open_json", "What AWS tells of it, as JSON"),
    Key("new-job", "N", "screen.new_job", "Go to the newest job that was made of this one"),
    Key("copy", "c", "screen.copy_id", "Copy the id or the name"),
    Key("copy-list-arn", "C", "screen.copy_arn", "Copy the ARN"),
    Key(
        "console",
        "o",
        "screen.console",
        "Its page in AWS's web console: opened where there is a browser, else copied",
    ),
    Key("export", "ctrl+s", "screen.export", "Export what the list shows, or the marked rows: CSV, JSON, NDJSON"),
    Key("filter", "slash", "screen.filter", "Filter; enter keeps it, esc clears it", "filter", "/"),
    Key("sort", "s", "screen.sort", "Sort by the next column; after the last one, as at the beginning", "sort"),
    Key("reverse", "S", "screen.reverse", "Turn the order round"),
    Key("mark", "space", "mark", "Mark, and go on to the next", "mark", "space"),
    Key("mark-to-here", "m", "mark_to_here", "Mark from the last mark to here"),
    Key("mark-all", "ctrl+a", "mark_all", "Mark all that are shown"),
    Key("unmark-all", "u", "unmark_all", "Unmark all"),
)

STATUS_KEYS = (
    Key("submitted", "1", "status('SUBMITTED')", "Only SUBMITTED jobs"),
    Key("pending", "2", "status('PENDING')", "Only PENDING jobs"),
    Key("runnable", "3", "status('RUNNABLE')", "Only RUNNABLE jobs"),
    Key("starting", "4", "status('STARTING')", "Only STARTING jobs"),
    Key("running", "5", "status('RUNNING')", "Only RUNNING jobs", "running"),
    Key("succeeded", "6", "status('SUCCEEDED')", "Only SUCCEEDED jobs"),
    Key("failed", "7", "status('FAILED')", "Only FAILED jobs", "failed"),
    Key("active", "9", "status('active')", "Only active jobs: all that have not ended", "active"),
    Key("all", "0", "status('')", "Jobs of every status", "all"),
)

READ_KEYS = (
    Key("scroll-down", "down,j", "scroll(1)", "Next line", "", "↓ j"),
    Key("scroll-up", "up,k", "scroll(-1)", "Previous line", "", "↑ k"),
    Key("scroll-page-down", "pagedown,space,ctrl+f", "page(1)", "Next page", "", "pgdn space"),
    Key("scroll-page-up", "pageup,ctrl+b", "page(-1)", "Previous page", "", "pgup"),
    Key("scroll-first", "home,g", "first", "The beginning", "", "home g"),
    Key("scroll-last", "end,G", "last", "The end", "", "end G"),
)

SEARCH_KEYS = (
    Key("search", "slash", "search", "Search; enter keeps it, esc clears it", "search", "/"),
    Key("find-next", "n", "find(1)", "Next place that was found"),
    Key("find-previous", "N", "find(-1)", "Previous place that was found"),
)

TEXT_KEYS = (Key("leave", "escape,question_mark,exclamation_mark,enter", "back", "Back", "", "esc"),)

DETAIL_KEYS = (
    Key("detail-back", "escape", "back", "Back to the list", "back", "esc"),
    Key("next-tab", "right,tab", "tab(1)", "Next tab", "tabs", "→ tab"),
    Key("previous-tab", "left,shift+tab", "tab(-1)", "Previous tab", "", "← shift+tab"),
    Key("detail-log", "l", "log", "The job's log", "log"),
    Key("detail-why", "w", "why", "Why the job failed, or waits; how a queue stands, and what blocks it", "why"),
    Key("detail-children", "a", "children", "The children of the array, or the nodes: table and map", "children"),
    Key("detail-dependencies", "b", "dependencies", "What the job waits for, and what waits for it", "depends"),
    Key("detail-watch", "W", "watch", "Tell me when the job has ended; again: do not"),
    Key(
        "relations", "f", "relations", "Go to: a list of everything that this leads to, children included", "go to"
    ),
    Key("detail-stop", "x,ctrl+d", "stop", "Stop the job", "stop", "x ctrl+d", changes=True),
    Key("detail-resubmit", "r", "resubmit", "Submit the job once more", "resubmit", changes=True),
    Key("detail-edit", "e", "edit", "Edit the job's request as text, and submit that", changes=True),
    Key("detail-shell", "s", "shell", "A shell in the container, where ECS Exec is on", "shell", changes=True),
    Key(
        "detail-state",
        "t",
        "change('state')",
        "Enable it, or disable it: a queue, an environment",
        "on/off",
        changes=True,
    ),
    Key("detail-change", "equals_sign", "change('numbers')", _CHANGE, "change", "=", changes=True),
    Key(
        "deregister",
        "D",
        "change('deregister')",
        "Deregister this revision of a definition",
        "deregister",
        changes=True,
    ),
    Key(
        "revisions",
        "V",
        "revisions",
        "All revisions of a definition, or of the job's, and what differs",
        "revisions",
    ),
    Key("detail-json", "y", "show_json", "The tab JSON", "JSON"),
    Key("reveal", "v", "reveal", "Show the values that look secret, or hide them", "reveal"),
    Key("copy-id", "c", "copy_id", "Copy the id or the name", "copy id"),
    Key("copy-arn", "C", "copy_arn", "Copy the ARN"),
    Key("copy-json", "Y", "copy_json", "Copy the JSON, with what looks secret as it is shown; or the tab Host"),
    Key("detail-console", "o", "console", "Its page in AWS's web console"),
    Key(
        "detail-console-below",
        "O",
        "console_below",
        "The same of a job's ECS task, or an environment's ECS cluster",
    ),
    Key("detail-refresh", "ctrl+r", "refresh_now", "Ask again"),
    *(
        Key(f"follow-{number}", str(number), f"follow({number})", f"Go to what bears the digit {number}")
        for number in range(1, 10)
    ),
)

LOG_LINE_KEYS = (
    Key("log-down", "down,j", "cursor(1)", "Next line; past the last one it follows", "", "↓ j"),
    Key("log-up", "up,k", "cursor(-1)", "Previous line; following ends", "", "↑ k"),
    Key("log-page-down", "pagedown,space,ctrl+f", "page(1)", "Next page", "", "pgdn space"),
    Key(
        "log-page-up", "pageup,ctrl+b", "page(-1)", "Previous page; older lines are loaded at the top", "", "pgup"
    ),
    Key("log-first", "home,g", "first", "The oldest line that is loaded", "", "home g"),
    Key("log-last", "end,G", "last", "The end, and follow", "", "end G"),
    Key("log-right", "right", "shift(1)", "Along lines that do not wrap", "", "→"),
    Key("log-left", "left", "shift(-1)", "Back to their beginning", "", "←"),
    Key("log-mark", "m", "mark", "Mark the line, or take the mark away"),
    Key("log-next-mark", "apostrophe", "next_mark(1)", "The next mark", "", "'"),
    Key("log-previous-mark", "quotation_mark", "next_mark(-1)", "The previous mark", "", '"'),
)

LOG_KEYS = (
    Key("log-back", "escape", "back", "Back: ends what runs, then the search, then the log", "back", "esc"),
    Key("follow", "f", "follow", "Follow the end, or stop", "follow"),
    Key("wrap", "w", "wrap", "Wrap long lines, or cut them", "wrap"),
    Key("timestamps", "t", "timestamps", "Times: none, local, UTC, since the first line, ago", "times"),
    Key("previous-source", "left_square_bracket", "source(-1)", "Previous attempt, container or job", "", "["),
    Key("next-source", "right_square_bracket", "source(1)", "Next attempt, container or job", "source", "]"),
    Key("all-sources", "a", "all_sources", "All sources together, by time"),
    Key("log-json", "J", "pretty", "Lines of JSON: readable in one line, indented, as they are", "JSON"),
    Key("log-reveal", "v", "reveal", "Show what looks secret, also in copies and files, or hide it"),
    Key("log-save", "s", "save", "Save the whole stream to a file", "save"),
    Key(
        "log-copy",
        "c",
        "copy",
        "Copy the marked lines, else the line under the cursor, else what is in sight",
        "copy",
    ),
    Key("matches-only", "ampersand", "only_matches", "Only the lines that the search finds, or all", "", "&"),
    Key("go-to-time", "T", "go_to_time", "Go to a time: 14:30, 2026-11-21 14:30, or 10m for so long ago"),
    Key("history", "H", "history", "Load everything from the beginning, as far as there is room"),
    Key("log-colours", "A", "colours", "The log's own colours, or by level"),
    Key("log-console", "o", "console", "The stream's page in AWS's web console"),
    Key("log-refresh", "ctrl+r", "refresh_now", "Look for more at once"),
    Key("log-detail", "d,enter", "detail", "The job's details", "details", "d enter"),
)
CONFIRM_KEYS = (
    Key("leave-dialog", "escape,n", "leave", "Leave without doing it", "", "esc n"),
    Key("yes", "y", "yes", "Do it"),
    Key("dialog-quit", "ctrl+q,ctrl+c", "app.quit", "Quit", "", "ctrl+q"),
    Key("dialog-next", "right,down", "move(1)", "The next part of the dialog"),
    Key("dialog-previous", "left,up", "move(-1)", "The part before"),
    Key("dialog-page-down", "pagedown,ctrl+f", "page(1)", "Further down in the dialog", "", "pgdn"),
    Key("dialog-page-up", "pageup,ctrl+b", "page(-1)", "Further up in the dialog", "", "pgup"),
)

CHOICE_KEYS = (
    Key("leave-choice", "escape", "leave", "Leave without choosing", "", "esc"),
    Key("next-choice", "down,tab", "move(1)", "The next one; enter chooses", "", "↓"),
    Key("previous-choice", "up,shift+tab", "move(-1)", "The one before", "", "↑"),
    Key("choice-page-down", "pagedown", "page(1)", "Further down", "", "pgdn"),
    Key("choice-page-up", "pageup", "page(-1)", "Further up", "", "pgup"),
)

SUBMIT_KEYS = (
    Key("edit-draft", "e", "edit", "Edit the request as text", "edit", changes=True),
    Key("previous-draft", "left_square_bracket", "draft(-1)", "The previous of several requests", "", "["),
    Key("next-draft", "right_square_bracket", "draft(1)", "The next of several requests", "", "]"),
)

EDITING_KEYS = (
    Key("edit-done", "ctrl+s", "done", "Check the text and go on; nothing is sent yet", "go on"),
    Key(
        "edit-leave",
        "escape",
        "leave",
        "Leave without submitting; twice where the text was changed",
        "leave",
        "esc",
    ),
)

WHY_KEYS = (
    Key("why-back", "escape", "back", "Back", "back", "esc"),
    Key("why-log", "l", "log", "The log whose end is shown, else the job's", "log"),
    Key("why-detail", "enter,d", "detail", "The job's details", "details", "enter d"),
    Key("why-copy", "c", "copy", "Copy all of this as text", "copy"),
    Key("why-refresh", "ctrl+r", "refresh_now", "Ask AWS again", "ask again"),
    Key("why-json", "y", "json", "What AWS tells of the job, as JSON"),
    *(
        Key(f"lead-{number}", str(number), f"lead({number})", f"Go to what bears the digit {number}")
        for number in range(1, 10)
    ),
    *(key for key in GLOBAL_KEYS if key.id == "help"),
)
FORM_KEYS = (
    Key("look-at-request", "ctrl+s", "look", "Look at the request; nothing is sent yet", "look at the request"),
    Key("form-next", "tab", "move(1)", "Next field", "next field"),
    Key("form-previous", "shift+tab", "move(-1)", "Previous field"),
    Key("form-back", "escape", "back", "Back; where something was typed, the second one leaves", "back", "esc"),
    Key("form-help", "f1", "help", "This help", "help", "F1"),
)
MAIN_HELP = (
    ("Jobs", STATUS_KEYS),
    ("Any list", LIST_KEYS),
    ("Panes", MAIN_KEYS),
    ("Anywhere", GLOBAL_KEYS),
)
_DETAIL_KEYS_IN_WORDS = (
    *(key for key in DETAIL_KEYS if not key.id.startswith("follow-")),
    Key("follow", "1", "", "Go to what bears that digit", shown="1 … 9"),
)
DETAIL_HELP = (
    ("Details", _DETAIL_KEYS_IN_WORDS),
    ("Reading", (*READ_KEYS, *SEARCH_KEYS)),
    ("Anywhere", GLOBAL_KEYS),
)
_WHY_KEYS_IN_WORDS = (
    *(key for key in WHY_KEYS if not key.id.startswith("lead-") and key.id != "help"),
    Key("lead", "1", "", "Go to what bears that digit", shown="1 … 9"),
)
WHY_HELP = (("Why", _WHY_KEYS_IN_WORDS), ("Reading", (*READ_KEYS, *SEARCH_KEYS)), ("Anywhere", GLOBAL_KEYS))
_TYPED = (
    Key("typed-command", "", "", "Command: words as a shell takes them apart", shown="sh -c 'a b'"),
    Key("typed-list", "", "", "Command: a JSON list of its words", shown='["sh", "-c"]'),
    Key("typed-pairs", "", "", "Parameters, environment, tags: one a line", shown="NAME=value"),
    Key("typed-each", "", "", "Depends on: each child of an array on its like", shown="id:N_TO_N"),
    Key("typed-sequence", "", "", "Depends on: one child of the array after another", shown="SEQUENTIAL"),
    Key("typed-time", "", "", "Time-out of an attempt; a bare number is seconds", shown="90 30m 2h"),
)
FORM_HELP = (("New job", FORM_KEYS), ("What is typed; what is left empty stays the definition's own", _TYPED))

FOOTER = tuple(key for key in (*LIST_KEYS, *STATUS_KEYS, *MAIN_KEYS, *GLOBAL_KEYS) if key.label)
"""The most useful first."""

_DETAIL_FOOTER = tuple(
    key for key in (*DETAIL_KEYS, *SEARCH_KEYS, *GLOBAL_KEYS) if key.label and key.id != "pause"
)
_ONLY_OF = {
    "detail-log": ("job",),
    "detail-why": ("job", "queue"),
    "detail-children": ("job",),
    "detail-dependencies": ("job",),
    "detail-stop": ("job",),
    "detail-resubmit": ("job",),
    "detail-shell": ("job",),
    "detail-state": ("queue", "environment"),
    "detail-change": ("queue", "environment"),
    "deregister": ("definition",),
    "revisions": ("definition",),
}


def detail_footer(kind: str) -> tuple[Key, ...]:
    """The most useful keys for one of ``lookup.KINDS``."""
    return tuple(key for key in _DETAIL_FOOTER if kind in _ONLY_OF.get(key.id, (kind,)))


_LOG_SEARCH = (
    *SEARCH_KEYS,
    Key("search-case", "", "", "In a search an upper-case letter makes case matter", shown="Error"),
    Key("search-expression", "", "", "In a search: a regular expression", shown="/err(or)?/"),
)
LOG_HELP = (("Log", (*LOG_KEYS, *_LOG_SEARCH)), ("Lines", LOG_LINE_KEYS), ("Anywhere", GLOBAL_KEYS))
LOG_FOOTER = tuple(
    key for key in (*LOG_KEYS[:2], *SEARCH_KEYS, *LOG_KEYS[2:], *GLOBAL_KEYS) if key.label and key.id != "pause"
)
WHY_FOOTER = tuple(key for key in (*WHY_KEYS[:5], *SEARCH_KEYS, *GLOBAL_KEYS) if key.label and key.id != "pause")


def offered(keys: Sequence[Key], *, is_read_only: bool) -> tuple[Key, ...]:
    """The keys that are there: in read-only mode none that changes anything."""
    return tuple(key for key in keys if not (key.changes and is_read_only))


def is_read_only(app: object) -> bool:
    """Whether nothing can be changed here, or not yet."""
    return getattr(app, "why_read_only", None) is not None


def bindings(keys: Sequence[Key]) -> list[BindingType]:
    """Textual's bindings for these keys."""
    return [
        Binding(key.keys, key.action, key.help, key_display=key.shown or None, tooltip=key.help, id=key.id)
        for key in keys
    ]
