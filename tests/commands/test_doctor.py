"""`batchtui doctor`: every operation tried, nothing changed, and what to do said."""

import json
import re
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

import batchtui.aws
from batchtui.aws.control_gateway import CHANGES
from batchtui.aws.resources_gateway import RESOURCE_CHANGES
from batchtui.aws.shell_gateway import SHELL_CHANGES
from batchtui.commands.doctor_account import SMALL_SKEW, _clock
from batchtui.commands.doctor_permissions import _policy_source
from batchtui.commands.finding import Verdict
from batchtui.commands.permissions import NOBODY, UNTRIED, Place, trials
from tests.commands.running import Said, Words, as_commanded
from tests.conftest import use_credentials_of
from tests.faults import case
from tests.terminal import Terminal
from tests.worlds import DemoWorld, moto_world

PLACE = Place("us-east-1", "123456789012", "aws", NOBODY, 1_780_000_000_000)
SECRET = "hunter2hunter2hunter2"


def verdicts(words: Words) -> dict[str, tuple[str, str]]:
    """What is said of each thing: the verdict, and the text with what to do."""
    told = json.loads(words.out)
    assert told["exitStatus"] == words.status
    return {each["name"]: (each["verdict"], f"{each['text']} {each['advice'] or ''}") for each in told["findings"]}


def operations_in_use() -> set[str]:
    """Every operation that the gateways name, so far as botocore knows it."""
    known: set[str] = set()
    for service in ("batch", "logs", "sts", "ecs", "ec2"):
        client = boto3.client(service, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
        known |= set(client.meta.service_model.operation_names)
        client.close()
    texts = [each.read_text() for each in Path(batchtui.aws.__path__[0]).glob("*gateway.py")]
    return known & {name for text in texts for name in re.findall(r'"([A-Z][A-Za-z]+)"', text)}


def test_every_operation_that_is_used_is_spoken_of() -> None:
    tried = {each.operation for each in trials(PLACE)}
    told = {each.operation for each in UNTRIED}
    bulk = {
        "CancelJobs": "CancelJob",
        "TerminateJobs": "TerminateJob",
        "TerminateServiceJobs": "TerminateServiceJob",
    }
    changes = CHANGES | RESOURCE_CHANGES | SHELL_CHANGES
    assert {bulk.get(name, name) for name in changes} == told - {"TagResource"}
    assert operations_in_use() - changes - {"GetCallerIdentity"} == tried


def test_where_all_is_well_it_says_so_and_changes_nothing(full: DemoWorld, said: Said) -> None:
    assert full.server is not None
    assert full.account is not None
    jobs = len(full.account.index)
    words = said("doctor", "--json")
    assert words.status == 0
    found = verdicts(words)
    for each in trials(PLACE):
        assert found[each.action] == ("ok", "allowed "), each
    for untried in UNTRIED:
        verdict, text = found[untried.action]
        assert verdict == "not tried"
        assert text.startswith("not tried: would change something. It is for ")
    assert found["access key"] == ("ok", f"{full.access_key_id[:4]}…{full.access_key_id[-4:]} ")
    assert found["region"] == ("ok", "us-east-1, from AWS_REGION ")
    assert found["credentials"][1] == "from the environment (AWS_ACCESS_KEY_ID) "
    assert found["account"][1].startswith("123456789012, alias genomics")
    assert full.secret_access_key not in words.out
    made = full.server.calls
    assert all(made[each.operation] == 1 for each in trials(PLACE))
    assert not (CHANGES | RESOURCE_CHANGES | SHELL_CHANGES) & set(made)
    assert len(full.account.index) == jobs
    plain = said("--read-only", "doctor", "--region", "us-east-1", "--endpoint-url", full.url)
    assert "  ok  region                             us-east-1, from --region" in plain.lines
    assert f"{full.url} for every service, from --endpoint-url" in plain.out
    assert "not tried: would change something. This is read-only: nothing can be changed." in plain.out
    assert plain.lines[-1].endswith("batchtui can start.")


def test_a_command_that_cannot_be_started_is_named(full: DemoWorld, said: Said, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    for program, verdict in (("sh", "ok"), (str(tmp_path / "notfy"), "warning")):
        config.write_text(f'on_end = ["{program}", "-c", "true"]')
        found = verdicts(said("--config", str(config), "doctor", "--json"))["on_end"]
        assert found[0] == verdict
        assert program in found[1]


def test_what_is_denied_is_named_with_its_action_and_with_what_is_dark(full: DemoWorld, said: Said) -> None:
    denied = {"code": "AccessDeniedException", "message": f"password={SECRET}\x1b[2J", "status": 403}
    full.fault("GetJobQueueSnapshot", "GetLogEvents", **denied)
    words = said("doctor", "--json")
    found = verdicts(words)
    assert words.status == 0
    assert Counter(verdict for verdict, _ in found.values())["bad"] == 2
    assert found["batch:GetJobQueueSnapshot"] == (
        "bad",
        "denied; dark without it: a job's place in its queue, what is in use of a queue "
        "Allow batch:GetJobQueueSnapshot.",
    )
    assert found["logs:GetLogEvents"][1].endswith("Allow logs:GetLogEvents.")
    full.fault("ListJobs", **denied)
    words = said("doctor")
    assert words.status == 2
    assert (
        "  ✗   batch:ListJobs                     denied; dark without it: all jobs. Allow batch:ListJobs."
        in words.lines
    )
    assert words.lines[-1].endswith("batchtui could show nothing.")
    assert "\x1b" not in words.out
    assert SECRET not in words.out


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("expired credentials", "credentials expired: The security token included in the request is expired"),
        ("rejected credentials", "The security token included in the request is invalid Check the profile"),
        ("a wrong clock", "set it right"),
        ("500", "A fault of AWS's own"),
        ("the page of a proxy", "A proxy or another service may be answering"),
    ],
)
def test_what_is_wrong_for_every_call_is_said_once(full: DemoWorld, said: Said, name: str, sentence: str) -> None:
    make = case(name).make
    assert make is not None
    assert full.server is not None
    full.faults.append(make(0))
    words = said("doctor", "--json")
    found = verdicts(words)
    assert words.status == 2
    assert found["identity"][0] == "bad"
    assert sentence in " ".join(found["identity"][1].split())
    assert sum(full.server.calls.values()) == 1
    assert "TERM" in found
    assert "session-manager-plugin" in found


def test_without_region_profile_or_credentials_it_says_what_is_missing(
    said: Said, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = verdicts(words := said("doctor", "--json"))
    assert words.status == 2
    assert "No AWS region is set Name one with --region" in found["not configured"][1]
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    found = verdicts(words := said("doctor", "--json"))
    assert (words.status, found["no credentials"][0]) == (2, "bad")
    assert "aws sso login" in found["no credentials"][1]
    found = verdicts(words := said("doctor", "--json", "--profile", "nobody"))
    assert words.status == 2
    assert "(nobody) could not be found" in found["not configured"][1]
    # Temporary ones that a program gives, which end soon: nobody listens where they lead.
    ends = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    given = {
        "Version": 1,
        "AccessKeyId": "ASIAABCDEFGHIJKLMNOP",
        "SecretAccessKey": SECRET,
        "SessionToken": SECRET,
    }
    (tmp_path / "given.json").write_text(json.dumps(given | {"Expiration": ends}))
    (tmp_path / "aws-config").write_text(
        f"[profile work]\nregion = eu-west-1\ncredential_process = cat {tmp_path / 'given.json'}\n"
    )
    found = verdicts(
        words := said("doctor", "--json", "--profile", "work", "--endpoint-url", "http://127.0.0.1:9")
    )
    assert words.status == 2
    assert found["credentials"][1] == "from a credential_process, profile work "
    assert found["access key"][1] == "ASIA…MNOP "
    assert found["expiry"][0] == "warning"
    assert "log in with its program" in found["expiry"][1]
    assert found["identity"][1].startswith("offline: ")
    assert found["identity"][1].endswith("Check network, VPN, region and --endpoint-url."), "it tries once"
    assert SECRET not in words.out
    with (tmp_path / "aws-config").open("a") as config:
        config.write("endpoint_url = http://127.0.0.1:9\n")
    found = verdicts(said("doctor", "--json", "--profile", "work"))
    assert found["endpoint"] == ("note", "http://127.0.0.1:9, from the shared configuration, profile work ")


def test_moto_tells_alias_and_what_its_policies_allow(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    with moto_world() as world:
        use_credentials_of(world, monkeypatch)
        monkeypatch.setenv("AWS_ENDPOINT_URL", world.url)
        world.client("iam").create_account_alias(AccountAlias="the-lab")
        words = said("doctor", "--json")
        found = verdicts(words)
        assert words.status == 0
        assert found["account"][1] == "123456789012, alias the-lab "
        assert found["batch:GetJobQueueSnapshot"][0] == "note"
        assert found["batch:DescribeJobQueues"][0] == "ok"
        assert found["batch:SubmitJob"][0] in ("ok", "warning", "not tried")


def test_the_simulated_account_is_well(said: Said) -> None:
    found = verdicts(words := said("--demo-jobs", "10", "doctor", "--demo", "--json"))
    assert words.status == 0
    assert found["credentials"] == ("ok", "those of the simulated account ")
    assert {found[each.action] for each in trials(PLACE)} == {("ok", "allowed ")}


def test_clocks_that_differ_are_told_beyond_the_seconds_that_an_answer_takes() -> None:
    now = time.time()
    verdict: Any
    for theirs, verdict, words in (
        (None, None, ""),
        (now - 0.5, Verdict.OK, "within 1 s"),
        (now - SMALL_SKEW + 5, Verdict.OK, "within"),
        (now - 600, Verdict.WARNING, "ahead of AWS's"),
        (now + 600, Verdict.WARNING, "behind AWS's"),
    ):
        found = list(_clock(theirs, now))
        assert [each.verdict for each in found] == ([verdict] if verdict else [])
        assert all(words in each.text for each in found)


def test_whose_policies_are_simulated() -> None:
    role = "arn:aws:sts::123456789012:assumed-role/batch-user/me"
    assert _policy_source(role) == "arn:aws:iam::123456789012:role/batch-user"
    user = "arn:aws-cn:iam::123456789012:user/team/me"
    assert _policy_source(user) == user
    assert _policy_source("arn:aws:iam::123456789012:root") is None
    assert _policy_source(None) is None


def test_on_a_terminal_it_asks_where_the_cursor_is_and_leaves_the_terminal_as_it_was(full: DemoWorld) -> None:
    environ = {"COLORTERM": "truecolor", "SSH_TTY": "/dev/pts/9", "TMUX": "/tmp/tmux,1,0", "LANG": "C.UTF-8"}
    terminal = Terminal(*as_commanded("doctor"), columns=70, environ=environ)
    try:
        while b"\x1b[6n" not in terminal.output:
            assert terminal.process.poll() is None, terminal.text
            terminal.read(0.2)
        terminal.press(b"\x1b[1;1R")
        assert terminal.wait() == 0
        text = terminal.text
        assert "16 million (COLORTERM)" in text
        assert "70 columns, 35 lines. 80 by 24" in " ".join(text.split())
        assert "in tmux" in text
        assert "over SSH" in text
        assert "ms for an answer" in text
        assert "[1;1R" not in text
        import termios

        assert termios.tcgetattr(terminal.slave) == terminal.before
    finally:
        terminal.close()
