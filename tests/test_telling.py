"""What went wrong in a command is told in its language, and its exit code says of which kind it was."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from gridsim.errors import Fault, ResultError, ScenarioError, SentenceError
from gridsim.options import Lang
from gridsim.telling import as_typed, telling
from gridsim.words import Sentence

_SAID = Sentence("duplicate id: row {row} has the same", row=3)


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (ScenarioError([Fault("users.csv", 4, "user_id", "U1", _SAID)]), 2, "编号重复：与第 3 行相同"),
        (ResultError(_SAID), 2, "编号重复：与第 3 行相同\n"),
        (SentenceError(_SAID), 1, "gridsim：编号重复：与第 3 行相同\n"),
        (OSError("no space left"), 1, "gridsim: no space left\n"),
        (KeyboardInterrupt(), 130, ""),
        (KeyboardInterrupt(_SAID), 130, "gridsim：编号重复：与第 3 行相同\n"),  # with what is left, as a batch has it
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_is_told_with_its_exit_code(
    error: BaseException, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    @telling
    def command(lang: Lang) -> None:
        raise error

    with pytest.raises(typer.Exit) as left:
        command(lang=Lang.zh)
    assert left.value.exit_code == code
    shown = capsys.readouterr()
    assert (told in shown.err if told else shown.err == "") and shown.out == ""


@pytest.mark.parametrize(
    ("path", "typed"),
    [("out/mini", "out/mini"), ("场景-1", "场景-1"), ("my 场景", '"my 场景"'), ("a&b", '"a&b"')],
)
def test_a_path_is_told_as_it_is_typed(path: str, typed: str) -> None:
    assert as_typed(Path(path)) == typed


def test_a_reader_who_has_seen_enough_hears_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """As of `gridsim … | head`; what runs commands ends this one."""

    @telling
    def command() -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        command()
    assert capsys.readouterr() == ("", "")
