"""Commands are about one account in one region: of several contexts none is taken by chance."""

from pathlib import Path

import pytest

from tests.commands.running import Said
from tests.worlds import DemoWorld

FASTQC = ("submit", "fastqc", "--job-queue", "qc-fargate")
TWO = ("--context", "@eu-west-1", "--context", "@us-east-1")


def made(world: DemoWorld) -> int:
    assert world.account is not None
    return len(world.account.index)


def test_one_context_is_where_a_command_looks(full: DemoWorld, said: Said) -> None:
    job_id = full.submit("mine")
    full.advance(4000)
    (job,) = full.batch.describe_jobs(jobs=[job_id])["jobs"]
    words = said("--context", "@us-east-1", "watch", job_id, "--no-logs")
    assert (words.status, words.err) == (0, "")
    # An ARN's region counts where the context leaves it open, and else must be the same.
    words = said("--context", "@eu-west-1", "watch", job["jobArn"])
    assert (words.status, words.out) == (2, "")
    assert "The job is in us-east-1, and eu-west-1 was asked for." in words.err
    words = said("--context", "acme", "watch", job["jobArn"])
    assert "profile (acme) could not be found" in words.err
    # What stands behind the command's name changes that alone, and leaves the rest of the context.
    words = said("--context", "acme@eu-west-1", "watch", job["jobArn"], "--region", "us-east-1")
    assert "profile (acme) could not be found" in words.err
    told = said("--context", "@eu-west-1", "doctor").out
    assert "eu-west-1, from context @eu-west-1" in told


def test_of_several_contexts_none_is_taken_by_chance(full: DemoWorld, said: Said, tmp_path: Path) -> None:
    before = made(full)
    for command in (FASTQC, ("watch", "a-job"), ("doctor",)):
        words = said(*TWO, *command)
        assert (words.status, words.out) == (2, "")
        assert f"{command[0]} is about one account in one region: name one with --context" in words.err
    words = said("--context", "@us-east-1", "doctor", "--demo")
    assert (words.status, words.out) == (2, "")
    config = tmp_path / "c.toml"
    config.write_text('[contexts.live]\nregion = "us-east-1"\n[contexts.test]\nregion = "eu-west-1"\n')
    configured = ("--config", str(config))
    words = said(*configured, *FASTQC)
    assert (words.status, words.out) == (2, "")
    assert "instead of live, test" in words.err
    assert made(full) == before
    words = said(*configured, "doctor", "--json")
    assert words.status == 0
    assert "this is live, the first of live, test; --context names another." in words.err
    assert said(*configured, "--context", "test", *FASTQC).status == 0
    assert said(*configured, *FASTQC, "--region", "us-east-1").status == 0
    assert made(full) == before + 2


def test_one_look_without_a_terminal_is_at_one_context(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATCHTUI_CONTEXT", "@eu-west-1 @us-east-1")
    words = said()
    assert (words.status, words.out) == (2, "")
    assert "name one --context" in words.err
