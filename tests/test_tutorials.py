"""The tutorials run from top to bottom and show what they say they show; pictures are drawn, not compared."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.ipynb"))

if not os.environ.get("GRIDSIM_REQUIRE_TOOLS"):
    pytest.importorskip("nbclient", reason="the tutorials run with nbclient")


@pytest.mark.slow
@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("default")  # of the notebook machinery, which is not ours
def test_tutorial_shows_the_same_again(path):
    spec = importlib.util.spec_from_file_location("notebooks", ROOT / "docs" / "notebooks.py")
    assert spec is not None and spec.loader is not None
    notebooks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(notebooks)
    kept = notebooks.texts(notebooks.nbformat.read(path, as_version=4))
    shown = notebooks.texts(notebooks.run(path))
    assert sum(len(outputs) for outputs in kept) > 8
    assert shown == kept, "make notebooks"


def test_there_is_one_in_each_language():
    names = [f"{tutorial}.{lang}.ipynb" for tutorial in ("analyst", "retailer") for lang in ("en", "zh")]
    assert [path.name for path in TUTORIALS] == names
