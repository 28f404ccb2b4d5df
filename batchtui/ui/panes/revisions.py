"""The list of all revisions of one job definition, each with what it changed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from batchtui.actions.definition_diff import changed_members, definition_diff
from batchtui.format import NOTHING, Cell, number, plain
from batchtui.model.job_definition import ACTIVE, JobDefinition
from batchtui.query.definitions import DEFINITION_SORTS, images, kind, memory, platform, vcpus
from batchtui.query.fields import Fields, NumberField, TextField
from batchtui.ui.panes.definitions import image_cell, memory_cell
from batchtui.ui.panes.loaded import LoadedPane
from batchtui.ui.widgets.columns import Column

_MOST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision and the one before it, as far as AWS tells of one."""

    definition: JobDefinition
    before: JobDefinition | None

    @property
    def key(self) -> str:
        """What it is known by."""
        return key_of(self.definition)


def key_of(definition: JobDefinition) -> str:
    """What a revision is known by."""
    return definition.title


def revisions_of(definitions: Iterable[JobDefinition]) -> list[Revision]:
    """The newest first."""
    ordered = sorted(definitions, key=lambda each: -(each.revision or 0))
    return [Revision(new, old) for new, old in zip(ordered, [*ordered[1:], None], strict=True)]


class RevisionsPane(LoadedPane[Revision]):
    """The list of the screen Revisions."""

    TITLE = "Revisions"
    NONE = ("AWS tells of no revision of this job definition.",)

    def __init__(self, clock: Callable[[], float]) -> None:
        self._changes: dict[tuple[str, str], str] = {}
        columns = tuple(
            Column("changed", "CHANGED", 12, self._changed, importance=90, comfort=26, flex=3, most=60)
            if column.key == "changed"
            else column
            for column in _COLUMNS
        )
        super().__init__(
            columns, key=lambda row: row.key, fields=_FIELDS, sorts=_SORTS, id="revisions", clock=clock
        )

    def _changed(self, row: Revision, width: int, now: float) -> Cell:
        """Looked for only where it is in sight: an account may have made a thousand revisions of one name."""
        if row.before is None:
            return plain("the first that AWS tells", "muted")
        pair = (row.key, key_of(row.before))
        if pair not in self._changes:
            self._changes[pair] = changed_words(row.before, row.definition)
        return plain(self._changes[pair])


def changed_words(old: JobDefinition, new: JobDefinition) -> str:
    """What differs in a few words, such as ``image, MEMORY +2``."""
    # Values are not shown here, so that they need not be looked through for secrets: that takes the longest.
    members = changed_members(definition_diff(old.raw, new.raw, is_revealed=True))
    more = f" +{len(members) - _MOST_WORDS}" if len(members) > _MOST_WORDS else ""
    return ", ".join(members[:_MOST_WORDS]) + more if members else "nothing"


def _revision(row: Revision, width: int, now: float) -> Cell:
    return plain(number(row.definition.revision), "strong")


def _status(row: Revision, width: int, now: float) -> Cell:
    status = row.definition.status or NOTHING
    return plain(status, "" if status == ACTIVE else "muted")


def _nothing(row: Revision, width: int, now: float) -> Cell:
    return plain("")


def _vcpus(row: Revision, width: int, now: float) -> Cell:
    return plain(number(vcpus(row.definition)))


def _memory(row: Revision, width: int, now: float) -> Cell:
    return memory_cell(row.definition, width, now)


def _mib(row: Revision, now: float) -> float | None:
    return memory(row.definition)


def _image(row: Revision, width: int, now: float) -> Cell:
    return image_cell(row.definition, width, now)


_FIELDS: Fields[Revision] = {
    "status": TextField(lambda row: (row.definition.status,)),
    "image": TextField(lambda row: images(row.definition)),
    "type": TextField(lambda row: (kind(row.definition),), is_searched=False),
    "platform": TextField(lambda row: (platform(row.definition),), is_searched=False),
    "revision": NumberField(lambda row, now: row.definition.revision),
    "vcpus": NumberField(lambda row, now: vcpus(row.definition)),
    "memory": NumberField(lambda row, now: memory(row.definition)),
}


def _sort(name: str) -> Callable[[Revision, float], object]:
    return lambda row, now: DEFINITION_SORTS[name](row.definition, now)


_SORTS: dict[str, Callable[[Revision, float], object]] = {
    **{name: _sort(name) for name in ("revision", "vcpus", "memory", "image")},
    "status": lambda row, now: row.definition.status,
}
_COLUMNS: tuple[Column[Revision], ...] = (
    Column("revision", "REV", 5, _revision, importance=100, is_right=True),
    Column("status", "STATUS", 8, _status, importance=95),
    Column("changed", "CHANGED", 12, _nothing),
    Column("vcpus", "vCPU", 4, _vcpus, importance=70, is_right=True),
    Column("memory", "MEMORY", 7, _memory, importance=70, is_right=True, raw=_mib, raw_name="memory_mib"),
    Column("image", "IMAGE", 12, _image, importance=80, comfort=24, flex=3),
)
