"""The installed package: the pins against the declaration, and the package against the repository."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from config import VERSION

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("config", "engine", "gui", "resources")
FILES_OF_PINS = tuple(sorted(file.name for file in ROOT.glob("requirements*.txt")))
FIND_RESOURCES = """
from importlib.resources import files
import json
for room, name in (("config", "micro_scalp_config.json"), ("config", "presets/atr_scaled.json")):
    json.loads(files(room).joinpath(name).read_text(encoding="utf-8"))
print(files("resources"))
"""


def declared(extra: str | None = None) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = project["optional-dependencies"][extra] if extra else project["dependencies"]
    return {plain(re.split(r"[ <>=!~;\[]", requirement, maxsplit=1)[0]) for requirement in requirements}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(file: str) -> dict[str, str]:
    """Version by name; a name that is pinned twice fails."""
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    assert len({plain(name) for name, _ in pins}) == len(pins)
    return {plain(name): version for name, version in pins}


def test_that_every_declared_package_is_pinned() -> None:
    assert declared() <= pinned("requirements.txt").keys()
    assert declared("test") <= pinned("requirements.txt").keys() | pinned("requirements-test.txt").keys()
    assert declared("cluster") <= pinned("requirements-cluster.txt").keys()
    for extra in ("notify", "assistant", "release"):
        assert declared(extra) <= pinned("requirements.txt").keys() | pinned(f"requirements-{extra}.txt").keys()


def test_that_what_the_desk_installs_everywhere_is_pinned_once_and_all_files_agree() -> None:
    desk = pinned("requirements.txt")
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    everywhere = {plain(name) for name in re.findall(r"^([A-Za-z0-9_.-]+)==[^;\n]*$", text, re.MULTILINE)}
    for file in FILES_OF_PINS:
        if file != "requirements.txt":
            assert not everywhere & pinned(file).keys(), file
            assert {name: version for name, version in pinned(file).items() if desk.get(name, version) != version} == {}


def test_that_a_cluster_and_alerts_to_the_phone_run_on_the_versions_that_were_tested() -> None:
    assert pinned("requirements-notify.txt").items() <= pinned("requirements-test.txt").items()
    assert pinned("requirements-cluster.txt").items() <= pinned("requirements-test.txt").items()
    assert pinned("requirements-assistant.txt").items() <= pinned("requirements-test.txt").items()


@pytest.mark.parametrize("file", FILES_OF_PINS)
def test_that_pins_carry_hashes_and_name_no_address_and_no_path(file: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / file).read_text(encoding="utf-8"))
    for entry in (entry for entry in entries if not entry.startswith("#")):
        requirement, *hashes = (line.strip(" \\") for line in entry.splitlines() if not line.strip().startswith("#"))
        assert re.fullmatch(r"[a-z0-9.-]+==[0-9a-z.]+( ; [\w .'<>=!]+)?", requirement), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in hashes), requirement


@pytest.mark.parametrize("file", FILES_OF_PINS)
def test_that_the_file_of_pins_knows_no_other_machine(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--(?:extra-)?index|--find-links|@|\\\\|(?<![\w.])/|[A-Z]:\\", text)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as `pip install .` would build it, from a copy, since a build leaves its traces in the source."""
    source = tmp_path_factory.mktemp("build") / "source"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package)
    (source / "resources" / "__pycache__").mkdir(exist_ok=True)
    (source / "resources" / "__pycache__" / "compiled.pyc").touch()
    for file in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / file, source)
    build = "import setuptools.build_meta as backend; backend.build_wheel('..')"
    outcome = subprocess.run([sys.executable, "-c", build], cwd=source, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr
    return next(source.parent.glob("*.whl"))


def test_that_the_package_holds_the_product_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    kept = {
        file.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert names == kept


def test_that_the_package_has_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        commands = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "microscalp = gui.app:main" in archive.read(commands).decode()


def test_that_an_installed_desk_finds_its_resources_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    installed, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    find = f"import sys; sys.path.insert(0, {str(installed)!r})\n{FIND_RESOURCES}"
    outcome = subprocess.run(
        [sys.executable, "-P", "-c", find], cwd=elsewhere, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stderr
    assert Path(outcome.stdout.strip()).is_relative_to(installed)


def test_that_the_version_is_known_in_a_checkout_without_starting_qt() -> None:
    ask = """
import sys
from gui.app import main
try:
    main(["--version"])
finally:
    assert "PySide6" not in sys.modules
"""
    answer = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout == f"microscalp {VERSION}\n"


def test_that_the_changelog_has_an_entry_for_the_version() -> None:
    assert f"## [{VERSION}] - " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
