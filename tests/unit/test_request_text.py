"""A request as text for an editor, and back: every value, every mistake with its line."""

import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from batchtui.actions.draft import Draft
from batchtui.actions.request_notes import Note
from batchtui.actions.request_reading import LARGEST_TEXT, read_request, with_problems
from batchtui.actions.request_text import request_text
from batchtui.aws.submit_shape import submit_problems
from batchtui.model.job_detail import JobDetail
from batchtui.model.secrets import MASK
from batchtui.model.text import clean_block
from tests.api_shapes import requests
from tests.unit.resubmitted import definition, job

Json = dict[str, Any]
NEEDED: Json = {"jobName": "a", "jobQueue": "b", "jobDefinition": "c"}
SECRETS: Json = {
    **NEEDED,
    "parameters": {"apiKey": "k-1", "size": "3"},
    "containerOverrides": {
        "command": ["run", "--token", "t-1", "--password", "t-2", "--key", "plain", "--secret=t-3"],
        "environment": [
            {"name": "DB_PASSWORD", "value": "hunter2"},
            {"name": "API_TOKEN", "value": "t-4"},
            {"name": "STAGE", "value": "prod"},
        ],
    },
}


def draft(**members: Any) -> Draft:
    return Draft({**NEEDED, **members})


def again(text: str, of: Draft) -> Json:
    edited = read_request(text, of)
    assert edited.problems == ()
    assert edited.request is not None
    return edited.request


def complaints(text: str, of: Draft | None = None) -> list[tuple[int, str]]:
    edited = read_request(text, of or draft())
    assert edited.request is None
    return [(problem.line, problem.sentence) for problem in edited.problems]


@settings(max_examples=60)
@given(requests().map(lambda found: {**NEEDED, **found}))
def test_what_is_written_reads_back_as_the_same_request(request: Json) -> None:
    assume(not submit_problems(request))
    made = Draft(request, (Note.warning("a"), Note.info("b" * 300)))
    text = request_text(made)
    assert clean_block(text) == text
    # Where the service model may be older than what AWS told, that is no problem.
    assert again(text, made) == request


AWKWARD = (
    *(
        "1",
        "yes",
        "12:30",
        "2026-11-21",
        "~",
        "null",
        "1e3",
        "0x1f",
        "",
        " ",
        "-",
        "- a",
        "? a",
        "a: b",
        "a:",
        "a #b",
    ),
    *(
        "#a",
        "*a",
        "&a",
        "!a",
        "@a",
        "`a`",
        "%a",
        "'a'",
        '"a"',
        "a\nb",
        "a\nb\n",
        "a\n\n",
        "\na\n",
        " a\nb",
        "a \nb",
    ),
    *(
        "a\tb",
        "a\n\tb",
        "\x1b[31m",
        "a\r\nb",
        "\x85",
        "\u2028",
        "\u202e",
        "\ufeff",
        "é 名 🧬",
        "---",
        "--- a",
        "...",
    ),
    *(
        "...",
        "#! /bin/sh\n#! x\n",
        "{}",
        "[a, b]",
        "|",
        ">",
        "\\n",
        "<<",
        "=",
        "x" * 2000,
        MASK,
        f"a={MASK}",
        "y\n\nz\n",
    ),
)


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_texts_come_back(text: str) -> None:
    made = draft(
        parameters={text: text, "p": text},
        containerOverrides={"command": [text, "x", text], "environment": [{"name": text, "value": text}]},
    )
    assert again(request_text(made), made) == made.request


def test_a_script_stands_there_as_its_lines_and_a_terminal_never_gets_controls() -> None:
    text = request_text(draft(containerOverrides={"command": ["sh", "-c", "set -e\n  go\n", "\x1b[0m\t"]}))
    assert "    - |\n      set -e\n        go\n" in text
    assert r'    - "\e[0m\t"' in text
    assert "\x1b" not in text


def test_the_head_says_what_it_is_what_the_notes_are_and_how_to_leave() -> None:
    made = Draft(NEEDED, (Note.warning("look\nout"),), original=JobDetail.from_api(job()))
    head = request_text(made).split("jobName:")[0]
    assert all(line.startswith("#") for line in head.splitlines() if line)
    words = " ".join(head.replace("#", " ").split())
    assert "SubmitJob for a, made of the job 11111111-2222" in words
    assert "empty this file" in words
    assert "Warning: look out" in words
    assert MASK not in head


KINDS = (
    (definition(), "containerOverrides"),
    (definition(ecsProperties={"taskProperties": [{}]}), "ecsPropertiesOverride"),
    (definition(eksProperties={"podProperties": {"x": 1}}), "eksPropertiesOverride"),
    (definition(nodeProperties={"numNodes": 2}), "nodeOverrides"),
)


@pytest.mark.parametrize(("base", "member"), KINDS)
def test_the_examples_suit_the_kind_of_job_and_are_right_as_they_stand(base: Json, member: str) -> None:
    made = Draft(NEEDED, definition=base)
    before, mark, examples = request_text(made).partition("to have it:")
    assert mark
    found = again(before + "\n" + re.sub("^# ?", "", examples, flags=re.MULTILINE), made)
    assert member in found
    assert {"timeout", "retryStrategy", "parameters", "tags"} <= set(found)
    assert ("arrayProperties" in found) == (member != "nodeOverrides")
    assert ("propagateTags" in found) == (member != "eksPropertiesOverride")


def test_examples_within_a_structure_that_is_there() -> None:
    made = draft(containerOverrides={"command": ["a\nb"]})
    text = request_text(made).partition("\n# Not in")[0]
    found = again(re.sub("^  # ", "  ", text, flags=re.MULTILINE), made)
    assert set(found["containerOverrides"]) == {"command", "environment", "resourceRequirements"}


def test_secrets_stand_behind_masks_and_come_back_wherever_they_are_moved() -> None:
    made = Draft(SECRETS)
    text = request_text(made)
    for secret in ("k-1", "t-1", "t-2", "t-3", "t-4", "hunter2"):
        assert secret not in text
    assert again(text, made) == SECRETS
    tokens = f'    - --token\n    - "{MASK}"\n'
    moved = text.replace(tokens, "").replace("    - run\n", f"    - run\n    - first\n{tokens}")
    turned = re.sub(r"(    - name: DB_.*\n.*\n)(    - name: API.*\n.*\n)", r"\2\1", moved)
    found = again(turned, made)["containerOverrides"]
    assert found["command"] == ["run", "first", *SECRETS["containerOverrides"]["command"][1:]]
    assert {each["name"]: each["value"] for each in found["environment"]}["DB_PASSWORD"] == "hunter2"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: DB_PASSWORD", "name: OTHER"),
        ("    - --token\n", "    - --other\n"),
        ("  apiKey:", "  other:"),
        ("jobName: a", f"jobName: a\nshareIdentifier: {MASK}"),
        (f'--secret={MASK}"', f'--unknown={MASK}"'),
    ],
)
def test_a_mask_that_stands_for_nothing_is_told_with_its_line(old: str, new: str) -> None:
    made = Draft(SECRETS)
    text = request_text(made)
    assert old in text
    ((line, sentence),) = complaints(text.replace(old, new), made)
    assert "no value is known" in sentence
    assert MASK in text.replace(old, new).split("\n")[line - 1]


def test_a_script_can_be_changed_around_its_secrets() -> None:
    script = "export DB_PASS=hunter2\nrun --token t-1 --sample s-1\n"
    made = Draft({**NEEDED, "containerOverrides": {"command": ["sh", "-c", script]}})
    text = request_text(made)
    assert "hunter2" not in text
    assert "t-1" not in text
    assert again(text, made) == made.request
    changed = again(text.replace("s-1", "s-2").replace("run ", "walk "), made)["containerOverrides"]["command"]
    assert changed == ["sh", "-c", script.replace("s-1", "s-2").replace("run ", "walk ")]
    ((_, sentence),) = complaints(text.replace("DB_PASS", "OTHER_PASS"), made)
    assert "no value is known" in sentence


def test_what_is_written_counts_as_it_is_written() -> None:
    text = (
        "jobName: 2026-11-21\njobQueue: yes\njobDefinition: 0x1f\npropagateTags: true\n"
        "arrayProperties: {size: 10}\ncontainerOverrides:\n  command: [echo, 12:30, 1, '']\n"
        "  environment:\n  - {name: A, value: 1.0}\n  - {name: B, value: ~}\n  - name: C\n    value:\n"
    )
    found = again(text, draft())
    assert (found["jobName"], found["jobQueue"], found["jobDefinition"]) == ("2026-11-21", "yes", "0x1f")
    assert (found["propagateTags"], found["arrayProperties"]) == (True, {"size": 10})
    assert found["containerOverrides"]["command"] == ["echo", "12:30", "1", ""]
    assert [each["value"] for each in found["containerOverrides"]["environment"]] == ["1.0", "~", ""]


def test_json_is_read_with_tabs_and_with_its_own_way_of_writing_characters() -> None:
    text = '{\n\t"jobName": "\\ud83e\\uddec",\n\t"jobQueue":"b/\\/",\t"jobDefinition": "c"}'
    expected = {"jobName": "🧬", "jobQueue": "b//", "jobDefinition": "c"}
    assert again(text, draft()) == expected
    assert complaints('{"jobName": "a",\n\t"jobQueue": "b",,\n}') == [
        (2, "this is not JSON: Expecting property name enclosed in double quotes")
    ]
    assert (
        complaints('{"jobName": null, "jobQueue": "b", "jobDefinition": "c"}')[0][1] == "jobName: must be a text"
    )


@pytest.mark.parametrize("text", ["", "\n\n", "# only\n#! comments\n", "---\n", "\ufeff \n"])
def test_an_emptied_text_means_to_leave(text: str) -> None:
    edited = read_request(text, draft())
    assert (edited.request, edited.problems) == (None, ())


GOOD = "jobName: a\njobQueue: b\njobDefinition: c\n"


MISTAKES = (
    (f"{GOOD}jobname: a\n", 4, "jobname: unknown, perhaps jobName; known are arrayProperties, "),
    (f"{GOOD}\n# x\njobName: a\n", 6, "jobName: stands twice: in line 1 already"),
    (f"{GOOD}arrayProperties:\n  size: ten\n", 5, "arrayProperties.size: must be a whole number"),
    (f"{GOOD}arrayProperties:\n  size: '10'\n", 5, "arrayProperties.size: must be a whole number"),
    (f"{GOOD}arrayProperties:\n  size: {'9' * 5000}\n", 5, "arrayProperties.size: must be a whole number"),
    (f"{GOOD}arrayProperties:\n  size: 3000000000\n", 5, "arrayProperties.size: must be between"),
    (f"{GOOD}propagateTags: yes\n", 4, "propagateTags: must be true or false"),
    (f"{GOOD}containerOverrides:\n", 4, "containerOverrides: must be a structure"),
    (f"{GOOD}containerOverrides:\n  command: echo\n", 5, "containerOverrides.command: must be a list"),
    (f"{GOOD}dependsOn:\n- jobId: x\n- type: AFTER\n", 6, "dependsOn[1].type: must be one of N_TO_N"),
    (f"{GOOD}dependsOn:\n- jobId: x\n- [y]\n", 6, "dependsOn[1]: must be a structure"),
    (f"{GOOD}tags: {{}}\n", 4, "tags: must not be empty"),
    ("jobName: a\njobQueue: b\n", 1, "jobDefinition is missing"),
    (f"{GOOD}tags: &t\n  a: b\n", 4, "anchors and aliases"),
    (f"{GOOD}tags: !!python/object:os.system\n  a: b\n", 4, "tags (!) are not read"),
    (f"{GOOD}---\n{GOOD}", 4, "a second document begins here"),
    (f"{GOOD}tags: \n\ta: b\n", 5, "this is not YAML: found character '\\t'"),
    (f"{GOOD}tags: {{a: b\n", 5, "this is not YAML: "),
    (f"{GOOD}tags:\n  a: 'b\n", 6, "this is not YAML: found unexpected end of stream"),
    (f"{GOOD}shareIdentifier: \x1b[1m\n", 4, "a control character (U+001B): write it as \\x1b"),
    (f"{GOOD}shareIdentifier: \udcff\n", 4, "the byte FF is not UTF-8"),
    (f'{GOOD}shareIdentifier: "\\UFFFFFFFF"\n', 4, "this is not YAML: an escape names a character"),
    (f"{GOOD}tags: {'[' * 100_000}\n", 4, "this is nested too deeply"),
    (f"{GOOD}? [a]\n: b\n", 4, "the name of a member must be a text"),
    ("- a\n", 1, "this is no request"),
    (f"{GOOD}# {'x' * LARGEST_TEXT}\n", 1, "the text has more than 256 KiB"),
)


@pytest.mark.parametrize(("text", "line", "words"), MISTAKES, ids=[words for _, _, words in MISTAKES])
def test_every_mistake_has_its_line(text: str, line: int, words: str) -> None:
    found = complaints(text)
    assert (line, words) in [(at, sentence[: len(words)]) for at, sentence in found]
    windows = complaints(text.replace("\n", "\r\n"))
    assert line in [at for at, _ in windows]


def test_what_is_wrong_stands_above_its_line_and_goes_when_it_is_mended() -> None:
    made = draft(containerOverrides={"command": ["sh", "-c", "#! /bin/sh\nexit\n"]})
    text = request_text(made)
    broken = text.replace("jobName: a", "jobname: a")
    marked = with_problems(broken, read_request(broken, made).problems)
    at = marked.split("\n").index("jobname: a")
    assert marked.split("\n")[at - 1].startswith("#! jobname: unknown")
    problems = read_request(marked, made).problems
    assert {problem.line for problem in problems} == {at + 1}
    assert with_problems(marked, problems) == marked
    mended = marked.replace("jobname: a", "jobName: a")
    assert again(mended, made) == made.request
    assert with_problems(mended, ()) == text


def test_a_comment_within_the_lines_of_a_script_does_not_count_as_one() -> None:
    made = draft(containerOverrides={"command": ["a\nb\nc\n"]})
    marked = request_text(made).replace("      b\n", "#! wrong\n      b\n")
    assert again(marked, made) == made.request


PIECES = st.sampled_from(
    (
        *("jobName", "tags", "containerOverrides", "command", "environment", "a", "1", "true", MASK, "#! ", "# "),
        *(
            ":",
            ": ",
            "- ",
            "\n",
            "\n  ",
            "\n    ",
            "\t",
            "[",
            "]",
            "{",
            "}",
            ",",
            "&a ",
            "*a",
            "!t ",
            "|",
            ">-",
            "'",
        ),
        *(
            '"',
            "\\x",
            "\\U",
            "%",
            "---",
            "...",
            "?",
            "\x00",
            "\x85",
            "\u2028",
            "\ud800",
            "\udc80",
            "\ufeff",
            "\r",
            "<<",
        ),
    )
)


@given(st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=60)), st.booleans())
def test_nothing_that_can_be_written_raises(text: str, is_after: bool) -> None:
    made = Draft(SECRETS)
    whole = f"{request_text(made)}\n{text}" if is_after else text
    edited = read_request(whole, made)
    assert edited.request is None or not edited.problems
    lines = len(whole.split("\n"))
    assert all(1 <= problem.line <= lines for problem in edited.problems)
    marked = with_problems(whole, edited.problems)
    assert {each.message for each in read_request(marked, made).problems} >= (
        {each.message for each in edited.problems if "line" not in each.message}
    )


def test_no_start_waits_for_yaml_nor_for_botocore() -> None:
    modules = "batchtui.ui.app, batchtui.actions.request_text, batchtui.actions.request_reading"
    code = f"import sys, {modules}; sys.exit(len({{'yaml', 'botocore'}} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
