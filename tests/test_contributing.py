"""Pages for contributors: the files that they name are there, and what they show as a worked diff stands in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    ROOT / "docs" / "how-to" / f"{name}{lang}.md"
    for name in ("add-a-check", "add-a-statistic", "add-a-chart")
    for lang in ("", ".zh")
]
pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@pages
def test_the_table_names_files_that_there_are(page: Path) -> None:
    rows = re.findall(r"^\| (`.*?) \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`(.+?)`", row)]
    assert len(named) >= 7
    assert not [name for name in named if not (ROOT / name).is_file()]


@pages
def test_a_worked_diff_stands_in_the_files_that_it_names(page: Path) -> None:
    blocks = re.findall(r"^```diff\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 3
    for block in blocks:
        file, place = "", 0
        for line in block.splitlines():
            if line.startswith("+++ b/"):
                file, place = (ROOT / line.removeprefix("+++ b/")).read_text(encoding="utf-8"), 0
                continue
            found = file.find(f"\n{line.removeprefix('+')}\n", place)
            assert found >= 0, f"{line} does not stand there, or not in this order"
            place = found + 1


@pages
def test_the_command_that_proves_it_names_tests_that_there_are(page: Path) -> None:
    command = re.findall(r"^python -m pytest (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)[-1]
    assert all((ROOT / name).exists() for name in re.findall(r"tests/\S+", command))


def test_contributing_leads_to_them_and_names_targets_that_make_has() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert all(f"docs/how-to/{page.name}" in text for page in PAGES if ".zh" not in page.name)
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"make ([a-z][a-z-]+)", " ".join(re.findall(r"`(make [^`]+)`", text)))
    assert {"test", "test-quick", "ci", "words"} <= set(targets)
    assert not [target for target in targets if not re.search(rf"^{target}:", rules, re.MULTILINE)]
