"""The job definitions of the simulated account: genomics on EC2 and Fargate, training on GPUs, a portal on EKS."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .consumables import SEATS, takes
from .containers import REGISTRY, SECRET, container, env, fargate, needs
from .definitions import JSON, Catalogue, Definition, Form
from .genomics import genomics


def _training() -> list[Definition]:
    node = container(
        "train:2026.10",
        ["torchrun", "--nnodes", "4", "--nproc-per-node", "4", "train.py", "--config", "Ref::config"],
        needs("12", 49152, 1),
        environment=env(NCCL_DEBUG="WARN", WANDB_MODE="offline"),
        secrets=[{"name": "WANDB_API_KEY", "valueFrom": SECRET}],
        linuxParameters={"devices": [], "sharedMemorySize": 16384, "tmpfs": []},
        instanceType="g5.4xlarge",
    )
    gpu = container(
        "train:2026.10",
        ["python", "-m", "sweep", "--trial", "Ref::trial"],
        needs("4", 15360, 1),
        environment=env(CUDA_VISIBLE_DEVICES="0"),
        linuxParameters={"devices": [], "sharedMemorySize": 8192, "tmpfs": []},
    )
    return [
        Definition(
            "train-variant-ddp",
            3,
            Form.NODES,
            {
                "numNodes": 4,
                "mainNode": 0,
                "nodeRangeProperties": [
                    {"targetNodes": "0:0", "container": node},
                    {"targetNodes": "1:", "container": {**node, "command": [*node["command"], "--worker"]}},
                ],
            },
            parameters={"config": "base.yaml"},
            retry={"attempts": 1, "evaluateOnExit": []},
            timeout_seconds=7200,
            scheduling_priority=50,
            consumables=takes((SEATS, 4)),
            tags={"team": "ml"},
            voice="training",
            mean_seconds=1300,
            line_ms=1200,
        ),
        Definition(
            "train-sweep",
            6,
            Form.CONTAINER,
            gpu,
            parameters={"trial": "0"},
            retry={"attempts": 2, "evaluateOnExit": []},
            timeout_seconds=1800,
            scheduling_priority=10,
            tags={"team": "ml"},
            voice="json",
            mean_seconds=80,
            line_ms=500,
        ),
        Definition(
            "evaluate-model",
            9,
            Form.CONTAINER,
            {**gpu, "command": ["python", "evaluate.py", "--split", "test"], "enableExecuteCommand": True},
            retry={"attempts": 1, "evaluateOnExit": []},
            scheduling_priority=30,
            consumables=takes((SEATS, 1)),
            tags={"team": "ml"},
            voice="json",
            mean_seconds=300,
        ),
    ]


def _portal() -> list[Definition]:
    def pod(image: str, command: list[str], cpu: str, memory: str) -> JSON:
        return {
            "podProperties": {
                "serviceAccountName": "portal-batch",
                "hostNetwork": False,
                "dnsPolicy": "ClusterFirst",
                "containers": [
                    {
                        "name": "main",
                        "image": f"{REGISTRY}/{image}",
                        "imagePullPolicy": "IfNotPresent",
                        "command": command,
                        "args": [],
                        "env": [{"name": "PORTAL_URL", "value": "https://portal.internal"}],
                        "resources": {
                            "limits": {"cpu": cpu, "memory": memory},
                            "requests": {"cpu": cpu, "memory": memory},
                        },
                        "volumeMounts": [{"name": "work", "mountPath": "/work", "readOnly": False}],
                        "securityContext": {"runAsUser": 1000, "runAsNonRoot": True, "privileged": False},
                    }
                ],
                "initContainers": [
                    {
                        "name": "wait-db",
                        "image": f"{REGISTRY}/tools:1",
                        "command": ["wait-for", "db:5432"],
                        "args": [],
                        "env": [],
                        "volumeMounts": [],
                    }
                ],
                "volumes": [{"name": "work", "emptyDir": {"medium": "", "sizeLimit": "20Gi"}}],
                "metadata": {"labels": {"app": "portal", "tier": "batch"}},
            }
        }

    return [
        Definition(
            "portal-export",
            8,
            Form.EKS,
            pod("portal:81", ["python", "-m", "portal.export"], "2", "4096Mi"),
            retry={"attempts": 2, "evaluateOnExit": []},
            timeout_seconds=1800,
            tags={"team": "portal"},
            voice="json",
            mean_seconds=200,
        ),
        Definition(
            "portal-thumbnails",
            1,
            Form.EKS,
            pod("portal:81", ["python", "-m", "portal.thumbnails"], "1", "2048Mi"),
            tags={"team": "portal"},
            mean_seconds=90,
        ),
    ]


def _quality() -> list[Definition]:
    return [
        Definition(
            "fastqc",
            9,
            Form.CONTAINER,
            fargate(
                "fastqc:0.12.1",
                ["fastqc", "--threads", "2", "Ref::reads"],
                needs("2", 4096),
                enableExecuteCommand=True,
            ),
            platform="FARGATE",
            parameters={"reads": "unset"},
            retry={"attempts": 3, "evaluateOnExit": [{"onReason": "*", "action": "RETRY"}]},
            timeout_seconds=1200,
            tags={"team": "qc"},
            mean_seconds=180,
        ),
        Definition(
            "multiqc-report",
            5,
            Form.CONTAINER,
            fargate(
                "multiqc:1.25",
                ["multiqc", "--outdir", "/out", "s3://genomics-results/Ref::run"],
                needs("1", 2048),
                ephemeralStorage={"sizeInGiB": 50},
                repositoryCredentials={"credentialsParameter": SECRET},
                enableExecuteCommand=False,
            ),
            platform="FARGATE",
            parameters={"run": "unset"},
            tags={"team": "qc"},
            voice="colour",
            mean_seconds=120,
        ),
        Definition(
            "cram-archive",
            1,
            Form.CONTAINER,
            container(
                "archive:0.9",
                ["archive-cram", "Ref::cram"],
                needs("2", 3840),
                logConfiguration={
                    "logDriver": "splunk",
                    "options": {"splunk-url": "https://splunk.internal:8088", "splunk-format": "inline"},
                    "secretOptions": [{"name": "splunk-token", "valueFrom": SECRET}],
                },
            ),
            parameters={"cram": "unset"},
            tags={"team": "archive"},
            mean_seconds=150,
        ),
    ]


_OTHERS: dict[str, tuple[tuple[int, str, dict[str, Any], JSON], ...]] = {
    "gatk-haplotypecaller": (
        (10, "INACTIVE", {"timeout_seconds": 1800}, {"resourceRequirements": needs("8", 24576)}),
        (11, "ACTIVE", {}, {"image": f"{REGISTRY}/gatk:4.6.0.0", "resourceRequirements": needs("8", 24576)}),
    ),
    "star-rnaseq": (
        (3, "ACTIVE", {"tags": {"team": "genomics"}}, {"image": f"{REGISTRY}/star:2.7.10a"}),
        (5, "INACTIVE", {}, {"command": ["STAR", "--runThreadN", "32", "--genomeDir", "/ref/star"]}),
    ),
    "fastqc": (
        (7, "ACTIVE", {"retry": {"attempts": 1, "evaluateOnExit": []}}, {"image": f"{REGISTRY}/fastqc:0.11.9"}),
        (8, "ACTIVE", {"timeout_seconds": 600}, {}),
    ),
    "train-variant-ddp": ((2, "ACTIVE", {"consumables": None}, {}),),
    "portal-export": ((7, "ACTIVE", {"timeout_seconds": 900}, {}),),
}
"""Revisions that nobody uses any more, or whose registration was taken back: what they had otherwise."""


def _others(used: list[Definition]) -> list[Definition]:
    return [
        replace(
            definition,
            revision=revision,
            status=status,
            properties={**definition.properties, **properties},
            **changes,
        )
        for definition in used
        for revision, status, changes, properties in _OTHERS.get(definition.name, ())
    ]


def catalogue() -> Catalogue:
    """Every definition that the account has registered."""
    used = [*genomics(), *_training(), *_portal(), *_quality()]
    return Catalogue([*used, *_others(used)])
