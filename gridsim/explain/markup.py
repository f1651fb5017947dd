"""An explanation as Markdown and as HTML; whatever comes from the scenario is escaped."""

from __future__ import annotations

import html as _html
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gridsim.explain.model import Grid, Point
from gridsim.explain.plain import printable
from gridsim.explain.words import Wording

if TYPE_CHECKING:
    from gridsim.explain.model import Block, Explanation, Step

__all__ = ["html", "markdown"]

# What Markdown would take for markup; an underscore inside of a word it leaves alone.
_MARKDOWN = re.compile(r"[\\`*\[<|]|~~|&(?=#?\w+;)|(?<!\w)_|_(?!\w)")
_AT_THE_START = re.compile(r"^(\d+)(?=[.)](?:\s|$))|^(?=[-+](?:\s|$)|#{1,6}\s|>|[-=]+$)")

_STYLE = (
    "<style>"
    ".gridsim-explanation{max-width:60em;line-height:1.4}"
    ".gridsim-explanation table{border-collapse:collapse;margin:.5em 0 .8em}"
    ".gridsim-explanation th,.gridsim-explanation td{padding:.15em .7em;border:0;text-align:left}"
    ".gridsim-explanation thead th{border-bottom:1px solid currentColor;font-weight:600}"
    ".gridsim-explanation tfoot td{border-top:1px solid currentColor;font-weight:600}"
    ".gridsim-explanation .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".gridsim-explanation .formula{font-style:italic}"
    ".gridsim-explanation .clause{font-weight:400;opacity:.7}"
    ".gridsim-explanation .trial{border-left:.25em solid currentColor;padding-left:.8em}"
    "</style>"
)


def markdown(explanation: Explanation) -> str:
    """Markdown with headings, lists and tables."""
    words = Wording(explanation.lang)
    lines = [f"# {_md(explanation.title)}", ""]
    for block in explanation.lead:
        lines += [*_md_block(block), ""]
    for section in explanation.sections:
        lines += [f"## {_md(section.title)}", ""]
        for block in section.lead:
            lines += [*_md_block(block), ""]
        for step in section.steps:
            lines += _md_step(words, step)
    return "\n".join(lines).rstrip() + "\n"


def _md_step(words: Wording, step: Step) -> Iterator[str]:
    clause = f" {_md(words.clauses(step.clause))}" if step.clause else ""
    yield f"### {step.number}. {_md(step.title)}{clause}"
    yield ""
    if step.formula:
        yield f"*{_md(step.formula)}*"
        yield ""
    for block in step.lines:
        yield from _md_block(block)
        yield ""


def _md_block(block: Block) -> Iterator[str]:
    if isinstance(block, Grid):
        yield _md_row(block.headings)
        yield "|" + "|".join(" ---: " if side == ">" else " --- " for side in block.align) + "|"
        for row in block.rows:
            yield _md_row(row)
        if block.foot:
            yield _md_row(tuple(f"**{_md(cell)}**" if cell else "" for cell in block.foot), escaped=True)
    elif isinstance(block, Point):
        yield f"- {_md_line(block.head)}"
        for line in block.lines:
            yield f"    - {_md_line(line)}"
    else:
        yield _md_line(block)


def _md_row(cells: tuple[str, ...], *, escaped: bool = False) -> str:
    return "| " + " | ".join(cell if escaped else _md(cell) for cell in cells) + " |"


def _md(text: str) -> str:
    """Text that Markdown shows as it is, inside of a line."""
    return _MARKDOWN.sub(r"\\\g<0>", printable(text))


def _md_line(text: str) -> str:
    """The same where it begins a line."""
    return _AT_THE_START.sub(r"\g<0>\\", _md(text))


def html(explanation: Explanation, *, with_style: bool = True) -> str:
    """A fragment of HTML that needs nothing from outside; a page with a style of its own leaves ours out."""
    words = Wording(explanation.lang)
    parts = [_STYLE] if with_style else []
    parts.append(f'<div class="gridsim-explanation" lang="{explanation.lang}">')
    parts.append(f"<h2>{_text(explanation.title)}</h2>")
    parts += [_html_block(block) for block in explanation.lead]
    for section in explanation.sections:
        parts.append('<section class="trial">' if section.trial else "<section>")
        parts.append(f"<h3>{_text(section.title)}</h3>")
        parts += [_html_block(block) for block in section.lead]
        for step in section.steps:
            parts += _html_step(words, step)
        parts.append("</section>")
    parts.append("</div>")
    return "\n".join(parts)


def _html_step(words: Wording, step: Step) -> Iterator[str]:
    clause = f' <span class="clause">{_text(words.clauses(step.clause))}</span>' if step.clause else ""
    yield f"<h4>{step.number}. {_text(step.title)}{clause}</h4>"
    if step.formula:
        yield f'<p class="formula">{_text(step.formula)}</p>'
    for block in step.lines:
        yield _html_block(block)


def _html_block(block: Block) -> str:
    if isinstance(block, Grid):
        head = _html_row(block.headings, block.align, "th")
        body = "".join(_html_row(row, block.align, "td") for row in block.rows)
        foot = f"<tfoot>{_html_row(block.foot, block.align, 'td')}</tfoot>" if block.foot else ""
        return f"<table><thead>{head}</thead><tbody>{body}</tbody>{foot}</table>"
    if isinstance(block, Point):
        lines = "".join(f"<li>{_text(line)}</li>" for line in block.lines)
        return f"<p><b>{_text(block.head)}</b></p><ul>{lines}</ul>"
    return f"<p>{_text(block)}</p>"


def _html_row(cells: tuple[str, ...], align: str, tag: str) -> str:
    parts = []
    for cell, side in zip(cells, align, strict=True):
        kind = ' class="number"' if side == ">" else ""
        parts.append(f"<{tag}{kind}>{_text(cell)}</{tag}>")
    return "<tr>" + "".join(parts) + "</tr>"


def _text(text: str) -> str:
    return _html.escape(printable(text), quote=True)
