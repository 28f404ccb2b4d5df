"""The short way of reading ListJobs comes to the same as botocore's own parser."""

import json
from typing import Any

import pytest
from aiobotocore.parsers import AioResponseParserFactory
from botocore.parsers import ResponseParserError, create_parser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batchtui.aws.parsing import PLAIN, TakingTurns, plain_answer
from batchtui.model.job import JobSummary
from tests.api_shapes import answers, output_shape

SHAPE = output_shape("batch", "ListJobs")
HEADERS = {"x-amzn-requestid": "request-1", "content-type": "application/json"}


def response(body: bytes, status: int = 200) -> dict[str, Any]:
    return {"status_code": status, "headers": HEADERS, "body": body, "context": {"operation_name": "ListJobs"}}


def summaries(answer: dict[str, Any]) -> list[JobSummary]:
    return [JobSummary.from_api(item, job_queue="q") for item in answer.get("jobSummaryList", [])]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers("batch", "ListJobs"), st.booleans(), st.booleans())
def test_both_parsers_tell_the_same(answer: dict[str, Any], has_news: bool, has_nulls: bool) -> None:
    wire = json.loads(json.dumps(answer))
    for item in wire.get("jobSummaryList", []):
        if has_news:
            item["aMemberOfTomorrow"] = {"x": [1]}
        if has_nulls:
            item |= {name: None for name in ("statusReason", "container", "startedAt") if name not in item}
    body = json.dumps(wire).encode()
    slow, quick = create_parser("rest-json").parse(response(body), SHAPE), plain_answer(response(body))
    assert quick is not None
    assert summaries(quick) == summaries(slow)
    assert quick.get("nextToken") == slow.get("nextToken")
    assert quick["ResponseMetadata"] == slow["ResponseMetadata"]


def kinds(shape: Any) -> set[str]:
    """Every kind of value below a shape; one under another name than its member's is of no kind that is known."""
    if shape.type_name == "structure":
        renamed = {"renamed" for member in shape.members.values() if member.serialization}
        return {"structure", *renamed}.union(*map(kinds, shape.members.values()))
    if shape.type_name == "map":
        return {"map"} | kinds(shape.key) | kinds(shape.value)
    return {"list"} | kinds(shape.member) if shape.type_name == "list" else {shape.type_name}


def test_the_answers_that_are_read_the_short_way_are_plain() -> None:
    assert {SHAPE.name} == PLAIN
    assert kinds(SHAPE) <= {"structure", "list", "map", "string", "integer", "long", "double", "boolean"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"message": "slow down"}', 429),
        (b"<html>please log in</html>", 200),
        (b'{"jobSummaryList": [{"jobId": "a"', 200),
        (b"[]", 200),
        (b"", 200),
        (b"\xff\xfe", 200),
        (b"[" * 100_000, 200),
    ],
)
def test_what_is_no_plain_answer_is_botocores(body: bytes, status: int) -> None:
    assert plain_answer(response(body, status)) is None


async def test_only_plain_answers_are_read_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    make = AioResponseParserFactory.create_parser

    def watched(self: Any, protocol_name: str) -> Any:
        parser = make(self, protocol_name)
        parse = parser.parse

        async def noted(response: Any, shape: Any) -> Any:
            asked.append(shape.name)
            return await parse(response, shape)

        parser.parse = noted
        return parser

    monkeypatch.setattr(AioResponseParserFactory, "create_parser", watched)
    parser = TakingTurns().create_parser("rest-json")
    body = b'{"jobSummaryList": [], "jobs": []}'
    await parser.parse(response(body), SHAPE)
    await parser.parse(response(body), output_shape("batch", "DescribeJobs"))
    with pytest.raises(ResponseParserError):
        await parser.parse(response(b"<html>"), SHAPE)
    assert asked == ["DescribeJobsResponse", SHAPE.name]
