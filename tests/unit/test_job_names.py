"""Which step a job is one of, by names as tools really make them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.insight.job_names import (
    CROMWELL,
    METAFLOW,
    NEXTFLOW,
    SNAKEMAKE,
    Step,
    folded,
    step_of,
    unfolded,
)

UUID = "3f0f6ad0-3a2e-4f5a-9d4c-0f8f7e3b2a11"
OTHER = "9c1b7e52-0d4f-4c3a-b1de-7a6f5e4d3c2b"
ARN = "arn:aws:batch:us-east-1:111122223333:job-definition/"
SAREK = "NFCORE_SAREKSAREKFASTQ_ALIGN_BWAMEM_MEM2_DRAGMAP_SENTIEONBWAMEM1_MEM"
MADE = [
    # Nextflow: what AWS does not allow is left out, blanks are underscores.
    ("nf-NFCORE_SAREK_BWAMEM_17", "nf-core-sarek-task:2", "NFCORE_SAREK_BWAMEM", NEXTFLOW),
    (f"{SAREK}_patient1-sample1", f"{ARN}nf-quay-io-biocontainers-bwa:1", SAREK, NEXTFLOW),
    ("NFCORE_RNASEQRNASEQFASTQC_SRR6357070", "", "NFCORE_RNASEQRNASEQFASTQC", NEXTFLOW),
    ("tw-3kTMd62JcUajrc-NFCORE_RNASEQMULTIQC_1", "", "NFCORE_RNASEQMULTIQC", NEXTFLOW),
    ("GATK4_MARKDUPLICATES_NA12878", "nf-gatk4:3", "GATK4_MARKDUPLICATES", NEXTFLOW),
    ("FASTQC_S1_L001", "nf-fastqc:1", "FASTQC", NEXTFLOW),
    ("fastqc_12", "nf-fastqc:1", "fastqc_*", NEXTFLOW),
    # Snakemake: the rule, a suffix of one's own, a UUID.
    (f"snakejob-bwa_map-{UUID}", f"{ARN}snakejob-def-bwa_map-{UUID}:1", "bwa_map", SNAKEMAKE),
    (f"snakejob-bwa_map-sampleA-{UUID}", "", "bwa_map", SNAKEMAKE),
    ("snakejob-all-3", "", "all", SNAKEMAKE),
    (f"snakejob-{UUID}", "", "snakejob-*", SNAKEMAKE),
    (f"snakejob-{OTHER.replace('9', 'a', 1)}", "", "snakejob-*", SNAKEMAKE),
    # Cromwell: the call with its workflow, for each shard and attempt the same.
    (
        "PairedEndWf_SamToFastqAndBwaMem",
        "cromwell_broadinstitute_gatk_4_6:3",
        "PairedEndWf_SamToFastqAndBwaMem",
        CROMWELL,
    ),
    ("wf_call-12-1", "cromwell_ubuntu:1", "wf_call", CROMWELL),
    ("wf_call-None-2", "cromwell_ubuntu:1", "wf_call", CROMWELL),
    # Metaflow: flow and step; from Step Functions without run and task.
    ("alice-HelloFlow-1583970123456789-start-1-0", "", "HelloFlow/start", METAFLOW),
    (f"alice-b-TrainFlow-sfn-{UUID}-train-5-1", "metaflow_2f1d6a:1", "TrainFlow/train", METAFLOW),
    ("SFN-TrainFlow--train--", "", "TrainFlow/train", METAFLOW),
    # Step Functions, arrays, scripts: nothing tells who it was, but what differs is folded.
    (f"{UUID}-Transform", "", "*-Transform", ""),
    (f"Transform-{UUID}_{OTHER}", "", "Transform-*", ""),
    ("s-0148-align", "", "s-*-align", ""),
    ("rna-2026-012-star", "", "rna-*-star", ""),
    ("bwa-mem2-align-0148", "", "bwa-mem*-align-*", ""),
    ("flowcell-HJ2WJDSXC-fastqc", "", "flowcell-*-fastqc", ""),
    ("build-a3f9c21-test", "", "build-*-test", ""),
    ("nightly-20261120T020000-report", "", "nightly-*-report", ""),
    ("nf-binqc-human", "submit:1", "nf-binqc-human", ""),
    ("feedback-decade-facade", "", "feedback-decade-facade", ""),
    ("ALIGNMENTS-REPORT", "", "ALIGNMENTS-REPORT", ""),
    ("data-2-x-y-z-1", "", "data-*-x-y-z-*", ""),
    ("", "", "", ""),
]


@pytest.mark.parametrize(("name", "definition", "key", "tool"), MADE, ids=[each[0] or "-" for each in MADE])
def test_names_as_they_are_made(name: str, definition: str, key: str, tool: str) -> None:
    step = step_of(name, definition)
    assert (step.key, step.tool) == (key, tool)


@pytest.mark.parametrize(
    "pattern",
    [
        "s-{:04d}-align",
        "nf-NFCORE_SAREK_BWAMEM_{}",
        "rna-2026-{:03d}-star",
        "mira-EmbedFlow-17636500000{:05d}-train-{}-0",
        "snakejob-sort_bam-3f0f6ad0-3a2e-4f5a-9d4c-{:012x}",
        "{:08x}-3a2e-4f5a-9d4c-0f8f7e3b2a11-Load",
        "sweep-trial-{}-of-2000",
    ],
)
def test_a_thousand_of_one_step_are_one(pattern: str) -> None:
    assert len({step_of(pattern.format(number, number)).key for number in range(1000)}) == 1


@given(st.text(max_size=140), st.text(max_size=60))
def test_every_name_has_one_step_and_what_was_folded_fits(name: str, definition: str) -> None:
    step = step_of(name, definition)
    assert step == step_of(name, definition)
    if name:
        assert step.key
    if step.folded:
        assert step.key.count("*") == len(step.folded)
        assert unfolded(step.key, step.folded) == name


@given(st.from_regex(r"[A-Za-z0-9_-]{1,128}", fullmatch=True))
def test_what_aws_allows_is_folded_without_numbers_left(name: str) -> None:
    step = folded(name)
    assert not any(character.isdigit() for character in step.key)
    assert unfolded(step.key, step.folded) == name


def test_what_all_have_in_common_reads_as_it_is() -> None:
    step = folded("bwa-mem2-align-0148")
    assert step == Step("bwa-mem*-align-*", "", ("2", "0148"))
    assert unfolded(step.key, ("2", None)) == "bwa-mem2-align-*"
    assert unfolded(step.key, ("2",)) == step.key, "of another form: nothing is claimed"
