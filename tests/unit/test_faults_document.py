"""``docs/faults.md`` says what the program says."""

import re
from pathlib import Path

from batchtui.aws.errors import ExpiredCredentialsError
from batchtui.aws.renewal import how_to_renew
from batchtui.sync.sources import FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS, backoff
from tests.faults import FAULTS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "faults.md").read_text()
NOTHING = "–"


def rows(first: str) -> list[list[str]]:
    """The rows of the table whose first heading is this."""
    table = DOCUMENT.split(f"| {first} |")[1].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_each_fault_has_its_row_with_the_words_of_the_program() -> None:
    told = {name: (word, advice) for name, word, advice, _ in rows("Fault")}
    assert list(told) == [fault.name for fault in FAULTS]
    for fault in FAULTS:
        word, advice = told[fault.name]
        assert word == f"`{fault.word}`"
        if fault.error is None:
            assert advice == NOTHING
        elif fault.error is not ExpiredCredentialsError:  # of which the other table tells
            assert advice == fault.error.advice
            assert fault.word == fault.error.condition


def test_each_way_to_renew_credentials_is_told_in_its_words() -> None:
    profiles = {
        "sso": {"sso_session": "x"},
        "login": {"login_session": "x"},
        "process": {"credential_process": "x"},
        "keys": {"aws_access_key_id": "x"},
    }
    said = " ".join(
        how_to_renew("", name, profiles).replace(f"profile {name}", "profile work") for name in profiles
    )
    said += how_to_renew("env", None, {})
    for origin, sentence, _ in rows("They come from"):
        if "MFA" not in origin and "machine" not in origin:
            assert sentence in said, origin


def test_the_waits_are_those_of_the_program() -> None:
    waits = [backoff(failures, 1.0) for failures in range(1, 7)]
    assert waits == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0]
    assert (waits[0], waits[-1]) == (FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS)
    assert re.search(r"2\s+seconds after the first failure, then 4, 8, 16, 32, and from then on 60", DOCUMENT)
