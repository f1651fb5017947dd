"""The pages on statistics and comparisons print what they say that they print."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from tests.shared import SCENARIOS, fresh

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
_BLOCK = re.compile(r"^```python\n(.*?)^```(?:\n+```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL)


def printed(page: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str | None, str]]:
    """Each Python block, the text block behind it, and what it prints."""
    session: dict[str, object] = {}
    found = []
    for block, text in _BLOCK.findall(page.read_text(encoding="utf-8")):
        exec(compile(block, page.name, "exec"), session)
        found.append((block, text or None, capsys.readouterr().out))
    return found


@pytest.mark.parametrize("name", ["question-a-result", "compare-results"])
def test_a_page_prints_what_it_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scenarios").symlink_to(SCENARIOS)
    fresh().save(tmp_path / "out" / "henan-2021-mini")
    monkeypatch.chdir(tmp_path)
    with pd.option_context("display.width", 120, "display.max_columns", None):
        blocks = printed(PAGES / f"{name}.md", capsys)
    assert len(blocks) >= 2
    for _, text, out in blocks:
        assert (text or "").rstrip().splitlines() == out.rstrip().splitlines()
