"""The one command: makes `.venv`, installs the pinned requirements, then opens the desk or runs its tests.

    python3 run.py [arguments of the desk]
    python3 run.py test [arguments of pytest]

Needs only Python 3.11. An older one must get a sentence instead of a syntax error, so nothing here is newer
than Python 3.6 can parse; and what only set-up needs is imported there, because every start passes through this file.
"""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - it is the Pythons below the declared one that must be answered
    sys.stderr.write(f"The desk needs Python 3.11 or newer; this is Python {sys.version.split()[0]}.\n")
    sys.exit(2)

ROOT = os.path.dirname(os.path.realpath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
WHOLE = "whole"  # the stamp that is there only while nobody is changing the environment
WHOLE_SUITE = ["-n", str((os.cpu_count() or 1) + 1), "--dist", "loadfile", "--no-loadscope-reorder"]
"""One more than there are cores, since some tests wait; long files come first, as `tests/conftest.py` orders them."""
REQUIREMENTS = {
    "packages": "requirements.txt",
    "test-packages": "requirements-test.txt",
    "assistant-packages": "requirements-assistant.txt",
}
REASONS = {
    "No space left": "the disk is full.",
    "DO NOT MATCH THE HASHES": "a package that arrived is not the one that was pinned; it was not installed.",
    "CERTIFICATE_VERIFY_FAILED": "the package index's certificate is not trusted here; name a proxy's in PIP_CERT.",
    "Retrying (": "the Python package index cannot be reached. Connect this machine and run the same command again.",
    "No matching distribution": "a pinned package has no build for this Python on this system.",
    "WinError": "files in .venv are in use. Close every desk that runs from this folder.",
}


class SetUpFailed(Exception):
    """The desk cannot be started; the text states the reason and what to do."""


def main(arguments: list[str]) -> int:
    """Set up what is missing, then become the desk or its tests; returns only the exit code."""
    is_test = arguments[:1] == ["test"]
    if is_test or "--tour" in arguments:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    opens_window = not arguments or (arguments[0].startswith("-") and arguments[0] != "--version")
    is_assistant = arguments[:1] == ["mcp"]
    wanted = wanted_stamps(is_test, is_test or opens_window, is_assistant)
    try:
        if not is_set_up(wanted):
            set_up(wanted)
    except SetUpFailed as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        say("Set-up was interrupted; the next start begins it afresh.")
        return 130
    if not is_test:
        return become("gui.app", arguments)
    os.chdir(ROOT)
    return become("pytest", arguments[1:] or WHOLE_SUITE)


def wanted_stamps(is_test: bool, may_open_window: bool, is_assistant: bool = False) -> dict[str, bytes]:
    """What the files in `.venv` that record a finished set-up must hold, by their name.

    They hold the requirements themselves: comparing is cheaper than hashing and cannot collide.
    """
    version = f"{sys.version_info[0]}.{sys.version_info[1]}{getattr(sys, 'abiflags', '')}"
    machine = os.uname().machine if hasattr(os, "uname") else ""
    place = os.fsencode("\n".join([ROOT, lasting(sys.base_prefix), version, machine, ""]))
    packages = place + content("requirements.txt")
    wanted = {WHOLE: place, "packages": packages}
    if is_test:
        wanted["test-packages"] = packages + content("requirements-test.txt")
    if is_assistant:
        wanted["assistant-packages"] = packages + content("requirements-assistant.txt")
    if sys.platform == "linux" and may_open_window:
        wanted["qt-" + screen()] = packages
    return wanted


def lasting(prefix: str) -> str:
    """The folder of a Python without what each update of it changes.

    The Microsoft Store installs every release in its own folder, `name_release_machine__publisher`, and keeps a
    program at a place that stays, through which an environment made by an earlier release goes on.
    """
    names = prefix.split("\\")
    if "windowsapps" not in prefix.lower().split("\\"):
        return prefix
    parts = [name.split("_") for name in names]
    return "\\".join("_".join(part[:1] + part[2:] if len(part) == 5 else part) for part in parts)


def screen() -> str:
    """A name for the way windows reach a screen here: each way needs other system libraries."""
    displays = [name for name in ("WAYLAND_DISPLAY", "DISPLAY") if os.environ.get(name)]
    name = os.environ.get("QT_QPA_PLATFORM") or "-".join(displays) or "offscreen"
    return "".join(letter if letter.isalnum() else "-" for letter in name)


def is_set_up(wanted: dict[str, bytes]) -> bool:
    return os.path.exists(PYTHON) and all(is_stamped(name, wanted) for name in wanted)


def is_stamped(name: str, wanted: dict[str, bytes]) -> bool:
    return content(stamp(name)) == wanted[name]


def stamp(name: str) -> str:
    return os.path.join(VENV, "set-up-" + name)


def content(path: str) -> bytes:
    """The bytes of a file, relative paths taken from the repository; none where it cannot be read."""
    try:
        with open(os.path.join(ROOT, path), "rb") as file:
            return file.read()
    except OSError:
        return b""


def set_up(wanted: dict[str, bytes]) -> None:
    """Do what has no stamp yet, one start at a time; raises SetUpFailed."""
    lock = acquire_lock()
    try:
        if not (os.path.exists(PYTHON) and is_stamped(WHOLE, wanted)):
            make_environment(lock)
        install_packages(wanted, lock)
        for name in wanted:
            if not is_stamped(name, wanted):  # all that is left are Qt's system libraries
                require_success(
                    [PYTHON, "-P", "-m", "gui.platform.system_libraries"], lock, "The desk was not started."
                )
                write_stamp(name, wanted)
    except OSError as error:
        raise SetUpFailed(f"Set-up failed: {error}.") from error
    finally:
        os.close(lock)


def acquire_lock() -> int:
    """Wait until no other start sets up; the system frees the lock when its last holder ends, however it ends."""
    import time

    try:
        lock = os.open(os.path.join(ROOT, ".venv.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise SetUpFailed(f"The desk sets itself up in its own folder, which must be writable: {error}.") from error
    if not may_lock(lock):
        say("Another start is setting the desk up; waiting for it.")
        while not may_lock(lock):
            time.sleep(0.2)
    return lock


def may_lock(lock: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def make_environment(lock: int) -> None:
    """A new, empty `.venv` in place of whatever is there: moved, made by another Python, or left half done."""
    from importlib.util import find_spec

    if not (find_spec("venv") and find_spec("ensurepip")):
        require_venv_module(lock)
    say("Setting up the desk in .venv; this is done once and downloads about 170 MB.")
    unlink(stamp(WHOLE))
    base_python = getattr(sys, "_base_executable", None) or sys.executable
    require_success([base_python, "-I", "-m", "venv", "--clear", VENV], lock, "Python could not make .venv.")


def require_venv_module(lock: int) -> None:
    """Debian and Ubuntu keep the module in a package of its own."""
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    say("This Python came without its modules venv and ensurepip.")
    command = [sys.executable, "-P", os.path.join(ROOT, "gui", "platform", "system_libraries.py"), package]
    require_success(command, lock, "The desk was not set up.")


def install_packages(wanted: dict[str, bytes], lock: int) -> None:
    """Install the pinned requirements that have no stamp; until all is done the environment counts as half done."""
    wanted_here = [name for name in REQUIREMENTS if name in wanted]
    if all(is_stamped(name, wanted) for name in wanted_here):
        return
    unlink(stamp(WHOLE))
    install([os.path.join(ROOT, REQUIREMENTS[name]) for name in wanted_here], lock)
    for name in [*wanted_here, WHOLE]:
        write_stamp(name, wanted)


def install(files: list[str], lock: int) -> None:
    """Run pip, show what it says and sum it up in one sentence where it fails."""
    import subprocess

    command = [PYTHON, "-I", "-m", "pip", "install", "--require-hashes", "--only-binary=:all:", "--compile"]
    command += ["--no-input", "--disable-pip-version-check", "--no-warn-script-location"]
    command += [] if sys.stderr.isatty() else ["--quiet"]
    command += [f"--requirement={file}" for file in files]
    said = ""
    # Standard output belongs to the desk: `run.py readings FILE > out` must hold only its output, on a first start too.
    with subprocess.Popen(
        command, stdout=2, stderr=subprocess.PIPE, env=environment(), text=True, errors="replace", pass_fds=kept(lock)
    ) as pip:
        for line in pip.stderr or ():
            sys.stderr.write(line)
            said += line
    if pip.returncode != 0:
        reason = next((REASONS[sign] for sign in REASONS if sign in said), "pip's own message is above.")
        raise SetUpFailed("The packages of the desk could not be installed: " + reason)


def require_success(command: list[str], lock: int, problem: str) -> None:
    import subprocess

    if subprocess.run(command, stdout=2, env=environment(), pass_fds=kept(lock), check=False).returncode != 0:
        raise SetUpFailed(problem)


def kept(lock: int) -> tuple[int, ...]:
    """Children hold the lock too, so that one that outlives a killed start is waited for."""
    return () if os.name == "nt" else (lock,)


def environment() -> dict[str, str]:
    """This process's environment, for a Python that finds the repository first and keeps what it compiles."""
    changed = dict(os.environ, PIP_USER="0")
    for name in ("PYTHONHOME", "PYTHONDONTWRITEBYTECODE"):
        changed.pop(name, None)
    changed["PYTHONPATH"] = os.pathsep.join(filter(None, [ROOT, os.environ.get("PYTHONPATH")]))
    return changed


def become(module: str, arguments: list[str]) -> int:
    """Run the module in the environment's Python in this one's place; on Windows this process waits for it.

    There `.venv` holds a launcher, which dies with its console and takes the desk along before that has ended in order:
    the Python behind it is started directly, with the variable that names its environment.
    """
    command = [PYTHON, "-P", "-m", module, *arguments]
    if os.name != "nt":
        os.execve(PYTHON, command, environment())
    import signal
    import subprocess

    if sys.platform == "win32":
        signal.signal(signal.SIGBREAK, lambda *_: None)
    base_python = getattr(sys, "_base_executable", None) or sys.executable
    desk = subprocess.Popen(command, executable=base_python, env={**environment(), "__PYVENV_LAUNCHER__": PYTHON})
    while True:
        try:
            return desk.wait()
        except KeyboardInterrupt:  # the desk received it as well and ends by itself
            continue


def write_stamp(name: str, wanted: dict[str, bytes]) -> None:
    with open(stamp(name), "wb") as file:
        file.write(wanted[name])


def unlink(path: str) -> None:
    if os.path.lexists(path):
        os.unlink(path)


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
