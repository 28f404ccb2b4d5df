"""Masks in a request that was edited: each is put back, or it is said that nothing is known for it."""

from batchtui.actions.request_masks import put_back, with_masks
from batchtui.actions.request_notes import Request
from batchtui.model.secrets import MASK


def request(value: str, *command: str) -> Request:
    return {"containerOverrides": {"command": list(command), "environment": [{"name": "URL", "value": value}]}}


def test_what_is_left_is_put_back_in_options_and_scripts_too() -> None:
    original = request("postgres://u:hunter2@db/x", "sh", "-c", "mysql -phunter2 db", "--header=X-Api-Key: abc1")
    shown = with_masks(original)
    assert "hunter2" not in str(shown)
    assert "abc1" not in str(shown)
    assert put_back(shown, original) == (original, [])


def test_a_mask_with_something_written_around_it_is_never_sent() -> None:
    original = request("postgres://u:hunter2@db/x")
    _, problems = put_back(request(f"{MASK}/other"), original)
    assert [place for place, _ in problems] == [("containerOverrides", "environment", 0, "value")]
