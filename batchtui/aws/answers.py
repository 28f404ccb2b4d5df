"""What an answer must hold to be one."""

from batchtui.aws.errors import MalformedAnswerError
from batchtui.model import fields
from batchtui.model.fields import Api


def items_of(operation: str, answer: Api, member: str) -> tuple[Api, ...]:
    """The list that the answer is about.

    AWS always sends it, be it empty. botocore takes any text with status 200 for an answer, such as the page of
    a captive portal: without this check a screen would empty itself on hotel Wi-Fi.

    Raises:
        MalformedAnswerError: There is no such list.
    """
    if not isinstance(answer.get(member), list):
        raise MalformedAnswerError(f"The answer has no {member}", operation=operation, code="NotAnAnswer")
    return fields.structures(answer, member)
