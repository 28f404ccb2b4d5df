"""No line is lost and none comes twice, however the server pages, idles and forgets its tokens."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from batchtui.aws.errors import InvalidTokenError
from batchtui.aws.logs_gateway import LogEvent, LogEventsPage
from batchtui.logs.tail import Tail


@dataclass
class Server:
    """GetLogEvents on one stream: pages of any size, empty ones among them, and tokens that run out."""

    lines: list[LogEvent]
    sizes: list[int]
    """How many lines the next pages may hold; 0 is an empty page that is not the last."""
    era: int = 0
    calls: list[dict[str, object]] = field(default_factory=list)

    async def read(
        self,
        *,
        token: str | None = None,
        start_from_head: bool = False,
        start_time: int | None = None,
        end_time: int | None = None,
    ) -> LogEventsPage:
        self.calls.append({"token": token, "start_time": start_time, "end_time": end_time})
        low = sum(1 for at, _ in self.lines if start_time is not None and at < start_time)
        high = len(self.lines) if end_time is None else sum(1 for at, _ in self.lines if at < end_time)
        at = low if start_from_head else high
        forward = start_from_head
        if token is not None:
            direction, era, place = token.split("/")
            if int(era) != self.era:
                raise InvalidTokenError("expired", code="InvalidParameterException")
            forward, at = direction == "f", int(place)
        size = self.sizes.pop() if self.sizes else 3
        first, after = (at, min(high, at + size)) if forward else (max(low, at - size), at)
        first, after = min(first, len(self.lines)), max(first, after)
        forth, back = f"f/{self.era}/{after}", f"b/{self.era}/{first}"
        if first == after and size == 0:
            # An empty page in the middle leads on all the same; the place it leads to is another token.
            if forward and at < high:
                forth = f"f/{self.era}/{at:03d}" if token != f"f/{self.era}/{at:03d}" else f"f/{self.era}/{at:04d}"
            elif not forward and at > low:
                back = f"b/{self.era}/{at:03d}" if token != f"b/{self.era}/{at:03d}" else f"b/{self.era}/{at:04d}"
        elif first == after and token is not None:
            forth, back = (token, back) if forward else (forth, token)
        return LogEventsPage(tuple(self.lines[first:after]), forth, back)


STEPS = st.lists(
    st.one_of(
        st.just("newer"),
        st.just("older"),
        st.just("expire"),
        st.lists(st.sampled_from("ab"), min_size=1, max_size=4),
    ),
    max_size=25,
)
LINES = st.lists(st.tuples(st.integers(0, 2), st.sampled_from("abc")), max_size=25)
SIZES = st.lists(st.integers(0, 5), max_size=30)


def _stream(gaps: list[tuple[int, str]]) -> list[LogEvent]:
    times = accumulate((gap for gap, _ in gaps), initial=100)
    return [(at, text) for at, (_, text) in zip(list(times)[1:], gaps, strict=True)]


@given(lines=LINES, sizes=SIZES, steps=STEPS)
async def test_nothing_is_lost_or_doubled(
    lines: list[tuple[int, str]], sizes: list[int], steps: list[object]
) -> None:
    server = Server(_stream(lines), sizes)
    tail = Tail(server.read)
    got: list[LogEvent] = await tail.newer()
    newest = server.lines[-1][0] if server.lines else 100
    for step in steps:
        if step == "newer":
            got += await tail.newer()
        elif step == "older":
            got = await tail.older() + got
        elif step == "expire":
            server.era += 1
        else:
            assert isinstance(step, list)
            newest += 1
            server.lines += [(newest, text) for text in step]
    for _ in range(400):
        got += await tail.newer()
        got = await tail.older() + got
        if tail.is_at_end and tail.is_at_start and not server.sizes:
            break
    for _ in range(60):  # what was written since the end was last looked at
        got += await tail.newer()
    assert Counter(got) == Counter(server.lines)
    if server.era == 0:
        assert got == server.lines


@given(lines=LINES, sizes=SIZES, expires=st.sets(st.integers(0, 30), max_size=6))
async def test_from_the_head_in_order(lines: list[tuple[int, str]], sizes: list[int], expires: set[int]) -> None:
    server = Server(_stream(lines), sizes)
    tail = Tail(server.read, from_head=True)
    got: list[LogEvent] = []
    for number in range(400):
        if number in expires:
            server.era += 1
        got += await tail.newer()
        if tail.is_at_end:
            break
    assert got == server.lines
    assert tail.is_at_start


async def test_it_opens_with_one_call_at_the_end() -> None:
    server = Server([(at, str(at)) for at in range(100)], [3])
    tail = Tail(server.read)
    assert await tail.newer() == server.lines[-3:]
    assert server.calls == [{"token": None, "start_time": None, "end_time": None}]
    assert (tail.oldest, tail.newest, tail.is_at_end, tail.is_at_start) == (97, 99, True, False)


async def test_empty_pages_at_the_end_are_passed() -> None:
    server = Server([(1, "a"), (2, "b")], [3, 3, 0, 0, 0])
    tail = Tail(server.read)
    assert [await tail.newer() for _ in range(4)] == [[], [], [], server.lines]
    server.lines.append((3, "c"))
    assert await tail.newer() == [(3, "c")]


async def test_an_expired_token_is_made_good_within_the_same_look() -> None:
    server = Server([(1, "a"), (2, "b"), (2, "b")], [2])
    tail = Tail(server.read)
    assert await tail.newer() == [(2, "b"), (2, "b")]
    server.era += 1
    server.lines += [(2, "b"), (3, "c")]
    got = await tail.newer() + await tail.newer()
    assert sorted(got) in ([(1, "a"), (2, "b"), (3, "c")], [(2, "b"), (3, "c")])
    assert sorted(got + await tail.older() + await tail.older()) == [(1, "a"), (2, "b"), (3, "c")]
