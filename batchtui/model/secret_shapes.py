"""How secrets look, and where in a text they stand: by their own shape, or by what stands before them.

Whole texts are looked through: what AWS writes, scripts, lines of logs. So every pattern takes time in
proportion to the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from batchtui.model.secrets import MASK

NAMES: Final = re.compile(
    r"passw(or)?d|passphrase|pass[_-]?(code|key)|(^|[_\W-])pwd($|[_\W-])|(^|[_\W])(pg)?pass$"
    r"|secret|token|credential|webhook|jwt|bearer|cookie|kubeconfig|(^|_)(dsn|sas)$|connection[_-]?string"
    r"|(api|access|private|account|encryption|signing|master|service|license|ssh|deploy)[_-]?key|[_-]key$"
    r"|auth(orization)?[_-]?(key|header)?$|^(x-(amz|goog)-)?sig(nature)?$",
    re.IGNORECASE,
)
"""Names of what is secret, such as ``DB_PASSWORD``."""

_SHAPES: Final = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY.*?(?:-----END [A-Z0-9 ]*-----|\Z)"
    r"|(?<![\w-])(?=[\w-]*?\beyJ[\w-]{8})[\w-]++\.[\w-]{8,}\.[\w-]*"  # a JSON web token
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"
    r"|\b(?:IQoJ|FwoG|FQoG|AQoD)[\w/+]{60,}={0,2}"  # a session token of AWS
    # GitHub, GitLab, Slack, Stripe, Hugging Face, npm, PyPI, Docker, DigitalOcean, Shopify, Vault
    r"|\b(?:gh[oprsu]_|github_pat_|gl[a-z]{2,5}-|xox[a-z]-|xapp-|[rs]k_(?:live|test)_|whsec_|hf_|npm_|pypi-|dckr_pat_"
    r"|dop_v1_|shp(?:at|ca|pa|ss)_|hv[bsr]\.)(?=[\w-]{0,80}\d)[\w-]{12,}"
    r"|\bsk-(?=[\w-]{0,80}\d)[\w-]{20,}|\bAIza[\w-]{35}|\bSG\.[\w-]{16,}\.[\w-]{16,}"
    r"|\bhooks\.slack\.com/[^\s\"']+",
    re.DOTALL,
)
_SIGNS_OF_SHAPES: Final = (
    *("-----BEGIN ", "eyJ", "AKIA", "ASIA", "IQoJ", "FwoG", "FQoG", "AQoD", "SG.", "AIza", "hooks.slack.com/"),
    *("gh", "github_pat_", "gl", "xox", "xapp-", "k_live_", "k_test_", "whsec_", "hf_", "npm_", "pypi-", "sk-"),
    *("dckr_", "dop_v1_", "shp", "hv"),
)
"""Without any of them there is none of these shapes: to look for that takes a tenth of the time."""
_LIKE_A_KEY: Final = re.compile(r"(?<![\w/+])[\w/+]{40}(?![\w/+=])")
"""As long as an AWS secret access key."""
_URL: Final = re.compile(r"(\b[a-z][a-z0-9+.-]{0,30}://[^\s/:@\"']{0,200}:)([^\s@\"']{1,200})(?=@)", re.IGNORECASE)
"""A URL with a password."""
_SCHEME: Final = re.compile(
    r"(\bBearer\s+)(?=[\w.~+/-]*\d)([\w.~+/-]{12,}=*)"
    r"|(\bAuthorization[\"']?\s*[:=]\s*[\"']?"
    r"(?:(?:Basic|Bearer|Token|Digest|AWS4-HMAC-SHA256)\s+|[\w-]{1,20}\s+(?=[^\s\"']*\d)(?=[^\s\"']{16}))?)"
    r"([^\s\"']{6,})",
    re.IGNORECASE,
)
_VALUE: Final = re.compile(r"\\+[\"'][^\"'\\]*|\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s;&|\"'),}]+")
_NAMED: Final = re.compile(
    r"(?<![\w.-])(?:(?P<name>[\w.-]+)=|(?P<option>--?[\w.-]+)\s+(?!-)|(?<!:)(?P<key>[\w.-]+)(?P<quote>\\*[\"']?)\s*:\s*)"
)
"""What stands before a value: ``export TOKEN=abc``, ``mysql --password abc``, ``"password": "abc"``."""
_SIGNS_OF_NAMES: Final = (
    *("pass", "pwd", "secret", "token", "cred", "webhook", "jwt", "bearer", "cookie", "kubeconfig", "dsn", "sas"),
    *("connection", "key", "auth", "sig"),
)
_REFERENCE: Final = re.compile(r"[\"']?arn:aws")
_WORD: Final = re.compile(r"[|;&\n]|(?:[^\s|;&\"']|\"[^\"]*\"|'[^']*'|[\"'])+")
_ENDS: Final = frozenset("|;&\n")
_NEAR: Final = 12
"""So many characters before a shape tell where it stood."""
_TASK: Final = re.compile(r"/[0-9a-f]{32}$")
_LENGTH_OF_KEY: Final = 40
_KINDS: Final = 3
"""Capitals, small letters, digits: a random key of that length has all."""

_ATTACHED, _NEXT = 1, 2
_OPTIONS: Final = tuple(
    (re.compile(program), option, how)
    for program, option, how in (
        (r"(mysql|mariadb|mydumper|myloader)[\w-]*", "-p", _ATTACHED),
        (r"7z[az]?|rar|unrar", "-p", _ATTACHED),
        (r"sshpass|mongo\w*|docker|podman|buildah|nerdctl|skopeo|helm|oras|az", "-p", _ATTACHED | _NEXT),
        (r"redis-cli|valkey-cli", "-a", _ATTACHED | _NEXT),
        (r"ldap\w+", "-w", _ATTACHED | _NEXT),
        (r"sqlcmd|bcp|zip|unzip", "-P", _ATTACHED | _NEXT),
        (r"curl|wget|http|https", "-u", _ATTACHED | _NEXT),
        (r"curl|wget|http|https", "--user", _NEXT),
        (r"curl|wget|http|https", "--proxy-user", _NEXT),
    )
)
"""Short options that take a password; of ``docker`` and the like after ``login`` alone, else they are ports."""
_PROGRAM: Final = re.compile("|".join(rf"\b{known.pattern}\b" for known, _, _ in _OPTIONS))
_LOGS_IN: Final = frozenset(("docker", "podman", "buildah", "nerdctl", "skopeo", "helm", "oras", "az"))
_NEEDS_COLON: Final = frozenset(("-u", "--user", "--proxy-user"))


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something that looks secret stands in a text."""

    begin: int
    end: int
    context: int
    """Where what tells it begins: the name or the option before it."""


def secret_places(text: str) -> list[Place]:
    """Every place of a text that looks secret, in their order; none overlaps another."""
    found: list[Place] = []
    end = 0
    for place in sorted(_places(text), key=lambda place: (place.begin, -place.end)):
        if text[place.begin : place.end].strip("\"'\\") == MASK:
            continue
        if place.begin >= end:
            found.append(Place(place.begin, place.end, max(place.context, end)))
            end = place.end
        elif place.end > end:  # the rest of what overlaps is as secret
            found[-1] = Place(found[-1].begin, place.end, found[-1].context)
            end = place.end
    return found


def short_options(words: Sequence[str]) -> dict[int, int]:
    """The words of a command that are passwords by a program's short option, each with where its value begins."""
    found: dict[int, int] = {}
    program = ""
    logs_in = False
    for index, word in enumerate(words):
        if word in _ENDS:
            program, logs_in = "", False
        elif not program or not word.startswith("-"):
            name = word.strip("\"'").rpartition("/")[2]
            if any(known.fullmatch(name) for known, _, _ in _OPTIONS):
                program, logs_in = name, False
            logs_in = logs_in or name == "login"
        elif program not in _LOGS_IN or logs_in:
            after = words[index + 1] if index + 1 < len(words) else ""
            found |= _value_of(program, index, word, after)
    return found


def _value_of(program: str, index: int, word: str, after: str) -> dict[int, int]:
    for known, option, how in _OPTIONS:
        if not known.fullmatch(program) or not word.startswith(option):
            continue
        needed = ":" if option in _NEEDS_COLON else ""
        if word == option:
            if how & _NEXT and after and after not in _ENDS and not after.startswith("-") and needed in after:
                return {index + 1: 0}
        elif how & _ATTACHED and needed in word:
            return {index: len(option)}
    return {}


def _places(text: str) -> Iterator[Place]:
    if any(sign in text for sign in _SIGNS_OF_SHAPES):
        for match in _SHAPES.finditer(text):
            yield _shape(match)
    if len(text) >= _LENGTH_OF_KEY:
        yield from (_shape(match) for match in _LIKE_A_KEY.finditer(text) if _is_mixed(match[0]))
    if "://" in text:
        for match in _URL.finditer(text):
            yield Place(match.start(2), match.end(2), match.start())
    lower = text.lower()
    if any(sign in lower for sign in _SIGNS_OF_NAMES):
        yield from _named(text)
    if "-" in text and _PROGRAM.search(text):
        yield from _short(text, 0)


def _shape(match: re.Match[str]) -> Place:
    return Place(match.start(), match.end(), max(0, match.start() - _NEAR))


def _is_mixed(word: str) -> bool:
    """A commit or a sum in hexadecimals is as long as a key, and is none; nor is a cluster with a task's id."""
    return (
        not _TASK.search(word)
        and len({(c.isupper(), c.islower(), c.isdigit()) for c in word if c.isalnum()}) == _KINDS
    )


def _named(text: str) -> Iterator[Place]:
    """What stands behind a name, an option or a word that announces it."""
    for match in _SCHEME.finditer(text):
        group = 2 if match[2] else 4
        yield Place(match.start(group), match.end(group), match.start())
    covered = 0
    for match in _NAMED.finditer(text):
        if match.start() < covered or not NAMES.search(match["name"] or match["option"] or match["key"]):
            continue
        value = _VALUE.match(text, match.end())
        if value is not None and (match["key"] is None or _is_told(match["quote"], value[0])):
            covered = value.end()
            yield Place(value.start(), covered, match.start())


def _is_told(quote: str, value: str) -> bool:
    """Whether what follows a colon is a value: in prose, as in ``registry auth: unable to``, it is a sentence."""
    if _REFERENCE.match(value):
        return False
    return bool(quote) or any(character.isdigit() for character in value)


def _short(text: str, offset: int) -> Iterator[Place]:
    """Passwords by short options in a script; ``offset`` is where it stands in a larger one."""
    matches = list(_WORD.finditer(text))
    for index, value in short_options([match[0] for match in matches]).items():
        context = matches[index if value else index - 1].start()
        yield Place(offset + matches[index].start() + value, offset + matches[index].end(), offset + context)
    for match in matches:
        if match[0][0] in "\"'" and " " in match[0]:  # a script within a script: sh -c "…"
            yield from _short(match[0][1:-1], offset + match.start() + 1)
