"""Compute environments: where jobs run, how much room there is, and how the room grows and shrinks."""

from __future__ import annotations

from dataclasses import dataclass, field

from .chance import fraction
from .definitions import JSON, Definition, Form, Needs
from .identity import ACCOUNT_ID, ECS_CLUSTER, EKS_CLUSTER, EKS_NAMESPACE, REGION, batch_arn

_SUPPLY_WINDOW_MS = 600_000


@dataclass(slots=True, eq=False)
class ComputeEnvironment:
    """One compute environment; `used` never exceeds `online`, nor `online` a `max_vcpus` that was not lowered.

    `desired_vcpus` is what AWS reports and asks of EC2; `online` is what has arrived. Fargate has no instances:
    all that it may use is always there.
    """

    name: str
    kind: str
    """EC2, SPOT, FARGATE, FARGATE_SPOT or ECS_MANAGED_INSTANCES, as AWS's computeResources.type."""
    max_vcpus: int
    min_vcpus: int = 0
    eks: bool = False
    status: str = "VALID"
    status_reason: str = "ComputeEnvironment Healthy"
    state: str = "ENABLED"
    instance_types: tuple[str, ...] = ()
    largest: Needs = field(default_factory=lambda: Needs(64, 245_760))
    """What the largest of its instance types can hold."""
    instance_vcpus: int = 16
    scarce: bool = False
    """Whether the market has less than `max_vcpus` to give at times (Spot)."""
    trouble: str | None = None
    """A reason for which nothing can be started in it, as the statusReason of a blocked job gives it."""
    seed: int = 0
    arn: str = ""
    desired_vcpus: float = 0
    online: float = 0
    used: float = 0
    coming: float = 0
    """Capacity asked for that has not arrived."""
    idle_since: int = 0

    def __post_init__(self) -> None:
        self.arn = batch_arn("compute-environment", self.name)
        self.online = self.desired_vcpus = self.max_vcpus if self.serverless else self.min_vcpus

    @property
    def serverless(self) -> bool:
        """Fargate: capacity needs no instance."""
        return self.kind.startswith("FARGATE")

    @property
    def spot(self) -> bool:
        """Whether its capacity can be taken back."""
        return self.kind in ("SPOT", "FARGATE_SPOT")

    @property
    def works(self) -> bool:
        """Whether jobs can be placed in it at all."""
        return self.could_work and self.state == "ENABLED"

    @property
    def could_work(self) -> bool:
        """Whether it would do so if it were enabled."""
        return self.status in ("VALID", "UPDATING") and self.trouble is None

    @property
    def free(self) -> float:
        """The vCPUs on which a job could start now."""
        return min(self.online, self.max_vcpus) - self.used

    def accepts(self, definition: Definition) -> bool:
        """Whether it is of the kind that the definition asks for; multi-node jobs do not run on Spot."""
        if (definition.form is Form.EKS) != self.eks:
            return False
        if definition.form is Form.NODES and self.kind != "EC2":
            return False
        return (definition.platform == "FARGATE") == self.serverless

    def limit(self, now: int) -> float:
        """How much the market gives at this time."""
        if not self.scarce:
            return self.max_vcpus
        share = 0.4 + 0.25 * fraction(self.seed, now // _SUPPLY_WINDOW_MS)
        return max(self.instance_vcpus, int(self.max_vcpus * share) // self.instance_vcpus * self.instance_vcpus)

    def describe(self) -> JSON:
        """The environment as DescribeComputeEnvironments gives it."""
        answer: JSON = {
            "computeEnvironmentName": self.name,
            "computeEnvironmentArn": self.arn,
            "tags": {"stack": "batch-genomics"},
            "type": "MANAGED",
            "state": self.state,
            "status": self.status,
            "statusReason": self.status_reason,
            "computeResources": self._resources(),
            "containerOrchestrationType": "EKS" if self.eks else "ECS",
            "uuid": f"8c5f0a3e-3f1d-4c7b-9a60-{sum(self.name.encode()):012x}",
        }
        if self.eks:
            answer["eksConfiguration"] = {
                "eksClusterArn": f"arn:aws:eks:{REGION}:{ACCOUNT_ID}:cluster/{EKS_CLUSTER}",
                "kubernetesNamespace": EKS_NAMESPACE,
            }
        else:
            answer["ecsClusterArn"] = f"arn:aws:ecs:{REGION}:{ACCOUNT_ID}:cluster/{ECS_CLUSTER}-{self.name}_Batch"
            answer["serviceRole"] = (
                f"arn:aws:iam::{ACCOUNT_ID}:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch"
            )
        if not self.serverless:
            answer["updatePolicy"] = {"terminateJobsOnUpdate": False, "jobExecutionTimeoutMinutes": 30}
        return answer

    def _resources(self) -> JSON:
        resources: JSON = {
            "type": self.kind,
            "maxvCpus": self.max_vcpus,
            "subnets": ["subnet-0a11b22c33d44e55f", "subnet-0f55e44d33c22b11a"],
            "securityGroupIds": ["sg-0123456789abcdef0"],
        }
        if self.serverless:
            return resources
        if self.kind == "ECS_MANAGED_INSTANCES":
            role = f"arn:aws:iam::{ACCOUNT_ID}"
            resources["managedInstancesProvider"] = {
                "infrastructureRoleArn": f"{role}:role/ecsInfrastructureRole",
                "instanceLaunchTemplate": {
                    "ec2InstanceProfileArn": f"{role}:instance-profile/ecsInstanceRole",
                    "networkConfiguration": {
                        "subnets": resources["subnets"],
                        "securityGroups": resources["securityGroupIds"],
                    },
                    "instanceRequirements": {"allowedInstanceTypes": list(self.instance_types)},
                },
            }
        resources |= {
            "minvCpus": self.min_vcpus,
            "desiredvCpus": round(self.desired_vcpus),
            "instanceTypes": list(self.instance_types),
            "instanceRole": f"arn:aws:iam::{ACCOUNT_ID}:instance-profile/ecsInstanceRole",
            "tags": {"Name": f"batch-{self.name}"},
            "allocationStrategy": "SPOT_PRICE_CAPACITY_OPTIMIZED" if self.spot else "BEST_FIT_PROGRESSIVE",
            "ec2Configuration": [{"imageType": "EKS_AL2023" if self.eks else "ECS_AL2023"}],
        }
        if self.spot:
            resources["bidPercentage"] = 70
            resources["spotIamFleetRole"] = f"arn:aws:iam::{ACCOUNT_ID}:role/AmazonEC2SpotFleetTaggingRole"
        return resources
