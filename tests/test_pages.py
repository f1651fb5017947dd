"""What the pages show works: each page's blocks run in order, as a reader would run them, and print what stands below.

Run are blocks marked ``python`` or ``py``, and of blocks marked ``sh`` the lines that begin with ``gridsim``. A block
marked ``text`` right below one of them is what that prints; a line ``...`` stands for what is left out. Comments of
HTML, which no reader sees, may hold blocks that prepare something, and say above a block that it is not run and why, or
the exit code of its commands.
"""

from __future__ import annotations

import itertools
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

import gridsim
from gridsim.cli import app

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(
    r"(?:^<!-- (?:not run: (?P<reason>[^\n]+)|exit code (?P<code>\d)) -->\n)?"
    r"^```(?P<language>python|py|sh)\n(?P<text>.*?)^```\n"
    r"(?:\n*^```text\n(?P<printed>.*?)^```)?",
    re.DOTALL | re.MULTILINE,
)
MARKED = re.compile(r"^```(?:python|py|sh)\n", re.MULTILINE)
COMMANDS = re.compile(r"^gridsim (.+)", re.MULTILINE)


def blocks(page: Path) -> list[re.Match[str]]:
    return list(BLOCK.finditer(page.read_text(encoding="utf-8")))


def is_run(block: re.Match[str]) -> bool:
    return not block["reason"] and (block["language"] != "sh" or COMMANDS.search(block["text"]) is not None)


EVERY_PAGE = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))
ELSEWHERE = {"extend.md": "extensions/test_page.py"}
"""Pages whose steps need a package of the reader's own, by the test that follows them."""


def code_of(page: Path) -> list[tuple[str, str]]:
    """What a page runs and shows, without the comments, which are in its language."""
    return [(re.sub(r" *#.*", "", block["text"]), block["printed"] or "") for block in blocks(page)]


def is_run_as_its_twin(page: Path) -> bool:
    """Whether a page in Chinese runs just what the English one does, which is run: once is enough."""
    twin = page.with_name(page.name.replace(".zh.md", ".md"))
    return twin != page and twin.is_file() and code_of(twin) == code_of(page)


PAGES = [
    page
    for page in EVERY_PAGE
    if page.name not in ELSEWHERE and any(is_run(block) for block in blocks(page)) and not is_run_as_its_twin(page)
]


class Commands:
    """What `gridsim` is at the terminal, in this process."""

    def __init__(self) -> None:
        self._app = typer.main.get_command(app)

    def run(self, text: str) -> int:
        arguments = shlex.split(text, comments=True)
        try:
            return self._app.main(arguments, prog_name="gridsim", standalone_mode=False) or 0
        except gridsim.ScenarioError:
            return 2


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).with_suffix("").as_posix())
@pytest.mark.usefixtures("_as_a_reader_finds_it")
def test_blocks_run_and_print_what_stands_below(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands = Commands()
    session: dict[str, Any] = {"__name__": "__main__"}
    for number, block in enumerate(blocks(page), start=1):
        if not is_run(block):
            continue
        capsys.readouterr()
        if block["language"] == "sh":
            for command in COMMANDS.findall(block["text"]):
                assert commands.run(command) == int(block["code"] or 0), command
        else:
            exec(compile(block["text"], f"{page.name}, block {number}", "exec"), session)
        if block["printed"] is not None:
            shown = capsys.readouterr()
            assert_shows(shown.err if block["code"] else shown.out, block["printed"])


def assert_shows(printed: str, told: str) -> None:
    """Each line is as the page tells it, in this order; ``...`` stands for any lines."""
    lines = [line.rstrip() for line in printed.splitlines()]
    runs = [
        list(run)
        for elided, run in itertools.groupby(told.splitlines(), lambda line: line.strip() == "...")
        if not elided
    ]
    if "..." not in map(str.strip, told.splitlines()):
        assert lines == [line.rstrip() for line in told.splitlines()]
        return
    at = 0
    for run in runs:
        wanted = [line.rstrip() for line in run]
        places = (place for place in range(at, len(lines) - len(wanted) + 1) if lines[place:][: len(wanted)] == wanted)
        place = next(places, None)
        assert place is not None, f"not shown: {wanted} in {lines[at:]}"
        at = place + len(wanted)
    first, last = (told.splitlines()[end].strip() == "..." for end in (0, -1))
    assert first or lines[: len(runs[0])] == [line.rstrip() for line in runs[0]]
    assert last or at == len(lines)


def test_what_a_page_tells_is_held_against_what_is_shown() -> None:
    shown = "a\nb  \nc\nd\n"
    for told in ("a\nb\nc\nd\n", "...\nb\n...\n", "a\n...\nd", "...\nc\nd", "a\n...\nc\n..."):
        assert_shows(shown, told)
    for told in ("a\nb\nd\n", "...\nx\n...\n", "b\n...\nd", "...\nc", "...\nc\n...\nb\n...", "a\nc\n..."):
        with pytest.raises(AssertionError):
            assert_shows(shown, told)


@pytest.fixture
def _as_a_reader_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the shipped scenarios and the pages, and with what `make run` leaves behind."""
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    gridsim.run(gridsim.load("scenarios/henan-2021-mini")).save("out/henan-2021-mini")


def test_no_block_is_overlooked_and_few_are_not_run() -> None:
    reasons = []
    for page in EVERY_PAGE:
        found = blocks(page)
        assert len(found) == len(MARKED.findall(page.read_text(encoding="utf-8"))), page
        reasons += [f"{page.name}: {block['reason']}" for block in found if block["reason"]]
    assert len(PAGES) >= 17
    assert all((ROOT / "tests" / test).is_file() for test in ELSEWHERE.values())
    assert sorted(reasons) == [
        "use-a-cluster.md: the address of a cluster",
        "use-a-cluster.md: the address of a cluster",
        "use-a-cluster.zh.md: the address of a cluster",
        "use-a-cluster.zh.md: the address of a cluster",
    ]
