"""The tutorials run from top to bottom and show what they say they show; pictures are drawn, not compared."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

from tests.shared import IS_FULL

ROOT = Path(__file__).resolve().parent.parent
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.ipynb"))

if not os.environ.get("GRIDSIM_REQUIRE_TOOLS"):
    pytest.importorskip("nbclient", reason="the tutorials run with nbclient")


LONG = [path for path in TUTORIALS if path.name.startswith("strategies.")]
"""They simulate two hundred years: a minute each. Their short form is run, and shows other figures than they do."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", [path for path in TUTORIALS if IS_FULL or path not in LONG], ids=lambda path: path.stem
)
@pytest.mark.filterwarnings("default")  # of the notebook machinery, which is not ours
def test_tutorial_shows_the_same_again(path):
    notebooks = script()
    kept = notebooks.texts(notebooks.nbformat.read(path, as_version=4))
    shown = notebooks.texts(notebooks.run(path))
    assert sum(len(outputs) for outputs in kept) > 5
    assert shown == kept, "make notebooks"


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_the_short_form_of_a_long_one_runs():
    notebooks = script()
    path, other = LONG
    shown = notebooks.run(path, years=3)
    assert sum(len(cell.get("outputs", ())) for cell in shown.cells) == 3
    code = [[cell.source for cell in notebooks.nbformat.read(each, as_version=4).cells if cell.cell_type == "code"]
            for each in (path, other)]  # fmt: skip
    assert code[0] == code[1]  # so that one stands for both


def script():
    spec = importlib.util.spec_from_file_location("notebooks", ROOT / "docs" / "notebooks.py")
    assert spec is not None and spec.loader is not None
    notebooks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(notebooks)
    return notebooks


def test_there_is_one_in_each_language():
    tutorials = ("analyst", "bands", "retailer", "session", "strategies")
    names = [f"{tutorial}.{lang}.ipynb" for tutorial in tutorials for lang in ("en", "zh")]
    assert [path.name for path in TUTORIALS] == names
