"""Contexts as they are written, and what is chosen of them."""

from pathlib import Path
from typing import Any

import pytest

from batchtui.aws.errors import NotConfiguredError
from batchtui.aws.profiles import read_profiles, read_regions
from batchtui.configuration.reading import read_config
from batchtui.context import MOST, Context, asked_for, contexts_of, is_production, parse_context
from batchtui.model.job import JobSummary
from batchtui.query.filter import parse
from batchtui.query.jobs_in_contexts import FIELDS, JobInContext, first_of_all
from batchtui.query.steps import at_once
from batchtui.settings import ConfigError
from batchtui.ui.open_contexts import as_configured, in_order, typed_region
from batchtui.ui.recent import Recent
from batchtui.ui.screens.choice import Choice


def test_a_context_as_it_is_written() -> None:
    assert parse_context("prod@eu-west-1") == Context("prod@eu-west-1", "prod", "eu-west-1")
    assert parse_context("prod") == Context("prod", "prod")
    assert parse_context("@eu-west-1") == Context("@eu-west-1", None, "eu-west-1")
    assert parse_context("me@corp@eu-west-1").place == ("me@corp", "eu-west-1", None)
    for text in ("", " ", "@", "prod@"):
        with pytest.raises(ConfigError, match="write profile@region"):
            parse_context(text)


def test_the_tables_of_the_configuration() -> None:
    table: dict[str, dict[str, Any]] = {
        "live": {"profile": "acme", "region": "eu-west-1", "production": True, "colour": "red"},
        "x": {"region": "r"},
    }
    live, x = contexts_of(table)
    assert live == Context("live", "acme", "eu-west-1", is_production=True, colour="red")
    assert x.or_else("p", "q", "http://u").place == ("p", "r", "http://u")
    assert is_production(live, ())
    assert is_production(x, ("1234*",), None, "123456")
    assert not is_production(x, ("prod*",), "acme-prod", None)
    same = parse_context("acme@eu-west-1")
    assert asked_for(["live", "acme@eu-west-1", "other"], (live, x)) == (live, parse_context("other"))
    assert same.place == live.place
    with pytest.raises(ConfigError, match="too many"):
        asked_for([f"p{number}" for number in range(MOST + 1)], ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[contexts.a]\nprofil = "x"', r"unknown key 'profil' in \[contexts.a\]; is 'profile' meant\?"),
        ("[contexts.a]\nprofile = 1", r"'profile' in \[contexts.a\] must be a line of text"),
        ('[contexts.a]\nprofile = "x"\nproduction = "yes"', "'production' in .* must be true or false"),
        ('[contexts.a]\nprofile = "x"\ncolour = "gren"', "'colour' in .* must be one of.* green"),
        ("[contexts.a]\nproduction = true", "leads nowhere"),
        ('[contexts]\na = "x"', "must be a table"),
        ('[contexts."a b"]\nprofile = "x"', "no blanks"),
    ],
)
def test_what_is_wrong_in_a_table_is_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "c.toml").write_text(text)
    with pytest.raises(ConfigError, match=words):
        _ = read_config(tmp_path / "c.toml").alone


def test_the_profiles_of_the_shared_configuration(tmp_path: Path) -> None:
    (tmp_path / "aws-config").write_text(
        "[profile Zed]\nregion = eu-west-1\nsso_session = s\nsso_account_id = 111122223333\n"
        "[profile op]\nrole_arn = arn:aws:iam::444455556666:role/op\nsource_profile = keys\n[default]\n"
    )
    (tmp_path / "aws-credentials").write_text("[keys]\naws_access_key_id = A\naws_secret_access_key = B\n")
    found = [(each.name, each.region, each.kind, each.account) for each in read_profiles()]
    assert found == [
        ("default", "", "", ""),
        ("keys", "", "keys", ""),
        ("op", "", "role", "444455556666"),
        ("Zed", "eu-west-1", "SSO", "111122223333"),
    ]
    (tmp_path / "aws-config").write_text("[profile\n")
    with pytest.raises(NotConfiguredError):
        read_profiles()


def test_the_regions_of_a_partition() -> None:
    usual = {each.name: each.description for each in read_regions(None)}
    assert usual["eu-west-1"] == "Europe (Ireland)"
    assert "cn-north-1" not in usual
    assert {each.name for each in read_regions("cn-north-1")} == {"cn-north-1", "cn-northwest-1"}
    assert typed_region("eu-west-9") is not None
    assert typed_region("eu-west") is None


def test_what_was_chosen_lately_stands_first() -> None:
    recent = Recent()
    recent.note("profile", "c")
    recent.know({"profile": ("b", "c")})
    assert recent.names("profile") == ("c", "b")
    recent.note("profile", "b")
    assert recent.names("profile") == ("b", "c")
    choices = [Choice("a"), Choice("b"), Choice("c"), Choice("d")]
    assert [each.name for each in in_order(choices, "b", recent.names("profile"))] == ["c", "a", "b", "d"]
    order = in_order(choices, "d", recent.names("profile"))
    assert [(each.name, each.sign) for each in order] == [
        ("b", "recent"),
        ("c", "recent"),
        ("a", ""),
        ("d", "here"),
    ]


def test_what_the_configuration_says_of_a_place() -> None:
    live = Context("live", "acme", is_production=True, colour="red")
    lab = Context("lab", "acme", "eu-west-1", colour="green")
    default = Context("home", None, "us-east-1", is_production=True)
    configured = (live, lab, default)
    assert as_configured(Context("", "acme", "eu-west-1"), configured) is lab
    assert as_configured(Context("", "acme", "us-east-1"), configured) == Context(
        "", "acme", "us-east-1", is_production=True, colour="red"
    )
    for there in (Context("", "other", "us-east-1"), Context("", "acme", "us-east-1", "http://u")):
        assert as_configured(there, configured) is there


def test_jobs_of_several_contexts_in_one_list() -> None:
    def job(name: str, status: str, created_at: int | None) -> JobSummary:
        told: dict[str, Any] = {"jobId": name, "jobName": name, "status": status, "createdAt": created_at}
        return JobSummary.from_api(told)

    contexts = {
        "one": [job("old", "RUNNING", 1), job("done", "SUCCEEDED", 9), job("odd", "FAILED", None)],
        "two": [job("new", "RUNNABLE", 5), job("bad", "FAILED", 3), job("done-too", "SUCCEEDED", 8)],
    }
    found = at_once(first_of_all(contexts))
    assert [row.job.job_id for row in found] == ["new", "bad", "old", "odd", "done", "done-too"]
    assert [row.job.job_id for row in at_once(first_of_all(contexts, 2))] == ["new", "bad"]
    assert [row.job.job_id for row in at_once(first_of_all(contexts, 5))][-1] == "done"
    wanted = parse("context:two status:active,failed", FIELDS)
    rows: list[JobInContext] = list(at_once(wanted.select(found, 0.0)))
    assert [row.job.job_id for row in rows] == ["new", "bad"]
