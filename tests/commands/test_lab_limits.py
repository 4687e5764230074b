"""Numbers on the command line of the lab that no memory has room for."""

from __future__ import annotations

import pytest

from engine.cli import main


@pytest.mark.parametrize(
    ("study", "option", "maximum"),
    [
        ("evidence", "--paths", 10_000),
        ("sweep", "--trials", 10_000),
        ("walk", "--workers", 61),
        ("ruin", "--horizon", 2_500),
        ("null", "--days", 10_000),
    ],
)
@pytest.mark.parametrize("number", ["0", "-1", "1000000000000"])
def test_that_a_number_beyond_what_fits_is_refused_in_one_sentence(
    study: str, option: str, maximum: int, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [] if study == "null" else ["recording.csv"]
    space = ["--space", "space.json"] if study in ("sweep", "walk") else []
    with pytest.raises(SystemExit) as refused:
        main(["lab", study, *files, *space, f"{option}={number}"])
    assert refused.value.code == 2
    assert f"{option}: '{number}' is not a whole number from 1 to {maximum}" in capsys.readouterr().err


@pytest.mark.parametrize(("study", "option"), [("evidence", "--seed"), ("evidence", "--paths"), ("null", "--seed")])
def test_that_a_number_of_thousands_of_digits_is_refused_without_all_of_them(
    study: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["lab", study, *([] if study == "null" else ["recording.csv"]), option, "9" * 5_000])
    assert refused.value.code == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert f"{option}: '99999999999999999999…' is not a whole number" in said
    assert len(said) < 200
