"""What is asked of IAM is described as botocore describes it."""

from collections.abc import Mapping
from typing import Any

import botocore.session

from batchtui.aws.iam_model import IAM_MODEL


def assert_part(part: Any, whole: Any, where: str) -> None:
    """Everything that is there is there alike in the whole, but for what is only documentation or left out."""
    if isinstance(part, Mapping):
        assert set(part) <= set(whole), where
        for name, value in part.items():
            assert_part(value, whole[name], f"{where}.{name}")
    elif isinstance(part, list) and where.endswith(".required"):
        assert set(part) <= set(whole), where
    elif isinstance(part, list):
        assert len(part) == len(whole), where
        for index, (ours, theirs) in enumerate(zip(part, whole, strict=True)):
            assert_part(ours, theirs, f"{where}[{index}]")
    else:
        assert part == whole, where


def test_it_is_a_part_of_botocores_model() -> None:
    whole = botocore.session.get_session().get_component("data_loader").load_service_model("iam", "service-2")
    assert_part(IAM_MODEL, whole, "iam")
    for name, shape in IAM_MODEL["shapes"].items():
        required = set(whole["shapes"][name].get("required", ()))
        if name.endswith("Request"):
            assert required <= set(shape["members"]), "what must be sent can be sent"
