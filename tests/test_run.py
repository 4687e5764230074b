"""The one command, run for real on a small product: a desk that reports its start, and a package of one file."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.long

RUN = Path(__file__).resolve().parents[1] / "run.py"
HAS_SESSIONS = os.name == "posix"
DESK = """
import importlib.metadata, json, os, sys
def version():
    try:
        return importlib.metadata.version("lot")
    except importlib.metadata.PackageNotFoundError:
        return None
print(json.dumps({
    "arguments": sys.argv[1:], "folder": os.getcwd(), "first_on_path": sys.path[0], "path": sys.path,
    "python": sys.executable, "lot": version(), "compiles": not sys.dont_write_bytecode,
}))
sys.exit(7)
"""


@pytest.fixture(scope="module")
def run() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_of_the_desk", RUN)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def product(folder: Path) -> Path:
    """A repository with the real run.py, a desk that reports how it was started, and nothing to install yet."""
    (folder / "gui" / "platform").mkdir(parents=True)
    shutil.copy(RUN, folder)
    (folder / "gui" / "__init__.py").touch()
    (folder / "gui" / "app.py").write_text(DESK, encoding="utf-8")
    (folder / "gui" / "platform" / "__init__.py").touch()
    (folder / "gui" / "platform" / "system_libraries.py").write_text("", encoding="utf-8")
    (folder / "requirements.txt").write_text("# nothing\n", encoding="utf-8")
    return folder


def begin(folder: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    return subprocess.Popen(
        [sys.executable, str(folder / "run.py"), *arguments],
        env={**plain, "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "no_proxy": "*", **more},
        cwd=folder.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=HAS_SESSIONS,
    )


def outcome(start: subprocess.Popen[str]) -> tuple[dict[str, object], str]:
    """What the desk reported of its start, and what was printed on the way."""
    output, said = start.communicate(timeout=120)
    assert start.returncode == 7, said
    return json.loads(output), said


def wheel(folder: Path, version: str) -> str:
    """A package named lot in `folder`, and the line of a requirements file that pins it."""
    file = folder / f"lot-{version}-py3-none-any.whl"
    record = f"lot-{version}.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("lot.py", "")
        archive.writestr(f"{record}/METADATA", f"Metadata-Version: 2.1\nName: lot\nVersion: {version}\n")
        archive.writestr(
            f"{record}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{record}/RECORD", "")
    return f"lot=={version} --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


def refused(folder: Path, requirement: str, **more: str) -> str:
    (folder / "requirements.txt").write_text(requirement, encoding="utf-8")
    start = begin(folder, **more)
    output, said = start.communicate(timeout=120)
    assert (start.returncode, output) == (1, "")
    return said


@pytest.fixture(scope="module")
def first_starts(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Mapping[str, object], str]]:
    """What two first starts in one folder at the same time reported."""
    folder = product(tmp_path_factory.mktemp("start") / "desk")
    return [outcome(start) for start in [begin(folder, "--data", "a file"), begin(folder, "--data", "a file")]]


@pytest.fixture
def desk(first_starts: list[tuple[Mapping[str, object], str]]) -> Path:
    """The folder of a desk that is set up."""
    return Path(str(first_starts[0][0]["first_on_path"]))


def test_that_of_two_first_starts_one_sets_up_and_the_other_waits(
    first_starts: list[tuple[Mapping[str, object], str]],
) -> None:
    said = [said for _, said in first_starts]
    assert sum("Setting up the desk" in words for words in said) == 1
    assert sum("Another start is setting the desk up" in words for words in said) == 1


def test_that_the_desk_gets_the_arguments_the_users_folder_and_the_environment(desk: Path) -> None:
    start, _ = outcome(begin(desk, "--data", "a file", PYTHONDONTWRITEBYTECODE="1"))
    assert start["arguments"] == ["--data", "a file"]
    assert start["folder"] == str(desk.parent)
    assert isinstance(start["path"], list)
    assert start["folder"] not in start["path"]
    assert Path(str(start["python"])).is_relative_to(desk / ".venv")
    assert start["compiles"]


def test_that_a_second_start_says_and_changes_nothing(desk: Path) -> None:
    outcome(begin(desk))
    before = {file: file.stat().st_mtime_ns for file in (desk / ".venv").rglob("*")}
    assert outcome(begin(desk))[1] == ""
    assert {file: file.stat().st_mtime_ns for file in (desk / ".venv").rglob("*")} == before


def test_that_changed_requirements_are_installed_by_the_next_start(desk: Path, tmp_path: Path) -> None:
    for version in ("1.0", "2.0"):
        (desk / "requirements.txt").write_text(wheel(tmp_path, version), encoding="utf-8")
        assert outcome(begin(desk, PIP_FIND_LINKS=str(tmp_path)))[0]["lot"] == version


@pytest.mark.skipif(not HAS_SESSIONS, reason="a process group is killed")
def test_that_a_set_up_that_was_killed_is_made_afresh(desk: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        (desk / "requirements.txt").write_text(f"lot==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
        index = f"http://127.0.0.1:{silent.getsockname()[1]}/simple"
        killed = begin(desk, PIP_NO_INDEX="0", PIP_INDEX_URL=index)
        silent.settimeout(60)
        connection, _ = silent.accept()  # pip is at work, and will be forever
        os.killpg(killed.pid, signal.SIGKILL)
        killed.communicate()
        connection.close()
    left_over = desk / ".venv" / "left over"
    left_over.touch()
    (desk / "requirements.txt").write_text("# nothing\n", encoding="utf-8")
    assert "Setting up the desk" in outcome(begin(desk))[1]
    assert not left_over.exists()


@pytest.fixture(scope="module")
def first_start_of_a_copy(
    first_starts: list[tuple[Mapping[str, object], str]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Mapping[str, object], str]:
    """The report of a set-up desk on its first start in another folder."""
    folder = Path(str(first_starts[0][0]["first_on_path"]))
    (folder / "requirements.txt").write_text("# nothing\n", encoding="utf-8")
    copy = tmp_path_factory.mktemp("copy") / "desk"
    shutil.copytree(folder, copy, symlinks=True)
    return outcome(begin(copy))


def test_that_a_copied_folder_gets_an_environment_of_its_own(
    first_start_of_a_copy: tuple[Mapping[str, object], str],
) -> None:
    start, said = first_start_of_a_copy
    assert "Setting up the desk" in said
    assert Path(str(start["python"])).is_relative_to(str(start["first_on_path"]))


@pytest.mark.parametrize(
    "store",
    [
        r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.13_{}_x64__qbz5n2kfra8p0",
        r"c:\program files\windowsapps\PythonSoftwareFoundation.Python.3.13_{}_x64__qbz5n2kfra8p0\Lib",
    ],
)
def test_that_an_update_by_the_store_keeps_the_environment(run: ModuleType, store: str) -> None:
    assert run.lasting(store.format("3.13.2544.0")) == run.lasting(store.format("3.13.752.0"))


@pytest.mark.parametrize(
    "other",
    [
        r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.14_3.13.2544.0_x64__qbz5n2kfra8p0",
        r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.13_3.13.2544.0_arm64__qbz5n2kfra8p0",
        r"C:\Python313",
        r"C:\tools_3.13.2544.0_x64__mine",
        "/opt/python_3.13.2544.0_x64__mine",
    ],
)
def test_that_another_python_gets_an_environment_of_its_own(run: ModuleType, other: str) -> None:
    store = r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.13_3.13.2544.0_x64__qbz5n2kfra8p0"
    assert run.lasting(other) != run.lasting(store)
    if "WindowsApps" not in other:
        assert run.lasting(other) == other


def test_that_a_package_other_than_the_pinned_one_is_refused(desk: Path, tmp_path: Path) -> None:
    pinned = wheel(tmp_path, "1.0")
    said = refused(desk, pinned.replace("sha256:", "sha256:0")[:-2] + "\n", PIP_FIND_LINKS=str(tmp_path))
    assert "not the one that was pinned" in said


def test_that_a_machine_without_the_package_index_is_reported_so(
    first_start_of_a_copy: tuple[Mapping[str, object], str],
) -> None:
    desk = Path(str(first_start_of_a_copy[0]["first_on_path"]))  # a refusal leaves no environment for another test
    nowhere = "http://127.0.0.1:9/simple"
    requirement = f"lot==1.0 --hash=sha256:{'0' * 64}\n"
    said = refused(desk, requirement, PIP_NO_INDEX="0", PIP_INDEX_URL=nowhere, PIP_RETRIES="1")
    assert said.splitlines()[-1].endswith(
        "the Python package index cannot be reached. Connect this machine and run the same command again."
    )


def test_that_an_old_python_gets_a_sentence() -> None:
    ast.parse(RUN.read_text(encoding="utf-8"), feature_version=(3, 6))
    pretend = "import runpy, sys; sys.version_info = (3, 6, 9); runpy.run_path(sys.argv[1], run_name='__main__')"
    start = subprocess.run([sys.executable, "-c", pretend, str(RUN)], capture_output=True, text=True, check=False)
    assert start.returncode == 2
    assert start.stderr.startswith("The desk needs Python 3.11 or newer")
