"""What exit codes tell. A code is the program's own word: it seldom leaves only one reading."""

from collections.abc import Callable

from batchtui.insight import failure_links as links
from batchtui.insight.failure_facts import Failure
from batchtui.insight.failure_rule import (
    ANY,
    SIGNALS,
    Late,
    Rule,
    attempt,
    both,
    command,
    exit_words,
    exited,
    image,
    limit,
    logged,
    ran,
    timeout,
)
from batchtui.insight.phrases import short
from batchtui.insight.verdict import Certainty

FOLLOWS, LIKELY = Certainty.FOLLOWS, Certainty.LIKELY
READ_LOG = "Read the end of its log."
_NO_COMMAND = (
    r"(?:^|[\s:/])(?P<name>[^\s:'\"]+): command not found$|command not found: (?P<zsh>\S+)$"
    r"|sh: (?:(?:line )?\d+: )?(?P<sh>[^\s:]+): not found$"
    r"|exec: \\?\"(?P<exec>[^\"\\]+)\\?\": executable file not found"
    r"|\benv: [‘'`\"]?(?P<env>[^:’'\"]+)[’'\"]?: No such file or directory$"
    r"|sh: (?:line \d+: )?(?P<path>[^\s:]+): No such file or directory$"
)
_NO_LIBRARY = r"error while loading shared libraries: (?P<library>[^\s:]+)"
_DENIED = r"(?:line \d+: |: |^)(?P<file>[^\s:]+): (?P<why>[Pp]ermission denied|Is a directory|cannot execute.*)$"


def _signal(failure: Failure) -> tuple[str, ...] | None:
    code = failure.code
    return (exit_words(failure.main),) if failure.main and code is not None and 128 < code < 193 else None


def _signal_cause(failure: Failure) -> str:
    code = failure.code or 0
    return f"Ended by {SIGNALS[code]}." if code in SIGNALS else f"Ended by signal {code - 128}."


def _any_code(failure: Failure) -> tuple[str, ...] | None:
    return (exit_words(failure.main),) if failure.main and failure.code else None


def _code_cause(failure: Failure) -> str:
    return f"The program ended with exit code {failure.code}, whose meaning is its own."


def _named_in_log(pattern: str, words: str) -> Callable[[Failure], str]:
    """A cause with the name that the log gives, of a rule whose sign has found the line."""
    expression = Late(pattern)

    def cause(failure: Failure) -> str:
        found = next((match for line in reversed(failure.log) if (match := expression.search(line[:500]))), None)
        names = [short(name, 30) for name in found.groups() if name] if found else []
        return words.format(*names, *("?",) * 2)

    return cause


def _by_exit(
    key: str, code: int, cause: str | Callable[[Failure], str], certainty: Certainty, *remedies: str, link: str
) -> Rule:
    also = {137: (limit, ran, timeout, attempt), 143: (ran, timeout, attempt)}.get(code, (command, ran, attempt))
    log = ("memory", "kill") if code == 137 else ANY
    return Rule(key, exited(code), cause, certainty, remedies, link, also, log=log)


CODE_RULES = (
    _by_exit(
        "killed",
        137,
        "Killed with SIGKILL: most often for want of memory.",
        LIKELY,
        "Compare its memory limit with what it needs; raise MEMORY to see whether it goes away.",
        "Other senders: the program itself, its watchdog, or Docker 30 seconds after a SIGTERM.",
        link=links.OUT_OF_MEMORY,
    ),
    _by_exit(
        "asked-to-end",
        143,
        "Ended by SIGTERM: something asked it to stop.",
        FOLLOWS,
        "Look for who stops it: a Spot reclaim, a terminate, a scale-in, or its own supervisor.",
        link=links.RETRIES,
    ),
    _by_exit(
        "segmentation-fault",
        139,
        "It crashed: a segmentation fault (SIGSEGV).",
        FOLLOWS,
        "Run it with the same input under a debugger or with core dumps.",
        "Native libraries of another version or architecture are a frequent cause.",
        link=links.TROUBLESHOOTING,
    ),
    _by_exit(
        "aborted",
        134,
        "It aborted itself (SIGABRT), as after a failed check or an uncaught error.",
        FOLLOWS,
        "Read the end of its log: what failed mostly stands there.",
        link=links.TROUBLESHOOTING,
    ),
    _by_exit(
        "bus-error",
        135,
        "It crashed with a bus error (SIGBUS): often /dev/shm or a disk is full.",
        LIKELY,
        "Raise linuxParameters.sharedMemorySize; see whether a mapped file was cut short.",
        link=links.JOB_PARAMETERS,
    ),
    _by_exit(
        "arithmetic-error",
        136,
        "It crashed with an arithmetic error (SIGFPE).",
        FOLLOWS,
        "Look for a division by zero with this input.",
        link=links.TROUBLESHOOTING,
    ),
    _by_exit(
        "illegal-instruction",
        132,
        "It ran an instruction that the processor seems to lack (SIGILL).",
        LIKELY,
        "Build it for a more general processor, or allow only instance types that have the instruction.",
        link=links.TROUBLESHOOTING,
    ),
    _by_exit(
        "interrupted",
        130,
        "Ended by SIGINT, as Ctrl-C sends it.",
        FOLLOWS,
        "Look for what sends it: a supervisor, or a test harness inside the container.",
        link=links.TROUBLESHOOTING,
    ),
    _by_exit(
        "broken-pipe",
        141,
        "Ended by SIGPIPE: what it wrote to had ended already.",
        FOLLOWS,
        "In a shell with pipefail, head or grep -q at the end of a pipe does this.",
        link=links.TROUBLESHOOTING,
    ),
    Rule(
        "shell-library-missing",
        both(exited(127), logged(_NO_LIBRARY)),
        _named_in_log(_NO_LIBRARY, "A shared library is missing: {} (exit code 127)."),
        FOLLOWS,
        ("Add it to the image, or build against what the image has.",),
        links.CANNOT_START,
        (command, image, attempt),
    ),
    Rule(
        "shell-command-missing",
        both(exited(127), logged(_NO_COMMAND)),
        _named_in_log(_NO_COMMAND, "A command was not found: {} (exit code 127)."),
        FOLLOWS,
        ("Add the tool to the image, or correct its spelling or PATH.",),
        links.CANNOT_START,
        (command, image, attempt),
    ),
    Rule(
        "shell-not-executed",
        both(exited(126), logged(_DENIED)),
        _named_in_log(_DENIED, "Not executed: {}, {} (exit code 126)."),
        FOLLOWS,
        ("Make it executable (chmod +x), and see that it is a file and not a directory.",),
        links.CANNOT_START,
        (command, image, attempt),
    ),
    Rule(
        "shell-not-found",
        exited(127),
        "By its exit code 127, a command was not found.",
        LIKELY,
        ("Check the spelling, the PATH, and that the image has the tool: the log mostly names it.",),
        links.CANNOT_START,
        (command, image, attempt),
        log=ANY,
    ),
    Rule(
        "shell-not-executable",
        exited(126),
        "By its exit code 126, a command was found but not executed.",
        LIKELY,
        ("Make the file executable, and see that it is not a directory or for another processor.", READ_LOG),
        links.CANNOT_START,
        (command, image, attempt),
        log=ANY,
    ),
    _by_exit(
        "wrong-usage",
        2,
        "It ended with exit code 2: most programs mean wrong arguments.",
        LIKELY,
        "Check the command and its parameters; shells mean a syntax error.",
        READ_LOG,
        link=links.JOB_PARAMETERS,
    ),
    _by_exit(
        "general-error",
        1,
        "The program ended with exit code 1, a general error.",
        FOLLOWS,
        READ_LOG,
        link=links.TROUBLESHOOTING,
    ),
    _by_exit(
        "exit-255",
        255,
        "The program ended with exit code 255: an error out of range, or -1.",
        FOLLOWS,
        "Read the end of its log; ssh, Perl and some launchers end like this.",
        link=links.TROUBLESHOOTING,
    ),
    Rule(
        "other-signal",
        _signal,
        _signal_cause,
        LIKELY,
        (READ_LOG, "Shells add 128 to the signal's number; a program can also choose such a code itself."),
        links.TROUBLESHOOTING,
        (ran, attempt),
        log=ANY,
    ),
    Rule(
        "other-exit-code",
        _any_code,
        _code_cause,
        FOLLOWS,
        (READ_LOG, "Look up the code in the program's manual."),
        links.TROUBLESHOOTING,
        (command, ran, attempt),
        log=ANY,
    ),
)
