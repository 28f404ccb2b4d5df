"""The one operation of EC2 (query protocol) that there is: DescribeInstances."""

from __future__ import annotations

import re
from collections import OrderedDict
from datetime import UTC, datetime
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from .account import Account
from .chance import between
from .errors import ApiError
from .hosts import REMEMBERED_MS, Placed, on_instances
from .identity import ACCOUNT_ID, REGION

VERSION = "2016-11-15"
_XMLNS = f"http://ec2.amazonaws.com/doc/{VERSION}/"
_ID = re.compile(r"i-[0-9a-f]{8}(?:[0-9a-f]{9})?")
_MOST_REMEMBERED = 10_000
_AMI = "ami-0c8f6b1d7a2e94305"


class Ec2Api:
    """Answers EC2's requests out of an account.

    An id of EC2 has too few digits to lead back to a job: those that ECS named are remembered.
    """

    __slots__ = ("_account", "_named")

    def __init__(self, account: Account) -> None:
        self._account = account
        self._named: OrderedDict[str, Placed] = OrderedDict()

    def remember(self, placed: Placed) -> None:
        """ECS has told that this instance is there."""
        self._named[placed.instance_id] = placed
        if len(self._named) > _MOST_REMEMBERED:
            self._named.popitem(last=False)

    def answer(self, action: str, body: str, request_id: str) -> str:
        """The XML answer to an action (DescribeInstances)."""
        if action != "DescribeInstances":
            raise ApiError("InvalidAction", f"The action {action} is not valid for this web service.")
        request = dict(parse_qsl(body))
        wanted = [value for name, value in request.items() if name.startswith("InstanceId.")]
        found = self._found(wanted) if wanted else list(on_instances(self._account))
        reservations = "".join(_reservation(placed, self._account.now) for placed in found)
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<DescribeInstancesResponse xmlns="{_XMLNS}">'
            f"<requestId>{request_id}</requestId><reservationSet>{reservations}</reservationSet>"
            "</DescribeInstancesResponse>"
        )

    def _found(self, wanted: list[str]) -> list[Placed]:
        for given in wanted:
            if not _ID.fullmatch(given):
                raise ApiError("InvalidInstanceID.Malformed", f'Invalid id: "{given}"')
        known = {placed.instance_id: placed for placed in on_instances(self._account)}
        now, found, missing = self._account.now, [], []
        for given in wanted:
            placed = known.get(given) or self._named.get(given)
            gone = placed.gone_at() if placed is not None else None
            if placed is None or (gone is not None and now - gone > REMEMBERED_MS):
                missing.append(given)
            else:
                found.append(placed)
        if missing:
            one = len(missing) == 1
            words = (
                f"The instance ID '{missing[0]}' does" if one else f"The instance IDs '{', '.join(missing)}' do"
            )
            raise ApiError("InvalidInstanceID.NotFound", f"{words} not exist")
        return found


def error(refusal: ApiError, request_id: str) -> str:
    """The body of an error, which EC2 writes in a form of its own."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>'
        f"<Code>{escape(refusal.code)}</Code><Message>{escape(refusal.message)}</Message>"
        f"</Error></Errors><RequestID>{request_id}</RequestID></Response>"
    )


def _reservation(placed: Placed, now: int) -> str:
    gone = placed.gone_at()
    over = gone is not None and gone <= now
    state = "<code>48</code><name>terminated</name>" if over else "<code>16</code><name>running</name>"
    third, fourth = placed.address
    dns = "" if over else f"ip-10-0-{third}-{fourth}.ec2.internal"
    launched = placed.began - between(placed.seed, 650, 30_000, 5_400_000) - 45_000
    moment = datetime.fromtimestamp(launched // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    architecture = "arm64" if "g." in placed.instance_type else "x86_64"
    lifecycle = "<instanceLifecycle>spot</instanceLifecycle>" if placed.attempt.environment.spot else ""
    reason = (
        "<stateReason><code>Client.UserInitiatedShutdown</code>"
        "<message>Client.UserInitiatedShutdown: User initiated shutdown</message></stateReason>"
        if over
        else ""
    )
    address = "" if over else f"<privateIpAddress>10.0.{third}.{fourth}</privateIpAddress>"
    return (
        f"<item><reservationId>r-0{placed.instance_id[3:]}</reservationId><ownerId>{ACCOUNT_ID}</ownerId><groupSet/>"
        f"<instancesSet><item><instanceId>{placed.instance_id}</instanceId><imageId>{_AMI}</imageId>"
        f"<instanceState>{state}</instanceState><privateDnsName>{dns}</privateDnsName><dnsName/>"
        f"<amiLaunchIndex>0</amiLaunchIndex><productCodes/><instanceType>{placed.instance_type}</instanceType>"
        f"<launchTime>{moment}</launchTime>"
        f"<placement><availabilityZone>{REGION}{placed.zone}</availabilityZone><groupName/>"
        "<tenancy>default</tenancy></placement><monitoring><state>disabled</state></monitoring>"
        f"<subnetId>subnet-0a11b22c33d44e55f</subnetId><vpcId>vpc-0d4c3b2a190f8e7d6</vpcId>{address}"
        f"{reason}<architecture>{architecture}</architecture><rootDeviceType>ebs</rootDeviceType>"
        f"<rootDeviceName>/dev/xvda</rootDeviceName><virtualizationType>hvm</virtualizationType>{lifecycle}"
        "<tagSet><item><key>Name</key>"
        f"<value>batch-{escape(placed.attempt.environment.name)}</value></item></tagSet>"
        "<hypervisor>xen</hypervisor><ebsOptimized>false</ebsOptimized></item></instancesSet></item>"
    )
