"""What looks secret is masked wherever it stands."""

import json

import pytest

from batchtui.model.secrets import MASK, is_secret, masked_api, masked_command

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
