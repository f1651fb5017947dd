"""Typer's own errors in Chinese, as the installed version words them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from gridsim.wrong_use import told_of_use


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("run --lang zh", "缺少 SCENARIO"),
        ("run a --lang zh", "缺少 --out"),
        ("run a --out b --threads 0 --lang zh", "--threads：应不小于 1"),
        ("run a --out b --threads x --lang zh", "--threads：应为整数"),
        ("new a --users 2000000 --lang zh", "--users：应不大于 1000000"),
        ("run a --out b --format xml --lang zh", "--format：无法识别的值 'xml'；可用：parquet, csv"),
        ("run a --outt b --lang zh", "没有选项 --outt；可用：--out"),
        ("run a b --out c --lang zh", "多余的参数：b"),
        ("run a --lang zh --out", "--out：没有给出值"),
        ("runn --lang zh", "没有命令 runn"),
        ("statements a", "缺少 --out"),  # statements are Chinese unless another language is asked for
    ],
)
def test_a_command_called_wrongly_is_told_of_in_chinese(arguments: str, told: str) -> None:
    """If this fails after an update of typer, its sentences have changed: see `gridsim.wrong_use`."""
    command = [sys.executable, "-m", "gridsim", *arguments.split()]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "COLUMNS": "100"}, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == f"错误：{told}"
    assert "Usage" not in done.stderr and "Error" not in done.stderr


def test_english_is_typers_own() -> None:
    done = subprocess.run([sys.executable, "-m", "gridsim", "run"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, "Error: Missing argument 'SCENARIO'.")


def test_a_sentence_of_a_later_version_is_told_as_it_stands() -> None:
    assert told_of_use("Something quite new.").zh == "Something quite new."
