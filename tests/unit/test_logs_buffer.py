"""The buffer against a plain list: order, numbers and bounds."""

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from batchtui.logs.buffer import LogBuffer
from batchtui.logs.line import LogLine


def lines(*timestamps: int, source: int = 0) -> list[LogLine]:
    return [LogLine(at, f"{source}@{at}", source) for at in timestamps]


def texts(buffer: LogBuffer) -> list[str]:
    return [line.text for line in buffer]


def test_one_source_keeps_its_order_whatever_its_times() -> None:
    buffer = LogBuffer()
    buffer.append(lines(5, 3, 4))
    buffer.append(lines(1, 2))
    assert buffer.prepend(lines(9, 8)) == 2
    assert [line.timestamp for line in buffer] == [9, 8, 5, 3, 4, 1, 2]
    assert (buffer.first, buffer.end, buffer.moves) == (-2, 5, 0)
    assert buffer[-2].timestamp == 9
    assert [line.timestamp for line in buffer.lines(-9, 1)] == [9, 8, 5]


def test_several_sources_are_merged_by_time() -> None:
    buffer = LogBuffer()
    buffer.append(lines(10, 20, 30))
    buffer.append(lines(15, 20, 40, source=1))
    assert texts(buffer) == ["0@10", "1@15", "0@20", "1@20", "0@30", "1@40"]
    assert buffer.moves == 1
    buffer.append(lines(35, source=0))
    assert texts(buffer)[-2:] == ["0@35", "1@40"]
    buffer.prepend(lines(5, 12, source=1))
    assert texts(buffer)[:4] == ["1@5", "0@10", "1@12", "1@15"]


def test_a_line_is_found_again() -> None:
    buffer = LogBuffer()
    buffer.append(lines(*range(0, 100, 10)))
    line = buffer[7]
    buffer.append(lines(*range(5, 100, 10), source=1))
    assert buffer.place_of(line, 7) == 14
    assert buffer.place_of(LogLine(0, "another"), 7) is None
    assert buffer.place_of(line, 10_000) == 14
    assert buffer.number_at(70) == 14
    assert buffer.number_at(71) == 15
    assert buffer.number_at(1000) == buffer.end


def test_the_oldest_go_when_it_is_full_and_nothing_older_comes() -> None:
    buffer = LogBuffer(max_lines=10_000)
    for start in range(0, 50_000, 500):
        buffer.append(lines(*range(start, start + 500)))
    assert len(buffer) == 10_000
    assert (buffer.first, buffer.end, buffer.dropped_before) == (40_000, 50_000, 40_000)
    assert buffer[40_000].timestamp == 40_000
    assert buffer.is_full
    assert buffer.prepend(lines(1)) == 0
    assert buffer.dropped_before == 40_001
    assert len(buffer._lines) <= 2 * buffer.max_lines + 500, "what is dropped is let go"


def test_prepending_takes_the_newest_that_fit() -> None:
    buffer = LogBuffer(max_lines=5)
    buffer.append(lines(10, 11))
    assert buffer.prepend(lines(1, 2, 3, 4, 5)) == 3
    assert [line.timestamp for line in buffer] == [3, 4, 5, 10, 11]
    assert (buffer.first, buffer.dropped_before) == (-3, 2)
    buffer = LogBuffer(max_characters=10)
    buffer.append([LogLine(9, "abcde")])
    assert buffer.prepend([LogLine(1, "abc"), LogLine(2, "ab"), LogLine(3, "abc")]) == 2


def test_one_line_that_is_too_long_is_kept() -> None:
    buffer = LogBuffer(max_characters=10)
    buffer.append([LogLine(1, "a"), LogLine(2, "x" * 50)])
    assert texts(buffer) == ["x" * 50]
    buffer.append([LogLine(3, "b")])
    assert texts(buffer) == ["b"]


class Merging(RuleBasedStateMachine):
    """Sources that are read forth and back, against all lines sorted by time."""

    def __init__(self) -> None:
        super().__init__()
        self.buffer = LogBuffer(max_lines=60)
        self.given: dict[int, list[LogLine]] = {}
        self.version = 0

    @rule(source=st.integers(0, 2), gaps=st.lists(st.integers(0, 3), min_size=1, max_size=8))
    def append(self, source: int, gaps: list[int]) -> None:
        given = self.given.setdefault(source, [])
        at = given[-1].timestamp if given else 100
        new = []
        for gap in gaps:
            at += gap
            new.append(LogLine(at, "x", source))
        given += new
        self.buffer.append(new)
        assert self.buffer.version > self.version

    @precondition(lambda self: self.given)
    @rule(data=st.data(), gaps=st.lists(st.integers(0, 3), min_size=1, max_size=8))
    def prepend(self, data: st.DataObject, gaps: list[int]) -> None:
        source = data.draw(st.sampled_from(sorted(self.given)))
        given = self.given[source]
        at = given[0].timestamp
        new: list[LogLine] = []
        for gap in gaps:
            at -= gap
            new.insert(0, LogLine(at, "x", source))
        kept = [line for line in self.buffer if line.source == source]
        if kept and kept[0] is given[0]:
            taken = self.buffer.prepend(new)
            given[:0] = new[len(new) - taken :]

    @invariant()
    def every_source_in_its_order_and_all_by_time(self) -> None:
        kept = list(self.buffer)
        assert len(kept) == len(self.buffer) <= 60
        assert [line.timestamp for line in kept] == sorted(line.timestamp for line in kept)
        for source, taken in self.given.items():
            own = [line for line in kept if line.source == source]
            assert all(mine is theirs for mine, theirs in zip(reversed(own), reversed(taken), strict=False))
        for number, line in zip(range(self.buffer.first, self.buffer.end), kept, strict=True):
            assert self.buffer[number] is line
            assert self.buffer.place_of(line, number + 3) == number
        self.version = self.buffer.version


TestMerging = Merging.TestCase


@given(st.lists(st.integers(1, 400), max_size=30), st.integers(1, 500))
def test_numbers_stay_while_lines_are_appended(sizes: list[int], most: int) -> None:
    buffer = LogBuffer(max_lines=most)
    count = 0
    for size in sizes:
        buffer.append(lines(*range(count, count + size)))
        count += size
        assert buffer.end == count
        assert buffer[count - 1].timestamp == count - 1
        assert buffer[buffer.first].timestamp == buffer.first
        assert len(buffer) == min(count, most)
