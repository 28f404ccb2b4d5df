"""The list of job definitions: each name once, with its latest active revision."""

from collections.abc import Callable, Sequence

from batchtui.format import Cell, number, plain
from batchtui.model.job_definition import JobDefinition
from batchtui.query.definitions import (
    CONTAINER,
    DEFINITION_FIELDS,
    DEFINITION_SORTS,
    images,
    kind,
    memory,
    platform,
    vcpus,
)
from batchtui.ui.panes.pane import Pane
from batchtui.ui.widgets.columns import Column
from batchtui.ui.widgets.line_table import LineTable


class DefinitionsPane(Pane[JobDefinition]):
    """The list of the screen Job definitions."""

    TITLE = "Job definitions"

    def __init__(self, clock: Callable[[], float]) -> None:
        table = LineTable(_COLUMNS, key=lambda definition: definition.name, id="definitions-table", clock=clock)
        super().__init__(
            table,
            fields=DEFINITION_FIELDS,
            sorts=DEFINITION_SORTS,
            id="definitions",
            clock=clock,
        )
        self.is_loading = False
        self.is_failing = False

    def show_definitions(self, definitions: Sequence[JobDefinition]) -> None:
        """Shows these."""
        self.show_rows(definitions)

    def show_state(self, *, is_loading: bool, is_failing: bool) -> None:
        """Whether AWS is being asked, and whether it refused the last time."""
        self.is_loading, self.is_failing = is_loading, is_failing
        self.table.set_empty(*self.empty_lines())
        self.update_corner()

    def corner_words(self) -> list[str]:
        shown = len(self.table.rows)
        words = [str(shown) if shown == self._total else f"{shown} of {self._total}"]
        return [*words, "loading"] if self.is_loading else words

    def empty_lines(self) -> tuple[str, ...]:
        if self._total:
            return ("Nothing matches the filter; esc clears it, / changes it.",)
        if self.is_loading:
            return ("Asking AWS …",)
        if self.is_failing:
            return ("AWS has told none: above stands why. ctrl+r asks again.",)
        return (
            "There is no active job definition in this account and region.",
            "RegisterJobDefinition makes one: the AWS CLI, the console, or what runs your pipeline.",
        )


def _name(row: JobDefinition, width: int, now: float) -> Cell:
    return plain(row.name)


def _revision(row: JobDefinition, width: int, now: float) -> Cell:
    return plain(number(row.revision), "muted")


def _kind(row: JobDefinition, width: int, now: float) -> Cell:
    word = kind(row)
    return plain(word, "muted" if word == CONTAINER else "")


def _platform(row: JobDefinition, width: int, now: float) -> Cell:
    return plain(platform(row))


def _vcpus(row: JobDefinition, width: int, now: float) -> Cell:
    return plain(number(vcpus(row)))


def _memory(row: JobDefinition, width: int, now: float) -> Cell:
    mib = memory(row)
    if mib is None or mib < _GIB:
        return plain(number(mib) if mib is None else f"{mib:.0f} MiB")
    return plain(f"{number(round(mib / _GIB, 1))} GiB")


def _image(row: JobDefinition, width: int, now: float) -> Cell:
    found = images(row)
    if not found:
        return plain("")
    more = f" +{len(found) - 1}" if len(found) > 1 else ""
    room = width - len(more)
    first = found[0] if len(found[0]) <= room else _without_registry(found[0])
    if len(first) > room:  # the end of an image's name tells more than its beginning
        first = f"…{first[len(first) - max(1, room - 1) :]}"
    return ((first, ""), (more, "muted"))


def _without_registry(image: str) -> str:
    host, slash, rest = image.partition("/")
    return rest if slash and ("." in host or ":" in host) else image


_GIB = 1024
_COLUMNS: tuple[Column[JobDefinition], ...] = (
    Column("name", "NAME", 16, _name, importance=100, comfort=20, flex=2, most=60),
    Column("revision", "REV", 4, _revision, importance=95, is_right=True),
    Column("type", "TYPE", 15, _kind, importance=80),
    Column("platform", "PLATFORM", 8, _platform, importance=75),
    Column("vcpus", "vCPU", 4, _vcpus, importance=70, is_right=True),
    Column("memory", "MEMORY", 7, _memory, importance=70, is_right=True),
    Column("image", "IMAGE", 12, _image, importance=90, comfort=24, flex=3),
)
