"""``--help`` in both languages, Chinese above all: every command, every option, and the words of typer around them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from gridsim.cli import app
from gridsim.help_words import help_texts, speak
from gridsim.wrong_use import asks_for_chinese, without_language

HAN = re.compile(r"[\u4e00-\u9fff]")


def pages(command: Any, context: Any = None) -> Iterator[str]:
    """The help of a command and of all below it."""
    own = command.make_context(command.name, [], parent=context, resilient_parsing=True)
    yield command.get_help(own)
    for name, below in getattr(command, "commands", {}).items():
        below.name = name
        yield from pages(below, own)


def test_no_line_of_help_is_left_in_english() -> None:
    command = typer.main.get_command(app)
    english = set(help_texts(command))
    speak(command, "zh")
    shown = list(pages(command))
    assert len(shown) > 15
    for page in shown:
        assert HAN.search(page) and not re.search(r"^(Usage|Options|Arguments|Commands):", page, re.MULTILINE), page
        assert not [text for text in english if text in page and not HAN.search(text)], page
        assert not re.search(r"<(path|str|int|integer|float|list)\b", page), page


def test_kinds_of_values_have_names_in_english_too() -> None:
    command = typer.main.get_command(app)
    speak(command, "en")
    shown = "\n".join(pages(command))
    assert "--table <text>" in shown and "Usage: " in shown and not HAN.search(shown)
    assert not re.search(r"<(str|int|integer|float|list)\b", shown)


def as_asked(*arguments: str, **environment: str) -> str:
    command = [sys.executable, "-m", "gridsim", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    assert done.returncode in (0, 2), done.stderr
    return done.stdout + done.stderr


def test_it_is_asked_for_on_the_command_line_or_by_the_environment() -> None:
    assert "用法：gridsim [OPTIONS] COMMAND" in as_asked("--help", "--lang", "zh")
    assert "规则集" in as_asked("rules", "--help", GRIDSIM_LANG="zh")
    assert "Usage: gridsim rules" in as_asked("rules", "--help", "--lang=en", GRIDSIM_LANG="zh")


def test_the_environment_sets_the_language_of_commands() -> None:
    assert "错误" in as_asked("check", "nowhere", GRIDSIM_LANG="zh")
    assert "错误" not in as_asked("check", "nowhere", "--lang", "en", GRIDSIM_LANG="zh")


@pytest.mark.parametrize(
    ("arguments", "variable", "chinese"),
    [
        ("run a --lang zh", "", True),
        ("run a --lang=zh", "", True),
        ("run a", "zh", True),
        ("run a --lang en", "zh", False),
        ("statements a", "", True),
        ("statements a", "en", False),
        ("run a", "", False),
    ],
)
def test_which_language(arguments: str, variable: str, chinese: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDSIM_LANG", variable)
    assert asks_for_chinese(arguments.split()) is chinese


def test_the_language_is_no_option_of_a_group() -> None:
    assert without_language(["rules", "--lang", "zh", "--help"]) == ["rules", "--help"]
    assert without_language(["--help", "--lang=zh"]) == ["--help"]
