"""What one can choose before a job is submitted once more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label, Select

from batchtui.actions.originals import Originals
from batchtui.actions.request_array import DEFAULT_INDEX_VARIABLE
from batchtui.actions.resubmission import MOST_AT_ONCE, ArrayChoice, ResubmitOptions
from batchtui.format import plural

_SAME, _LATEST, _KEEP, _CLEAR = "same", "latest", "keep", "clear"
_OWN: Final = ""


@dataclass(frozen=True, slots=True)
class QueueChoice:
    """A queue to which jobs can be submitted."""

    name: str
    has_scheduling_policy: bool
    is_enabled: bool = True


class Choice(Select[str], inherit_bindings=False):
    """A list that opens with enter; up and down go through the dialog, so that nothing is chosen by passing by."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "show_overlay", "Show the list", show=False)]


class ResubmitChoices(Vertical):
    """A line for each choice that there is; what cannot be chosen is not shown.

    Args:
        originals: The jobs.
        queues: Where they could go.
    """

    class Changed(Message):
        """Another choice was made.

        Attributes:
            options: All choices as they are now.
        """

        def __init__(self, options: ResubmitOptions) -> None:
            super().__init__()
            self.options = options

    def __init__(self, originals: Originals, queues: Sequence[QueueChoice]) -> None:
        super().__init__(id="choices")
        self._queues = {queue.name: queue for queue in queues}
        self._own_queues = {original.job.summary.job_queue for original in originals.jobs}
        self._has_share = any(original.job.summary.share_identifier for original in originals.jobs)
        names = [original.job.summary.job_name for original in originals.jobs]
        self._new_name = Input(names[0] if len(names) == 1 else "", compact=True, id="name")
        self._own_name = names[0] if len(names) == 1 else None
        self._queue = _select([(self._own_queue, _OWN), *self._other_queues()], id="queue")
        self._share = Input(placeholder="as before" if self._has_share else "needed", compact=True, id="share")
        self._revision = _select(list(_revisions(originals)), id="revision")
        self._depends = _select([("as before", _KEEP), ("on nothing", _CLEAR)], id="depends")
        self._array = _select(list(_arrays(originals)), id="array")
        self._many_failed = any(len(original.failed) > MOST_AT_ONCE for original in originals.jobs)
        self._from = Input("0", restrict=r"[0-9]*", max_length=5, compact=True, id="from")
        self._variable = Input(DEFAULT_INDEX_VARIABLE, compact=True, id="variable")
        self._rows: dict[Widget, tuple[str, bool]] = {
            self._new_name: ("Name", len(names) == 1),
            self._array: ("Array", bool(originals.array_choices)),
            self._from: ("From index", False),
            self._variable: ("Index variable", False),
            self._queue: ("Queue", bool(self._queues)),
            self._share: ("Share", self._has_share),
            self._revision: ("Revision", originals.can_be_newer),
            self._depends: ("Depends", originals.has_dependencies),
        }

    def compose(self) -> ComposeResult:
        for control, (label, is_shown) in self._rows.items():
            with Horizontal(classes="choice") as row:
                row.display = is_shown
                yield Label(Content(label))
                yield control

    @property
    def options(self) -> ResubmitOptions:
        """What is chosen."""
        queue = self._queues.get(_value(self._queue))
        name = self._new_name.value.strip()
        return ResubmitOptions(
            name=name if self._own_name is not None and name != self._own_name else None,
            queue=queue.name if queue else None,
            fair_share=queue.has_scheduling_policy if queue else None,
            share_identifier=self._share.value.strip() or None if self._asks_for_share else None,
            latest_revision=_value(self._revision) == _LATEST,
            clear_dependencies=_value(self._depends) == _CLEAR,
            array=ArrayChoice(_value(self._array) or ArrayChoice.WHOLE),
            from_index=int(self._from.value or 0),
            index_variable=self._variable.value.strip() or DEFAULT_INDEX_VARIABLE,
        )

    @on(Select.Changed)
    @on(Input.Changed)
    def _tell(self, event: Message) -> None:
        event.stop()
        is_single = _value(self._array) == ArrayChoice.FAILED_AS_JOBS
        self._row_of(self._variable).display = is_single
        self._row_of(self._from).display = is_single and self._many_failed
        # Each former child gets its own name, made of the array's.
        self._row_of(self._new_name).display = self._rows[self._new_name][1] and not is_single
        self._row_of(self._share).display = self._asks_for_share
        self.post_message(self.Changed(self.options))

    @property
    def _asks_for_share(self) -> bool:
        queue = self._queues.get(_value(self._queue))
        return queue.has_scheduling_policy if queue else self._has_share

    @property
    def _own_queue(self) -> str:
        own = sorted(self._own_queues)
        return f"{own[0]}, as before" if len(own) == 1 else "each as before"

    def _other_queues(self) -> Iterator[tuple[str, str]]:
        for name, queue in self._queues.items():
            if self._own_queues != {name}:
                yield (name if queue.is_enabled else f"{name} (disabled)"), name

    def _row_of(self, control: Widget) -> Widget:
        row = control.parent
        assert isinstance(row, Widget)
        return row


def _revisions(originals: Originals) -> Iterator[tuple[str, str]]:
    if len(originals.jobs) == 1:
        (original,) = originals.jobs
        yield (f"{original.definition.title}, as before" if original.definition else "as before"), _SAME
        yield (f"{original.latest.title}, the latest" if original.latest else "the latest"), _LATEST
    else:
        yield "each as before", _SAME
        yield "the latest of each", _LATEST


def _arrays(originals: Originals) -> Iterator[tuple[str, str]]:
    failed = sum(len(original.failed) for original in originals.jobs)
    words = {
        ArrayChoice.WHOLE: "the whole of it",
        ArrayChoice.FAILED_AS_JOBS: f"{plural(failed, 'failed child')} each as a single job"
        if failed == 1
        else f"the {failed:,} failed children, each as a single job",
        ArrayChoice.FAILED_AS_ARRAY: f"the {failed:,} failed children as a new array: they are 0 to {failed - 1}",
    }
    for choice in originals.array_choices or (ArrayChoice.WHOLE,):
        yield words[choice], choice.value


def _select(options: Sequence[tuple[str, str]], *, id: str) -> Choice:
    # As Text no name is read as markup, and it can be searched for by typing.
    prompts = [(Text(label), value) for label, value in options]
    return Choice(prompts, value=options[0][1], allow_blank=False, compact=True, id=id)


def _value(select: Select[str]) -> str:
    return select.value if isinstance(select.value, str) else ""
