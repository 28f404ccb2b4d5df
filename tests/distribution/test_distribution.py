"""What is handed out works where there is nothing else: built, installed and run in new environments."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSIONS = ("3.11", "3.12", "3.13", "3.14")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def interpreters() -> dict[str, str]:
    """Every Python that batchtui is for and that this machine has, by its version."""
    found = {f"{sys.version_info.major}.{sys.version_info.minor}": sys.executable}
    installed = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for version in VERSIONS:
        candidates = [
            shutil.which(f"python{version}"),
            *map(str, sorted(installed.glob(f"{version}.*/bin/python"))),
        ]
        for candidate in filter(None, candidates):
            asked = [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
            told = subprocess.run(asked, capture_output=True, text=True, check=False)
            if told.stdout.strip() == version:  # one that only says how to choose a version is none
                found.setdefault(version, candidate)
    return found


def run(*command: object, **environ: str) -> str:
    """Runs a program with next to nothing in its environment."""
    bare = {"PATH": os.environ["PATH"], "HOME": environ.pop("HOME", os.environ["HOME"]), **environ}
    for name in ("PIP_INDEX_URL", "PIP_CONFIG_FILE", "SSL_CERT_FILE", "http_proxy", "https_proxy"):
        if name in os.environ:
            bare[name] = os.environ[name]
    done = subprocess.run([str(each) for each in command], env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def works(*command: object, **environ: str) -> None:
    """The program shows the simulated account, which is a process of its own."""
    assert run(*command, "--version", **environ).startswith("batchtui, version ")
    shown = json.loads(run(*command, "--demo", "--demo-jobs", "50", "--once", "--json", **environ))
    assert len(shown["jobs"]) >= 50


@contextmanager
def building() -> Iterator[None]:
    """Setuptools builds within the tree: other workers of pytest wait."""
    with (ROOT / "pyproject.toml").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel and the source distribution are."""
    place = tmp_path_factory.mktemp("dist")
    with building():
        run(sys.executable, "-m", "build", "--outdir", place, ROOT)
    return place


def test_what_is_in_them(built: Path) -> None:
    (wheel,), (source,) = built.glob("*.whl"), built.glob("*.tar.gz")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"batchtui/cli.py", "batchtui/py.typed", "batchtui/ui/app.tcss"} <= names
    assert any(name.endswith("share/man/man1/batchtui.1") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", "screenshots/", "docs/"))]
    with tarfile.open(source) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml", "batchtui/ui/app.tcss", "docs/batchtui.1"} <= inside


@pytest.mark.parametrize("version", VERSIONS)
def test_the_wheel_installs_and_runs(built: Path, tmp_path: Path, version: str) -> None:
    python = interpreters().get(version)
    if python is None:
        pytest.skip(f"there is no Python {version} on this machine")
    run(python, "-m", "venv", tmp_path / "env")
    (wheel,) = built.glob("*.whl")
    run(tmp_path / "env/bin/pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt", wheel)
    works(tmp_path / "env/bin/batchtui", HOME=str(tmp_path))


def test_the_source_distribution_installs_and_runs(built: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "env")
    (source,) = built.glob("*.tar.gz")
    run(tmp_path / "env/bin/pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt", source)
    works(tmp_path / "env/bin/batchtui", HOME=str(tmp_path))


def test_the_single_file_runs_without_an_installation(tmp_path: Path) -> None:
    with building():
        run("make", "-C", ROOT, "pyz", f"PYZ={tmp_path / 'batchtui.pyz'}", f"PYTHON={sys.executable}")
    (tmp_path / "home").mkdir()
    works(sys.executable, tmp_path / "batchtui.pyz", HOME=str(tmp_path / "home"))
