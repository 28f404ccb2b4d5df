"""Jobs of every kind that the demo account runs: what they are submitted to, and with which overrides."""

from batchtui.demo.definitions import Definition, Form
from tests.contract.resubmitting import Json
from tests.worlds import DemoWorld

ALIGN = {"jobQueue": "align-high", "jobDefinition": "bwa-mem2-align:6"}
TASKS = {"jobQueue": "align-high", "jobDefinition": "annotate-vep"}
POD = {"jobQueue": "portal-eks", "jobDefinition": "portal-export"}
NODES = {"jobQueue": "train-gpu", "jobDefinition": "train-variant-ddp", "shareIdentifier": "research"}
FAIR = {"jobQueue": "train-gpu", "jobDefinition": "evaluate-model", "shareIdentifier": "research"}


def variables(**values: str) -> list[Json]:
    return [{"name": name, "value": value} for name, value in values.items()]


def requirements(**values: str) -> list[Json]:
    return [{"type": kind, "value": value} for kind, value in values.items()]


KINDS: dict[str, tuple[Json, Json]] = {
    "container on EC2": (
        ALIGN,
        {
            "containerOverrides": {
                "command": ["bash", "-c", "echo one\necho 'two \x1b[1m'\texit"],
                "environment": variables(REFERENCE="T2T", NEW="a=b c\n", EMPTY=""),
                "resourceRequirements": requirements(MEMORY="20000"),
            }
        },
    ),
    "container on Fargate": (
        {"jobQueue": "qc-fargate", "jobDefinition": "fastqc"},
        {"containerOverrides": {"resourceRequirements": requirements(VCPU="0.5", MEMORY="1024")}},
    ),
    "parameters": (
        {"jobQueue": "qc-fargate", "jobDefinition": "multiqc-report"},
        {"parameters": {"run": "2026-11-20", "extra": "1"}},
    ),
    "one parameter's default": (ALIGN, {"parameters": {"other": "1"}}),
    "retry, time-out, tags": (
        ALIGN,
        {
            "retryStrategy": {"attempts": 7, "evaluateOnExit": [{"onExitCode": "1*", "action": "EXIT"}]},
            "timeout": {"attemptDurationSeconds": 777},
            "propagateTags": False,
            "tags": {"who": "me", "team": "genomics", "empty": ""},
        },
    ),
    "no retry where the definition has some": (ALIGN, {"retryStrategy": {"attempts": 1}}),
    "tasks": (
        TASKS,
        {
            "ecsPropertiesOverride": {
                "taskProperties": [
                    {
                        "containers": [
                            {
                                "name": "metrics",
                                "command": ["quiet"],
                                "environment": variables(LEVEL="2"),
                                "resourceRequirements": requirements(MEMORY="2048"),
                            },
                            {"name": "annotate", "environment": variables(ASSEMBLY="T2T")},
                        ]
                    }
                ]
            }
        },
    ),
    "pod": (
        POD,
        {
            "eksPropertiesOverride": {
                "podProperties": {
                    "containers": [
                        {
                            "name": "main",
                            "image": "portal:82",
                            "command": ["python"],
                            "args": ["-m", "x"],
                            "env": variables(PORTAL_URL="https://other", MORE="1"),
                            "resources": {"limits": {"cpu": "3", "memory": "4096Mi"}},
                        }
                    ],
                    "initContainers": [{"name": "wait-db", "env": variables(SECONDS="5")}],
                    "metadata": {
                        "labels": {"tier": "web", "run": "7"},
                        "annotations": {"example.org/why": "test"},
                    },
                }
            }
        },
    ),
    "nodes": (
        NODES,
        {
            "nodeOverrides": {
                "numNodes": 3,
                "nodePropertyOverrides": [
                    {
                        "targetNodes": "1:",
                        "containerOverrides": {
                            "command": ["torchrun", "slow"],
                            "environment": variables(NCCL_DEBUG="INFO"),
                            "instanceType": "g5.8xlarge",
                        },
                        "instanceTypes": ["g5.8xlarge"],
                    }
                ],
            }
        },
    ),
    "fair share": (FAIR, {"schedulingPriorityOverride": 77, "shareIdentifier": "sweep"}),
    "fair share as defined": (FAIR, {}),
    "array": (
        {"jobQueue": "qc-fargate", "jobDefinition": "fastqc"},
        {
            "arrayProperties": {"size": 4},
            "dependsOn": [{"type": "SEQUENTIAL"}],
            "containerOverrides": {"environment": variables(CHUNKS="4")},
        },
    ),
    "consumable resources": (
        ALIGN,
        {
            "consumableResourcePropertiesOverride": {
                "consumableResourceList": [{"consumableResource": "licences", "quantity": 3}]
            }
        },
    ),
    "old requirements": (
        {"jobQueue": "align-high", "jobDefinition": "old"},
        {"containerOverrides": {"vcpus": 2, "memory": 900}},
    ),
    "old requirements, half new": (
        {"jobQueue": "align-high", "jobDefinition": "old"},
        {"containerOverrides": {"memory": 900, "resourceRequirements": requirements(VCPU="3")}},
    ),
    "ranges of tasks and pods": (
        {"jobQueue": "align-high", "jobDefinition": "mixed"},
        {
            "nodeOverrides": {
                "nodePropertyOverrides": [
                    {
                        "targetNodes": "0:0",
                        "ecsPropertiesOverride": {
                            "taskProperties": [{"containers": [{"name": "lead", "command": ["lead", "now"]}]}]
                        },
                        "consumableResourcePropertiesOverride": {
                            "consumableResourceList": [{"consumableResource": "licences", "quantity": 2}]
                        },
                    },
                    {
                        "targetNodes": "1:",
                        "eksPropertiesOverride": {
                            "podProperties": {"containers": [{"name": "work", "env": variables(A="2")}]}
                        },
                    },
                ]
            }
        },
    ),
}


def add_rare_definitions(demo: DemoWorld) -> None:
    """Gives the demo account definitions of kinds that nobody there registered."""
    assert demo.account is not None
    old = {"image": "tool:1", "command": ["run", "Ref::x"], "vcpus": 1, "memory": 512}
    ranges = [
        {
            "targetNodes": "0:0",
            "ecsProperties": {
                "taskProperties": [
                    {
                        "containers": [
                            {
                                "name": "lead",
                                "image": "lead:1",
                                "command": ["lead"],
                                "resourceRequirements": requirements(VCPU="1", MEMORY="512"),
                            }
                        ]
                    }
                ]
            },
            "consumableResourceProperties": {
                "consumableResourceList": [{"consumableResource": "licences", "quantity": 1}]
            },
        },
        {
            "targetNodes": "1:",
            "eksProperties": {
                "podProperties": {
                    "containers": [
                        {"name": "work", "image": "work:1", "command": ["work"], "env": variables(A="1")}
                    ]
                }
            },
        },
    ]
    nodes = {"numNodes": 2, "mainNode": 0, "nodeRangeProperties": ranges}
    for definition in (
        Definition("old", 4, Form.CONTAINER, old, parameters={"x": "1"}),
        Definition("mixed", 1, Form.NODES, nodes),
    ):
        demo.account.catalogue.add(definition)
