"""What an answer must hold to be one.

botocore takes any JSON object for an answer in which members are absent. Without these checks a screen would empty
itself where a proxy, or another service, answers in AWS's place.
"""

from collections.abc import Callable, Collection

from batchtui.model.fields import Api

Check = Callable[[Api], str]
"""Why an answer is none, in a sentence without its full stop; empty where it is one."""


def a_list(*members: str) -> Check:
    """One of these members is a list: AWS always sends it, be it empty."""
    return _one_of(list, members)


def a_structure(*members: str) -> Check:
    """One of these members is a structure."""
    return _one_of(dict, members)


def a_text(member: str) -> Check:
    """This member is a text that is not empty."""
    return lambda answer: "" if isinstance(answer.get(member), str) and answer[member] else _lacks(member)


def a_page(member: str, seen: Collection[str]) -> Check:
    """This member is a list, and the token of the next page is none of those that were seen before."""
    holds = a_list(member)

    def check(answer: Api) -> str:
        token = answer.get("nextToken")
        if token is not None and not isinstance(token, str):
            return "The token of the next page is no text"
        return "The pages go round in a circle" if token in seen else holds(answer)

    return check


def next_token(answer: Api) -> str | None:
    """The token of the next page; None on the last one."""
    token = answer.get("nextToken")
    return token if isinstance(token, str) and token else None


def _one_of(kind: type, members: tuple[str, ...]) -> Check:
    return lambda answer: "" if any(isinstance(answer.get(each), kind) for each in members) else _lacks(members[0])


def _lacks(member: str) -> str:
    return f"The answer has no {member}"
