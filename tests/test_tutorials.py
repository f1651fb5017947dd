"""The tutorials run from top to bottom and show what they say they show; pictures are drawn, not compared."""

from __future__ import annotations

import importlib.util
import itertools
import os
import re
from pathlib import Path

import pytest

from tests.shared import IS_FULL

ROOT = Path(__file__).resolve().parent.parent
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.ipynb"))

if not os.environ.get("GRIDSIM_REQUIRE_TOOLS"):
    pytest.importorskip("nbclient", reason="the tutorials run with nbclient")


LONG = [path for path in TUTORIALS if path.name.startswith("strategies.")]
"""They simulate two hundred years: a minute each. Their short form is run, and shows other figures than they do."""

IN_ENGLISH = [path for path in TUTORIALS if path.name.endswith(".en.ipynb")]


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", [path for path in IN_ENGLISH if IS_FULL or path not in LONG], ids=lambda path: path.stem
)
@pytest.mark.filterwarnings("default")  # of the notebook machinery, which is not ours
def test_tutorial_shows_the_same_again_in_both_languages(path, tmp_path):
    """Run once: what the Chinese one asks for otherwise (the language it names) is asked right after the English."""
    notebooks = script()
    twins = [notebooks.nbformat.read(each, as_version=4) for each in (path, in_chinese(path))]
    for twin in twins:
        twin.cells = [cell for cell in twin.cells if cell.cell_type == "code"]
    code = [[cell.source for cell in twin.cells] for twin in twins]
    assert [source.replace('"en"', '"zh"') for source in code[0]] == code[1]
    kept = zip(*(notebooks.texts(twin) for twin in twins), strict=True)
    assert sum(map(len, notebooks.texts(twins[0]))) > 5

    both = twins[0].copy()
    cells_of_both = zip(twins[0].cells, twins[1].cells, strict=True)
    pairs = [cells if cells[0].source != cells[1].source else cells[:1] for cells in cells_of_both]
    both.cells = [*itertools.chain(*pairs)]
    for number, cell in enumerate(both.cells):
        cell["id"] = f"cell-{number}"  # twins have the same
    notebooks.nbformat.write(both, tmp_path / "both.ipynb")
    shown = iter(notebooks.texts(notebooks.run(tmp_path / "both.ipynb")))
    for cells, (english, chinese) in zip(pairs, kept, strict=True):
        outputs = [next(shown) for _ in cells]
        assert (outputs[0], outputs[-1]) == (english, chinese), "make notebooks"


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


@pytest.mark.parametrize("path", IN_ENGLISH, ids=lambda path: path.stem)
def test_twins_have_the_same_headings(path):
    texts = [
        [cell.source for cell in script().nbformat.read(each, as_version=4).cells if cell.cell_type == "markdown"]
        for each in (path, in_chinese(path))
    ]
    english, chinese = ([re.findall(r"^#+ ", text, re.MULTILINE) for text in of_one] for of_one in texts)
    assert english == chinese


def in_chinese(path):
    return path.with_name(path.name.replace(".en.", ".zh."))


def script():
    spec = importlib.util.spec_from_file_location("notebooks", ROOT / "docs" / "notebooks.py")
    assert spec is not None and spec.loader is not None
    notebooks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(notebooks)
    return notebooks


def test_there_is_one_in_each_language():
    tutorials = ("analyst", "bands", "cluster", "portfolio", "retailer", "rules", "session", "strategies")
    names = [f"{tutorial}.{lang}.ipynb" for tutorial in tutorials for lang in ("en", "zh")]
    assert [path.name for path in TUTORIALS] == names
