"""Every Python block of the how-to pages runs, page by page, top to bottom in one session, as a reader would run it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import gridsim

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=lambda page: page.stem)
def test_python_of_the_page_runs(page, tmp_path, monkeypatch, capsys):
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    monkeypatch.chdir(tmp_path)
    # What `make run` has left there when a reader comes to these pages.
    gridsim.run(gridsim.load("scenarios/henan-2021-mini")).save("out/henan-2021-mini")
    session: dict[str, object] = {"__name__": "__main__"}
    for number, block in enumerate(blocks(page), start=1):
        exec(compile(block, f"{page.name}, block {number}", "exec"), session)
