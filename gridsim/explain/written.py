"""An explanation in all its forms: sections and numbered steps around what `gridsim.show` writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gridsim.explain.words import Wording
from gridsim.show.document import Grid, Heading, Text
from gridsim.show.html import STYLE, escaped, html_block
from gridsim.show.markdown import markdown_lines, md
from gridsim.show.plain import block_lines, hanging, heading_lines

if TYPE_CHECKING:
    from gridsim.explain.model import Explanation, Step
    from gridsim.show.document import Block

__all__ = ["blocks", "html", "markdown", "plain_text"]

_INDENT = 4
_STYLE = STYLE.replace(
    "</style>",
    ".gridsim-explanation{max-width:60em;line-height:1.4}"
    ".gridsim-explanation .formula{font-style:italic}"
    ".gridsim-explanation .trial{border-left:.25em solid currentColor;padding-left:.8em}"
    "</style>",
)


def blocks(explanation: Explanation) -> Iterator[Block]:
    """The explanation as one document, for writers that know no steps."""
    words = Wording(explanation.lang)
    yield Heading(explanation.title)
    yield from explanation.lead
    for section in explanation.sections:
        yield Heading(section.title, 2)
        yield from section.lead
        for step in section.steps:
            yield Heading(f"{step.number}. {step.title}", 3, words.clauses(step.clause) if step.clause else "")
            if step.formula:
                yield Text.of((step.formula, "quiet"))
            yield from step.lines


def plain_text(explanation: Explanation) -> str:
    """The explanation as text; every line ends without spaces."""
    words = Wording(explanation.lang)
    lines = [*heading_lines(explanation.title, "="), ""]
    for block in explanation.lead:
        lines += [*block_lines(block, 0), ""]
    for section in explanation.sections:
        lines += ["", *heading_lines(section.title, "-")]
        for block in section.lead:
            lines += block_lines(block, 0)
        lines.append("")
        for step in section.steps:
            lines += [*_plain_step(words, step), ""]
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def _plain_step(words: Wording, step: Step) -> Iterator[str]:
    clause = "  " + words.clauses(step.clause) if step.clause else ""
    yield from hanging(f"{step.number}.".ljust(_INDENT), step.title + clause, 0)
    if step.formula:
        yield from hanging("", step.formula, _INDENT)
    before: Block | None = None
    for block in step.lines:
        if isinstance(block, Grid) or isinstance(before, Grid) or (before is None and step.formula):
            yield ""
        yield from block_lines(block, _INDENT)
        before = block


def markdown(explanation: Explanation) -> str:
    """Markdown with headings, lists and tables."""
    words = Wording(explanation.lang)
    lines = [f"# {md(explanation.title)}", ""]
    for block in explanation.lead:
        lines += [*markdown_lines(block), ""]
    for section in explanation.sections:
        lines += [f"## {md(section.title)}", ""]
        for block in section.lead:
            lines += [*markdown_lines(block), ""]
        for step in section.steps:
            lines += _markdown_step(words, step)
    return "\n".join(lines).rstrip() + "\n"


def _markdown_step(words: Wording, step: Step) -> Iterator[str]:
    clause = f" {md(words.clauses(step.clause))}" if step.clause else ""
    yield f"### {step.number}. {md(step.title)}{clause}"
    yield ""
    if step.formula:
        yield f"*{md(step.formula)}*"
        yield ""
    for block in step.lines:
        yield from markdown_lines(block)
        yield ""


def html(explanation: Explanation, *, with_style: bool = True) -> str:
    """A fragment of HTML that needs nothing from outside; a page with a style of its own leaves ours out."""
    words = Wording(explanation.lang)
    parts = [_STYLE] if with_style else []
    parts.append(f'<div class="gridsim gridsim-explanation" lang="{explanation.lang}">')
    parts.append(f"<h2>{escaped(explanation.title)}</h2>")
    parts += map(html_block, explanation.lead)
    for section in explanation.sections:
        parts.append('<section class="trial">' if section.trial else "<section>")
        parts.append(f"<h3>{escaped(section.title)}</h3>")
        parts += map(html_block, section.lead)
        for step in section.steps:
            parts += _html_step(words, step)
        parts.append("</section>")
    parts.append("</div>")
    return "\n".join(parts)


def _html_step(words: Wording, step: Step) -> Iterator[str]:
    clause = f' <span class="clause quiet">{escaped(words.clauses(step.clause))}</span>' if step.clause else ""
    yield f"<h4>{step.number}. {escaped(step.title)}{clause}</h4>"
    if step.formula:
        yield f'<p class="formula">{escaped(step.formula)}</p>'
    yield from map(html_block, step.lines)
