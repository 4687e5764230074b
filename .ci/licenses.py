"""Writes the licenses of the pinned packages into the page of the resources: `.venv/bin/python .ci/licenses.py`.

With `--texts FILE` it writes the page and the texts of all licenses into a file of their own, for a package that brings
these parts along.

They come from the metadata of the installed packages. A package of another system keeps the row that it has, or gets
one manually.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, distribution, metadata
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
PINS: Final = tuple(ROOT / f"requirements{extra}.txt" for extra in ("", "-assistant", "-cluster", "-notify"))
PAGE: Final = ROOT / "resources" / "THIRD_PARTY_LICENSES.md"
HEADER: Final = "| package | license |\n| --- | --- |\n"
_TABLE: Final = re.compile(re.escape(HEADER) + r"(?:\|.*\n)*")
_ROW: Final = re.compile(r"^\| ([a-z0-9-]+) \| (.+) \|$", re.MULTILINE)
_LICENSE_FILE: Final = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)
_LONGEST: Final = 60
"""Characters of a name of a license; a longer entry is its whole text."""


class NoLicense(Exception):
    """A package says nothing about its license; the text says what to do."""


def pinned() -> list[str]:
    """Return the names of all packages that the desk may install, in their order."""
    text = "".join(file.read_text(encoding="utf-8") for file in PINS)
    return sorted(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))


def listed(page: str) -> dict[str, str]:
    """Return the license of each package in the table of a page."""
    table = _TABLE.search(page)
    return dict(_ROW.findall(table[0].removeprefix(HEADER))) if table else {}


def license_of(package: str) -> str | None:
    """Return what a package calls its license; None where it is not installed or says nothing."""
    try:
        said = metadata(package)
    except PackageNotFoundError:
        return None
    for field in ("License-Expression", "License"):
        if field in said and (name := said[field]) and "\n" not in name and len(name) <= _LONGEST:
            return name
    classes = [entry for entry in said.get_all("Classifier", ()) if entry.startswith("License :: ")]
    return ", ".join(entry.rpartition(" :: ")[2] for entry in classes) or None


def licenses(packages: Iterable[str], before: Mapping[str, str]) -> dict[str, str]:
    """Return the license of each package, that of `before` for one of another system; raises `NoLicense`."""
    found = {package: license_of(package) or before.get(package) for package in packages}
    if unknown := [package for package, license in found.items() if license is None]:
        raise NoLicense(f"{PAGE.name}: no license is known of {', '.join(unknown)}; add a row manually")
    return {package: license for package, license in found.items() if license is not None}


def with_table(page: str, rows: Mapping[str, str]) -> str:
    """Return a page with another table."""
    table = HEADER + "".join(f"| {package} | {license} |\n" for package, license in rows.items())
    return _TABLE.sub(lambda _: table, page, count=1)


def texts(packages: Iterable[str]) -> str:
    """Return the texts of the licenses of the packages that are installed, each below its name and version."""
    sections = []
    for package in packages:
        try:
            found = distribution(package)
        except PackageNotFoundError:
            continue
        files = [file for file in found.files or () if _LICENSE_FILE.match(file.name) and ".dist-info" in str(file)]
        bodies = [Path(str(file.locate())).read_text(encoding="utf-8", errors="replace").strip() for file in files]
        if bodies:
            sections.append("\n\n".join([f"## {package} {found.version}", *(f"```\n{body}\n```" for body in bodies)]))
    return "\n\n".join(sections) + "\n"


def main(arguments: list[str]) -> int:
    page = PAGE.read_text(encoding="utf-8")
    try:
        rows = licenses(pinned(), listed(page))
    except NoLicense as error:
        print(error, file=sys.stderr)
        return 2
    if arguments[:1] == ["--texts"]:
        whole = f"{with_table(page, rows)}\n# Texts of the licenses\n\n{texts(rows)}"
        Path(arguments[1]).write_text(whole, encoding="utf-8", newline="\n")
        return 0
    PAGE.write_text(with_table(page, rows), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
