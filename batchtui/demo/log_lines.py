"""What tools write while they run: every line a pure function of a seed, its number, and how far the work is.

Nothing of a log is stored. A script knows how many lines there are at a moment, when each appeared, and its text.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .chance import between, fraction, mix, pick

_CHROMOSOMES = tuple(f"chr{n}" for n in (*range(1, 23), "X", "Y"))
_TRACEBACK = (
    "Traceback (most recent call last):",
    '  File "/opt/app/main.py", line 214, in <module>',
    "    main()",
    '  File "/opt/app/main.py", line 187, in main',
    "    results = pipeline.run(batch, workers=args.threads)",
    '  File "/opt/app/pipeline.py", line 96, in run',
    "    record = self._decode(chunk)",
    "ValueError: truncated record at offset 1048576: expected 32768 bytes, got 17402",
)
_JAVA_ERROR = (
    "***********************************************************************",
    "A USER ERROR has occurred: Couldn't read file. Error was: truncated BAM block",
    "org.broadinstitute.hellbender.exceptions.UserException$CouldNotReadInputFile: truncated BAM block",
    "\tat org.broadinstitute.hellbender.engine.ReadsPathDataSource.<init>(ReadsPathDataSource.java:219)",
    "\tat org.broadinstitute.hellbender.Main.main(Main.java:289)",
)
_TAILS: dict[str, tuple[str, ...]] = {
    "success": ("[main] all outputs written and verified", "[main] done, exit status 0"),
    "error": _TRACEBACK,
    "memory": ("[main] WARN resident set is 98 % of the container's limit",),
    "segfault": ("Segmentation fault (core dumped)",),
    "signal": ("Received signal 15, shutting down", "Removing temporary files in /scratch"),
    "denied": ("/usr/local/bin/entrypoint.sh: line 12: ./run.sh: Permission denied",),
    "exec": ("/usr/local/bin/entrypoint.sh: line 12: pigz: command not found",),
    "spot": ("Received signal 15, shutting down",),
    "s3-denied": (
        "[main] uploading /scratch/out.bam",
        "botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the PutObject operation: "
        "Access Denied",
    ),
    "s3-missing": (
        "fatal error: An error occurred (404) when calling the HeadObject operation: Key "
        '"intake/reads_R1.fastq.gz" does not exist',
    ),
    "disk-full": ("[E::bgzf_flush] File write failed (wrong size)", "write error: No space left on device"),
    "module": (
        "Traceback (most recent call last):",
        '  File "/opt/app/main.py", line 3, in <module>',
        "ModuleNotFoundError: No module named 'pysam'",
    ),
    "allocation": (
        "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 18.6 GiB for an array of float64",
    ),
    "endpoint": (
        *_TRACEBACK[:5],
        'botocore.exceptions.EndpointConnectionError: Could not connect to the endpoint URL: "https://s3.lab.internal/"',
    ),
    "throttled": (
        "An error occurred (SlowDown) when calling the GetObject operation (reached max retries: 4): Please "
        "reduce your request rate.",
    ),
    "file-missing": ("FileNotFoundError: [Errno 2] No such file or directory: '/ref/GRCh38.fa.fai'",),
    "exec-format": ("exec /opt/run-align.sh: exec format error",),
    "usage": (
        "usage: run-align.sh [--sample ID] [--ref FASTA]",
        "run-align.sh: error: unrecognized arguments: --fast",
    ),
    "abort": ("main.cpp:412: void flush(): Assertion `n == want' failed.", "Aborted"),
    "remote": ("ssh: connect to host lims.internal port 22: Connection timed out",),
    "pipe": ("samtools view: writing to standard output failed: Broken pipe",),
    "cpu": ("/opt/run-align.sh: line 12:    18 Illegal instruction",),
    "division": ("/opt/run-align.sh: line 12:    18 Floating point exception",),
    "own-code": ("[main] giving up: 3 of 96 samples failed",),
    "killed": ("/opt/run-align.sh: line 12:    18 Killed                  bwa-mem2 mem",),
    "java-heap": (
        'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
        "\tat java.base/java.util.Arrays.copyOf(Arrays.java:3537)",
    ),
    "gpu-memory": (
        "Traceback (most recent call last):",
        "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.50 GiB",
    ),
    "gpu-driver": ("RuntimeError: CUDA error: no CUDA-capable device is detected",),
    "cuda": (
        "Traceback (most recent call last):",
        '  File "/opt/ml/code/train.py", line 188, in <module>',
        "    loss.backward()",
        "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity "
        "of 22.06 GiB of which 1.14 GiB is free.",
        "sagemaker-training-toolkit ERROR    Reporting training FAILURE",
    ),
    "train-error": (
        "Traceback (most recent call last):",
        '  File "/opt/ml/code/train.py", line 61, in <module>',
        "    loader = make_loader(config)",
        "ValueError: batch size 24 is not divisible by the world size 16",
        "sagemaker-training-toolkit ERROR    Reporting training FAILURE",
    ),
    "library": (
        "samtools: error while loading shared libraries: libhts.so.3: cannot open shared object file: "
        "No such file or directory",
    ),
    "mapped": ("/opt/run-align.sh: line 12:    18 Bus error               (core dumped) sort-reads",),
    "interrupt": ("^C", "[main] interrupted"),
    "cpu-time": ("/opt/run-align.sh: line 12:    18 CPU time limit exceeded",),
    "write-denied": ("mkdir: cannot create directory '/results': Permission denied",),
    "interpreter": ("standard_init_linux.go:228: exec user process caused: no such file or directory",),
    "no-credentials": ("botocore.exceptions.NoCredentialsError: Unable to locate credentials",),
    "step-missing": ("MissingOutputException in rule sort_bam in file /opt/Snakefile, line 22:",),
    "exception": (
        "Traceback (most recent call last):",
        '  File "/opt/app/main.py", line 88, in <module>',
        "    sample = sheet[row]['sample_id']",
        "KeyError: 'sample_id'",
    ),
    "package": ("Error in library(DESeq2) : there is no package called 'DESeq2'", "Execution halted"),
    "peer": ("node-3: NCCL WARN Net : Connection closed by remote peer", "ncclRemoteError: remote process exited"),
    "pod-error": _TRACEBACK,
    "pod-memory": ("[main] WARN resident set is 98 % of the container's limit",),
    "pod-evicted": ("Received signal 15, shutting down",),
    "pod-module": ("ModuleNotFoundError: No module named 'portal.thumbnails'",),
}


@dataclass(slots=True)
class Script:
    """The log of one container: lines at about even distances, and a tail when the attempt is over."""

    seed: int
    voice: str
    name: str
    began: int
    planned: int
    """When the work would be done: progress is measured against it."""
    line_ms: int
    ended: int = 0
    """When the attempt ended; 0 while it runs."""
    ending: str = ""
    note: str | None = None
    """Text that no terminal should be shown raw."""
    body: int = field(init=False)
    """How many lines come before the tail."""

    def __post_init__(self) -> None:
        last = self.planned - 500
        if self.ended:
            last = min(last, self.ended)
        self.body = 0 if last <= self.began else self._upto(last)

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines, which tell the end."""
        if not self.ended:
            return ()
        return _JAVA_ERROR if (self.voice, self.ending) == ("java", "error") else _TAILS.get(self.ending, ())

    def _at(self, number: int) -> int:
        step = self.line_ms
        return self.began + number * step + mix(self.seed, number) % max(1, step * 4 // 5)

    def _upto(self, moment: int) -> int:
        number = (moment - self.began) // self.line_ms
        return number + 1 if self._at(number) <= moment else number

    def count(self, now: int) -> int:
        """How many lines there are by now."""
        if now < self.began:
            return 0
        if self.ended and now >= self.ended:
            return self.body + len(self.tail)
        return min(self.body, self._upto(now))

    def time(self, number: int) -> int:
        """When a line appeared, in milliseconds since the epoch; never before the line above it."""
        return self._at(number) if number < self.body else self.ended

    def first_at(self, moment: int, count: int) -> int:
        """The first of so many lines that appeared at this moment or later."""
        return bisect_left(range(count), moment, key=self.time)

    def text(self, number: int) -> str:
        """A line."""
        body = self.body
        if number >= body:
            return self.tail[number - body]
        if self.note is not None and number % 7 == 3:
            return f"note from the lab: {self.note}"
        at = self._at(number)
        progress = min(1.0, (at - self.began) / max(1, self.planned - self.began))
        return _VOICES.get(self.voice, _tool)(self, number, progress, at)


def _clock(at: int, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime(form)


def _tool(script: Script, number: int, progress: float, at: int) -> str:
    seed = mix(script.seed, number + 7_000_000)
    if number == 0:
        return f"[main] {script.name}: started with {between(script.seed, 70, 2, 16)} threads"
    if number == 1:
        return "[main] CMD: " + script.name + " --ref /ref/GRCh38.fa --tmp /scratch"
    if seed % 41 == 0:
        return f"[W::process] {between(seed, 1, 2, 90)} reads without mate, skipped"
    if seed % 6 == 0:
        return f"[progress] {progress:6.1%} | {pick(seed, 2, _CHROMOSOMES)} | {between(seed, 3, 80, 420)} MB/s"
    reads = between(seed, 4, 180_000, 240_000)
    seconds = between(seed, 5, 3, 14) + fraction(seed, 6)
    return f"[M::mem_process_seqs] Processed {reads} reads in {seconds:.3f} CPU sec, {seconds / 7:.3f} real sec"


def _java(script: Script, number: int, progress: float, at: int) -> str:
    seed = mix(script.seed, number + 7_000_000)
    stamp = _clock(at, "%H:%M:%S.%f")[:-3]
    if number < 2:
        return f"{stamp} INFO  HaplotypeCaller - The Genome Analysis Toolkit (GATK) v4.6.1.0, {script.name}"
    if seed % 23 == 0:
        return f"{stamp} WARN  InbreedingCoeff - not calculated at {between(seed, 1, 1, 9)} sites: too few samples"
    place = f"{_CHROMOSOMES[min(23, int(progress * 24))]}:{between(seed, 2, 10_000, 240_000_000)}"
    minutes = (at - script.began) / 60_000
    regions = int(progress * 1_180_000)
    pace = regions / (minutes + 0.1)
    return f"{stamp} INFO  ProgressMeter - {place:>18} {minutes:10.1f} {regions:12d} {pace:12.1f}"


def _nextflow(script: Script, number: int, progress: float, at: int) -> str:
    seed = mix(script.seed, number + 7_000_000)
    if number == 0:
        return "nxf-scratch-dir ip-10-0-1-17:/tmp/nxf.XXXX" + f"{script.seed & 0xFFFFF:05x}"
    if number % 9 == 4:
        return f"upload: ./{script.name}.bam to s3://genomics-work/{script.seed & 0xFF:02x}/{script.name}.bam"
    return f"{_clock(at)} {pick(seed, 1, ('INFO', 'INFO', 'DEBUG'))} task progress {progress:.0%}"


def _verbose(script: Script, number: int, progress: float, at: int) -> str:
    seed = mix(script.seed, number + 7_000_000)
    place = f"{pick(seed, 1, _CHROMOSOMES)}\t{between(seed, 2, 10_000, 240_000_000)}"
    return f"{_clock(at, '%b %d %H:%M:%S')}\tread/{number:08d}\t{place}\tmapq={between(seed, 3, 0, 60)}\tNH:i:1"


def _training(script: Script, number: int, progress: float, at: int) -> str:
    seed = mix(script.seed, number + 7_000_000)
    if number == 0:
        return "NCCL INFO Bootstrap : Using eth0 | world size 16"
    if number % 25 == 24:
        return f"{_clock(at)} checkpoint saved to s3://ml-checkpoints/{script.name}/step-{number * 20}"
    if number % 25 == 12:  # a progress bar that was drawn anew in place, as its program left it
        return "".join(_bar(round(progress * 20 * drawn / 3)) for drawn in range(4))
    loss = 2.9 * (1 - progress) ** 2 + 0.31 + fraction(seed, 1) / 20
    return f"epoch {int(progress * 12):2d}/12 step {number * 20:6d} loss {loss:.4f} lr {3e-4 * (1 - progress):.2e}"


def _bar(full: int) -> str:
    """One state of a progress bar."""
    return f"\rEpoch: {5 * full:3d}%|{'█' * full}{' ' * (20 - full)}| {full}/20"


def _json(script: Script, number: int, progress: float, at: int) -> str:
    seed = mix(script.seed, number + 7_000_000)
    level = "WARNING" if seed % 29 == 0 else "INFO"
    line = {
        "time": _clock(at, "%Y-%m-%dT%H:%M:%SZ"),
        "level": level,
        "logger": "trial",
        "message": "slow data loader" if level == "WARNING" else "step finished",
        "step": number,
        "progress": round(progress, 3),
        "loss": round(1.7 * (1 - progress) + fraction(seed, 1) / 9 + 0.2, 4),
    }
    return json.dumps(line)


def _colour(script: Script, number: int, progress: float, at: int) -> str:
    modules = ("fastqc", "samtools", "picard", "mosdepth", "bcftools")
    module = pick(script.seed, number, modules)
    if number % 13 == 6:
        return f"\x1b[33m|         {module} | No samples found\x1b[0m"
    return (
        f"\x1b[34m|         {module}\x1b[0m | \x1b[32mFound {between(script.seed, number, 1, 96)} reports\x1b[0m"
    )


_VOICES: dict[str, Callable[[Script, int, float, int], str]] = {
    "tool": _tool,
    "java": _java,
    "nextflow": _nextflow,
    "verbose": _verbose,
    "training": _training,
    "json": _json,
    "colour": _colour,
}
