"""Draw what `gridsim run` shows of the small scenario, in both languages, for the READMEs.

Rich can export SVG, but its pictures fetch a font from elsewhere and lean on how a viewer treats spaces. Here each word
stands at its own place and the frames are lines: the same in every viewer, and nothing is fetched.
"""

from __future__ import annotations

import io
import re
import sys
from html import escape
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))  # the tree beside this script, not some installed gridsim

from rich.cells import cell_len  # noqa: E402, after the path is set
from rich.console import Console  # noqa: E402

import gridsim  # noqa: E402
from gridsim.show.terminal import terminal  # noqa: E402
from gridsim.summary_view import summary_document  # noqa: E402
from gridsim.words import Lang  # noqa: E402

SCENARIO = "scenarios/henan-2021-mini"
COMMANDS: dict[Lang, str] = {
    "en": f"gridsim run {SCENARIO} --out out/henan-2021-mini",
    "zh": f"gridsim run {SCENARIO} --out out/henan-2021-mini --lang zh",
}
PICTURES: dict[Lang, Path] = {"en": DOCS / "images" / "summary.svg", "zh": DOCS / "images" / "summary.zh.svg"}

COLUMNS = 134
ACROSS, DOWN, MARGIN, SIZE = 8, 18, 16, 13  # pixels: a cell's width and height, the border, the letters
# What each character of a frame reaches: up, down, left, right. 1 is a thin line, 2 a thick one.
FRAMES = {
    "┏": (0, 2, 0, 2), "━": (0, 0, 2, 2), "┳": (0, 2, 2, 2), "┓": (0, 2, 2, 0), "┃": (2, 2, 0, 0),
    "┡": (2, 1, 0, 2), "╇": (2, 1, 2, 2), "┩": (2, 1, 2, 0), "│": (1, 1, 0, 0), "─": (0, 0, 1, 1),
    "├": (1, 1, 0, 1), "┼": (1, 1, 1, 1), "┤": (1, 1, 1, 0), "└": (1, 0, 0, 1), "┴": (1, 0, 1, 1), "┘": (1, 0, 1, 0),
}  # fmt: skip
REACH = ((0, -DOWN // 2), (0, DOWN // 2), (-ACROSS // 2, 0), (ACROSS // 2, 0))
HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"
 font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, 'Noto Sans Mono CJK SC', monospace"
 font-size="{size}" fill="#24292f">
<title>{command}</title>"""
WORDS = re.compile(r"[^ " + "".join(FRAMES) + r"]+(?: [^ " + "".join(FRAMES) + r"]+)*")


def draw(result: gridsim.Result, lang: Lang) -> str:
    """The command and the summary that it shows, as SVG.

    Raises
    ------
    KeyError
        Rich drew a frame with a character that this script does not know.
    """
    console = Console(width=COLUMNS, file=io.StringIO(), color_system="standard", force_terminal=True)
    lines = console.render_lines(terminal(summary_document(result.summary(), lang)), pad=False)
    strokes: dict[int, list[str]] = {1: [], 2: []}
    words = [_word(f"$ {COMMANDS[lang]}", 0, 0, bold=True)]
    for row, segments in enumerate(lines, start=2):
        column = 0
        for text, style, _ in segments:
            for found in WORDS.finditer(text):
                start = column + cell_len(text[: found.start()])
                words.append(_word(found[0], start, row, bold=bool(style and style.bold)))
            for place, character in enumerate(text):
                if "\u2500" <= character <= "\u257f":
                    _frame(strokes, character, column + cell_len(text[:place]), row)
            column += cell_len(text)
    width, height = 2 * MARGIN + COLUMNS * ACROSS, 2 * MARGIN + (len(lines) + 2) * DOWN
    head = HEAD.format(width=width, height=height, size=SIZE, command=escape(COMMANDS[lang]))
    border = f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8" fill="#ffffff" stroke="#d0d7de"/>'
    frames = [
        f'<path d="{"".join(paths)}" fill="none" stroke="#8c959f" stroke-width="{thick}"/>'
        for thick, paths in strokes.items()
    ]
    return "\n".join([head, border, *frames, *words, "</svg>\n"])


def _word(text: str, column: int, row: int, *, bold: bool) -> str:
    x, y = MARGIN + column * ACROSS, MARGIN + row * DOWN + DOWN * 3 // 4
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x}" y="{y}" textLength="{cell_len(text) * ACROSS}"{weight}>{escape(text, quote=False)}</text>'


def _frame(strokes: dict[int, list[str]], character: str, column: int, row: int) -> None:
    x, y = MARGIN + column * ACROSS + ACROSS // 2, MARGIN + row * DOWN + DOWN // 2
    for thick, (right, down) in zip(FRAMES[character], REACH, strict=True):
        if thick:
            strokes[thick].append(f"M{x} {y}l{right} {down}")


def main() -> None:
    """Write both pictures."""
    result = gridsim.run(gridsim.load(DOCS.parent / SCENARIO))
    for lang, path in PICTURES.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(draw(result, lang), encoding="utf-8", newline="\n")
        print(f"written: {path.relative_to(DOCS.parent)}")


if __name__ == "__main__":
    main()
