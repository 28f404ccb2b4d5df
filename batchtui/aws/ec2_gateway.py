"""What is asked of EC2 about the machine on which a job runs, for a person who looks at it."""

from typing import Final

from batchtui.aws.answers import a_list
from batchtui.aws.caller import Call
from batchtui.aws.errors import InvalidRequestError
from batchtui.model import fields
from batchtui.model.ec2_instance import Ec2Instance

_NOT_THERE: Final = ("InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed")


class Ec2Gateway:
    """Reads of instances. Every method may raise an AwsError; none retries."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def describe_instance(self, instance_id: str) -> Ec2Instance | None:
        """An instance (DescribeInstances); None where EC2 does not know it, or not any more.

        Args:
            instance_id: ``i-…``; of what is no EC2 instance EC2 knows nothing.
        """
        try:
            params = {"InstanceIds": [instance_id]}
            check = a_list("Reservations")
            answer = await self._call("ec2", "DescribeInstances", params, urgent=True, check=check)
        except InvalidRequestError as error:
            if error.code in _NOT_THERE:
                return None
            raise
        for reservation in fields.structures(answer, "Reservations"):
            for instance in fields.structures(reservation, "Instances"):
                return Ec2Instance.from_api(instance)
        return None
