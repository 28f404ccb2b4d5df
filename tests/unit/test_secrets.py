"""What looks secret is masked wherever it stands."""

import json
from time import process_time

import pytest

from batchtui.model.secrets import MASK, is_secret, masked_api, masked_command, masked_text, script_secrets, veiled
from tests.secret_values import SECRETS

SECRET_NAMES = """
    DB_PASSWORD password AWS_SECRET_ACCESS_KEY API_KEY apiKey GITHUB_TOKEN authToken SSH_PRIVATE_KEY STRIPE_KEY
    db-pwd DB_PASS PGPASS pass DATABASE_DSN CREDENTIALS SLACK_WEBHOOK ConnectionString
"""
OTHER_NAMES = "REFERENCE HOME KEYBOARD MONKEY AUTHOR SAMPLE_ID OMP_NUM_THREADS PWDX BYPASS PASSENGER"


@pytest.mark.parametrize("name", SECRET_NAMES.split())
def test_names_that_look_secret(name: str) -> None:
    assert is_secret(name, "x")


@pytest.mark.parametrize("name", OTHER_NAMES.split())
def test_names_that_do_not(name: str) -> None:
    assert not is_secret(name, "GRCh38")


@pytest.mark.parametrize(
    "value",
    [
        "postgres://user:hunter2@db/x",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc",
        "ghp_0123456789abcdefghij",
        "-----BEGIN RSA PRIVATE KEY-----",
        "https://hooks.slack.com/services/T0/B0/x",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ],
)
def test_shapes_that_look_secret(value: str) -> None:
    assert is_secret("SETTING", value)


def test_commands() -> None:
    words = ["run", "--password", "hunter2", "--token=abc", "-v", "--sample", "s1", "--api-key", "-x"]
    assert masked_command(words) == [
        "run",
        "--password",
        MASK,
        f"--token={MASK}",
        "-v",
        "--sample",
        "s1",
        "--api-key",
        "-x",
    ]


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        ("mysql --password hunter2 -h db", f"mysql --password {MASK} -h db"),
        ("export TOKEN=abc; run.sh", f"export TOKEN={MASK}; run.sh"),
        ("run --secret='a b' --out s3://x", f"run --secret={MASK} --out s3://x"),
        ("API_KEY=a rest of it", f"API_KEY={MASK}"),
        ("echo one\nPGPASS=x\ttail", f"echo one\nPGPASS={MASK}\ttail"),
        ("sort -k 2 file", "sort -k 2 file"),
        ("mkdir -p out && cp a b", "mkdir -p out && cp a b"),
    ],
)
def test_scripts_within_a_word(script: str, shown: str) -> None:
    assert masked_command(["sh", "-c", script]) == ["sh", "-c", shown]


def test_an_answer_keeps_its_structure_and_names() -> None:
    answer = {
        "jobId": "1",
        "jobArn": "arn:aws:batch:us-east-1:123456789012:job/0123456789012345678901234567890123456789",
        "container": {
            "command": ["run", "--password=hunter2"],
            "environment": [{"name": "DB_PASSWORD", "value": "hunter2"}, {"name": "REF", "value": "GRCh38"}],
            "secrets": [{"name": "LIMS_TOKEN", "valueFrom": "arn:aws:secretsmanager:x"}],
        },
        "parameters": {"apiToken": "hunter2", "sample": "s1"},
        "tags": {"team": "genomics"},
    }
    text = json.dumps(masked_api(answer), ensure_ascii=False)
    assert "hunter2" not in text
    for kept in ("DB_PASSWORD", "GRCh38", "arn:aws:secretsmanager:x", "s1", "genomics", answer["jobArn"]):
        assert str(kept) in text


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_a_veil_leaves_every_character_in_its_place(text: str, secret: str) -> None:
    found = veiled(text)
    assert secret not in found
    assert len(found) == len(text)
    assert all(after in (before, "•") for before, after in zip(text, found, strict=True))


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_no_place_lets_it_through(text: str, secret: str) -> None:
    assert is_secret("SETTING", text)
    for shown in (
        masked_text(text),
        masked_text(f"CannotStart: it said {text}, then ended"),
        " ".join(masked_command(["sh", "-c", text])),
        json.dumps(masked_api({"statusReason": text, "entryPoint": [text], "payload": {"note": text}})),
    ):
        assert secret not in shown
    assert masked_text(shown := masked_text(text)) == shown, "masks stay as they are"


@pytest.mark.parametrize(
    "text",
    [
        "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm",
        "CannotPullContainerError: no basic auth credentials: exit status 1",
        "commit 0123456789abcdef0123456789abcdef01234567",
        "arn:aws:ecs:us-east-1:123456789012:container-instance/My-Cluster/0123456789abcdef0123456789abcdef",
        "secret: arn:aws:secretsmanager:us-east-1:123456789012:secret:genomics/lims-Ab12Cd",
        "docker run -p 8080:80 -u 1000:1000 web",
        "mkdir -p out/2026 && cp -a x y",
        "Bearer authentication failed",
    ],
)
def test_what_is_none_stays_readable(text: str) -> None:
    assert masked_text(text) == text


def test_named_values_in_whatever_shape_they_come() -> None:
    answer = {
        "tags": [{"key": "api-token", "value": "hunter2"}, {"Key": "password", "Value": "hunter2"}],
        "logConfiguration": {"options": {"splunk-token": "hunter2", "splunk-url": "https://splunk"}},
        "passwords": ["hunter2", "hunter2"],
        "ContainerArguments": ["--password", "hunter2"],
    }
    text = json.dumps(masked_api(answer))
    assert "hunter2" not in text
    assert "https://splunk" in text


def test_short_options_in_commands() -> None:
    assert masked_command(["mysql", "-h", "db", "-phunter2", "x"])[3] == f"-p{MASK}"
    assert masked_command(["redis-cli", "-a", "hunter2", "PING"]) == ["redis-cli", "-a", MASK, "PING"]
    assert masked_command(["curl", "-u", "me:hunter2", "x"]) == ["curl", "-u", MASK, "x"]
    assert masked_command(["docker", "login", "-p", "hunter2"])[3] == MASK
    assert masked_command(["mkdir", "-p", "out"]) == ["mkdir", "-p", "out"]


def test_a_secret_is_put_back_only_by_what_tells_its_place() -> None:
    assert script_secrets("ghp_0123456789abcdefghij") == []
    assert script_secrets("x ghp_0123456789abcdefghij") == []
    assert script_secrets("export TOKEN=abc") == [("TOKEN=", "abc")]


def test_hostile_texts_take_no_more_time_than_their_length() -> None:
    """What takes time by its square would take minutes here."""
    size = 100_000
    parts = ["a-", "eyJ", "-----BEGIN PRIVATE KEY", "'\"", "-a ", "x=", "pass=", 'pass="', "a:", "mysql -p", "\\"]
    began = process_time()
    for part in [*parts, "http://", " ", "Bearer ", "ghp_", "Authorization: ", "pass", "aA1/", 'key":']:
        masked_text(part * (size // len(part)))
    assert process_time() - began < 15
