"""The EC2 instance below a container instance: the shape Instance of DescribeInstances."""

from dataclasses import dataclass
from typing import Self

from batchtui.model import fields
from batchtui.model.fields import Api, Pairs

ON_DEMAND = "on-demand"


@dataclass(frozen=True, slots=True)
class Ec2Instance:
    """One instance."""

    instance_id: str
    instance_type: str | None
    lifecycle: str
    """``on-demand``, ``spot``, ``scheduled`` or ``capacity-block``; EC2 itself tells nothing of the first."""
    state: str | None
    """pending, running, shutting-down, terminated, stopping or stopped."""
    state_reason: str | None
    launch_time: int | None
    """Milliseconds since the epoch."""
    availability_zone: str | None
    private_dns_name: str | None
    private_ip_address: str | None
    image_id: str | None
    architecture: str | None
    subnet_id: str | None
    vpc_id: str | None
    tags: Pairs
    raw: Api
    """The answer as it came, unknown members included."""

    @classmethod
    def from_api(cls, data: Api) -> Self:
        return cls(
            instance_id=fields.text(data, "InstanceId") or "",
            instance_type=fields.text(data, "InstanceType"),
            lifecycle=fields.text(data, "InstanceLifecycle") or ON_DEMAND,
            state=fields.text(fields.mapping(data, "State"), "Name"),
            state_reason=fields.text(fields.mapping(data, "StateReason"), "Message"),
            launch_time=fields.moment_ms(data, "LaunchTime"),
            availability_zone=fields.text(fields.mapping(data, "Placement"), "AvailabilityZone"),
            private_dns_name=fields.text(data, "PrivateDnsName"),
            private_ip_address=fields.text(data, "PrivateIpAddress"),
            image_id=fields.text(data, "ImageId"),
            architecture=fields.text(data, "Architecture"),
            subnet_id=fields.text(data, "SubnetId"),
            vpc_id=fields.text(data, "VpcId"),
            tags=tuple(
                (fields.text(item, "Key") or "", fields.text(item, "Value") or "")
                for item in fields.structures(data, "Tags")
            ),
            raw=data,
        )
