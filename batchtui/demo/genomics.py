"""The job definitions of the genomics pipelines: alignment, variant calling, annotation."""

from __future__ import annotations

from typing import Any

from .consumables import CREDITS, LICENCES, takes
from .containers import REGISTRY, SECRET, awslogs, container, env, needs, role
from .definitions import JSON, Definition, Form

_SPOT_RETRY: JSON = {
    "attempts": 3,
    "evaluateOnExit": [
        {"onStatusReason": "Host EC2*", "action": "RETRY"},
        {"onReason": "*", "action": "EXIT"},
    ],
}
_VOLUMES: list[JSON] = [
    {"name": "scratch", "host": {"sourcePath": "/mnt/nvme/scratch"}},
    {
        "name": "reference",
        "efsVolumeConfiguration": {
            "fileSystemId": "fs-0a1b2c3d4e5f67890",
            "rootDirectory": "/",
            "transitEncryption": "ENABLED",
            "authorizationConfig": {"accessPointId": "fsap-0123456789abcdef0", "iam": "ENABLED"},
        },
    },
]
_MOUNTS: list[JSON] = [
    {"containerPath": "/scratch", "readOnly": False, "sourceVolume": "scratch"},
    {"containerPath": "/ref", "readOnly": True, "sourceVolume": "reference"},
]


_PASSWORDS = {5: "hunter2-2025", 6: "hunter2-2026"}  # bait for whoever shows them unmasked


def _align(revision: int, status: str = "ACTIVE") -> Definition:
    return Definition(
        "bwa-mem2-align",
        revision,
        Form.CONTAINER,
        container(
            f"align:2.{revision}.1",
            ["run-align.sh", "--sample", "Ref::sample", "--ref", "/ref/GRCh38.fa", "--threads", "8"],
            needs("8", 15360 if revision > 5 else 12288),
            volumes=_VOLUMES,
            mountPoints=_MOUNTS,
            environment=env(
                REFERENCE="GRCh38",
                SCRATCH="/scratch",
                DB_HOST="lims.internal",
                DB_PASSWORD=_PASSWORDS.get(revision, "hunter2-demo"),
            ),
            secrets=[{"name": "LIMS_TOKEN", "valueFrom": SECRET}],
            ulimits=[{"name": "nofile", "hardLimit": 65536, "softLimit": 65536}],
            linuxParameters={
                "devices": [],
                "initProcessEnabled": True,
                "sharedMemorySize": 2048,
                "tmpfs": [{"containerPath": "/tmp/sort", "size": 1024, "mountOptions": ["rw"]}],  # noqa: S108  # a container's
                "maxSwap": 0,
                "swappiness": 60,
            },
            user="1000:1000",
            readonlyRootFilesystem=False,
            privileged=False,
        ),
        status=status,
        parameters={"sample": "unset"},
        retry=_SPOT_RETRY,
        timeout_seconds=14_400,
        tags={"team": "genomics", "pipeline": "wgs"},
        propagate_tags=True,
        mean_seconds=540,
        line_ms=700,
    )


def genomics() -> list[Definition]:
    """The definitions of the genomics queues."""
    return [
        _align(5, "INACTIVE"),
        _align(6),
        _align(7),
        Definition(
            "samtools-sort",
            3,
            Form.CONTAINER,
            container(
                "samtools:1.21",
                ["samtools", "sort", "-@", "4", "-o", "/scratch/out.bam", "Ref::input"],
                needs("4", 7680),
                volumes=_VOLUMES,
                mountPoints=_MOUNTS,
                logConfiguration=awslogs("/genomics/intake"),
            ),
            parameters={"input": "unset"},
            retry=_SPOT_RETRY,
            timeout_seconds=3600,
            tags={"team": "genomics"},
            mean_seconds=240,
        ),
        Definition(
            "gatk-haplotypecaller",
            12,
            Form.CONTAINER,
            container(
                "gatk:4.6.1.0",
                ["gatk", "--java-options", "-Xmx28g", "HaplotypeCaller", "-I", "Ref::bam", "-ERC", "GVCF"],
                needs("8", 30720),
                volumes=_VOLUMES,
                mountPoints=_MOUNTS,
                environment=env(JAVA_TOOL_OPTIONS="-XX:+UseParallelGC", INTERVALS="/ref/wgs_calling_regions"),
            ),
            parameters={"bam": "unset"},
            retry={"attempts": 2, "evaluateOnExit": []},
            timeout_seconds=2100,
            tags={"team": "genomics", "pipeline": "wgs"},
            voice="java",
            mean_seconds=900,
            line_ms=1500,
        ),
        Definition(
            "nf-core-sarek-task",
            2,
            Form.CONTAINER,
            container(
                "nf-core-sarek:3.5.0",
                ["bash", "-o", "pipefail", "-c", 'trap "{ ret=$?; exit $ret; }" EXIT; bash .command.run'],
                needs("4", 7680),
                volumes=[{"name": "vol-1", "host": {"sourcePath": "/home/ec2-user/miniconda"}}],
                mountPoints=[{"containerPath": "/opt/conda", "readOnly": True, "sourceVolume": "vol-1"}],
                environment=env(NXF_DEBUG="1"),
            ),
            retry={"attempts": 5, "evaluateOnExit": _SPOT_RETRY["evaluateOnExit"]},
            tags={"nextflow.io/runName": "sleepy_mendel"},
            voice="nextflow",
            mean_seconds=300,
        ),
        Definition(
            "dragen-germline",
            1,
            Form.CONTAINER,
            container(
                "dragen:4.3.6",
                ["dragen", "--enable-map-align", "true", "--enable-variant-caller", "true", "-1", "Ref::reads"],
                needs("8", 30720),
                volumes=_VOLUMES,
                mountPoints=_MOUNTS,
            ),
            parameters={"reads": "unset"},
            retry=_SPOT_RETRY,
            timeout_seconds=7200,
            consumables=takes((LICENCES, 2)),
            tags={"team": "genomics", "pipeline": "dragen"},
            mean_seconds=600,
        ),
        Definition(
            "star-rnaseq",
            4,
            Form.CONTAINER,
            container(
                "star:2.7.11b",
                ["STAR", "--runThreadN", "16", "--genomeDir", "/ref/star", "--readFilesIn", "Ref::reads"],
                needs("16", 61440),
                volumes=_VOLUMES,
                mountPoints=_MOUNTS,
            ),
            parameters={"reads": "unset"},
            retry=_SPOT_RETRY,
            tags={"team": "rna"},
            voice="verbose",
            mean_seconds=1200,
            line_ms=40,
        ),
        _vep(),
    ]


def _vep() -> Definition:
    def part(name: str, image: str, command: list[str], vcpus: str, memory: int, **more: Any) -> JSON:
        return {
            "name": name,
            "image": f"{REGISTRY}/{image}",
            "command": command,
            "dependsOn": [],
            "environment": [],
            "essential": True,
            "logConfiguration": awslogs(),
            "mountPoints": [],
            "resourceRequirements": needs(vcpus, memory),
            "secrets": [],
            "ulimits": [],
            **more,
        }

    annotate = ["vep", "--fork", "6", "--cache", "--input_file", "Ref::vcf"]
    return Definition(
        "annotate-vep",
        2,
        Form.ECS,
        {
            "taskProperties": [
                {
                    "containers": [
                        part(
                            "annotate",
                            "vep:113",
                            annotate,
                            "6",
                            12288,
                            dependsOn=[{"containerName": "fetch-cache", "condition": "SUCCESS"}],
                            mountPoints=_MOUNTS,
                            environment=env(ASSEMBLY="GRCh38"),
                        ),
                        part(
                            "fetch-cache", "aws-cli:2", ["sync-cache", "/scratch/vep"], "1", 2048, essential=False
                        ),
                        part(
                            "metrics",
                            "otel-collector:0.113",
                            ["--config", "/etc/otel.yaml"],
                            "1",
                            1024,
                            essential=False,
                            logConfiguration=awslogs("/genomics/sidecars", "us-west-2"),
                        ),
                    ],
                    "executionRoleArn": role("genomics-execution"),
                    "taskRoleArn": role("genomics-job"),
                    "ipcMode": "task",
                    "enableExecuteCommand": True,
                    "volumes": _VOLUMES,
                }
            ]
        },
        parameters={"vcf": "unset"},
        retry=_SPOT_RETRY,
        tags={"team": "genomics"},
        consumables=takes((CREDITS, 5)),
        mean_seconds=420,
    )
