"""A screen leaves AWS alone for as long as the lists would."""

from batchtui.sync.patience import Patience
from batchtui.sync.sources import backoff


def test_each_failure_in_a_row_makes_the_wait_longer_and_an_answer_ends_it() -> None:
    patience = Patience(lambda: 1.0)
    waits = []
    for failed in (False, True, True, True, False, True):
        patience.note(failed=failed)
        waits.append(patience.seconds)
    assert waits == [0.0, 2.0, 4.0, 8.0, 0.0, 2.0]
    for _ in range(10):
        patience.note(failed=True)
    assert patience.seconds == backoff(9, 1.0) == 60.0
