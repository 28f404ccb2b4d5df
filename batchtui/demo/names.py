"""Job names as pipelines and people give them, within AWS's [A-Za-z0-9_-]{1,128}."""

from __future__ import annotations

from .chance import mix, pick

_SAREK_STEPS = ("FASTP", "BWAMEM", "MARKDUPLICATES", "BASERECALIBRATOR", "APPLYBQSR", "MOSDEPTH", "STRELKA_SINGLE")
_PATTERNS = {
    "bwa-mem2-align": "s-{sample:04d}-align",
    "samtools-sort": "s-{sample:04d}-sort",
    "gatk-haplotypecaller": "s-{sample:04d}-haplotypecaller",
    "nf-core-sarek-task": "nf-NFCORE_SAREK_{step}_{small}",
    "star-rnaseq": "rna-2026-{small:03d}-star",
    "dragen-germline": "s-{sample:04d}-dragen",
    "annotate-vep": "cohort-2026-annotate-{small}",
    "train-variant-ddp": "variantformer-ddp-r{small}",
    "train-sweep": "sweep-trial-{sample:04d}",
    "evaluate-model": "eval-variantformer-{small:03d}",
    "portal-export": "portal-export-{sample}",
    "portal-thumbnails": "portal-thumbnails-{sample}",
    "fastqc": "s-{sample:04d}-fastqc",
    "multiqc-report": "run-2026-{sample:04d}-multiqc",
    "cram-archive": "s-{sample:04d}-cram-archive",
}
_ARRAYS = {
    "gatk-haplotypecaller": "cohort-2026-joint-call",
    "train-sweep": "sweep-hparam-2026-11",
    "fastqc": "flowcell-HJ2WJDSXC-fastqc",
    "portal-thumbnails": "portal-thumbnails-all",
}


def job_name(definition: str, seed: int) -> str:
    """A name for a job of this definition."""
    bits = mix(seed, 40)
    pattern = _PATTERNS.get(definition, "{sample:04d}")
    return pattern.format(sample=bits % 2400, small=(bits >> 20) % 240, step=pick(seed, 41, _SAREK_STEPS))


def array_name(definition: str, number: int) -> str:
    """A name for an array job of this definition."""
    return f"{_ARRAYS.get(definition, definition)}-{number:02d}"
