"""An explanation: numbered steps, each with clause, formula, figures and ledger lines; and the forms that it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gridsim.explain.words import Wording
from gridsim.show.document import Block, Grid, Heading, Text
from gridsim.show.html import STYLE, escaped, html_block
from gridsim.show.markdown import markdown_lines, md
from gridsim.show.plain import block_lines, hanging, heading_lines
from gridsim.words import Lang
from gridsim.wrong_call import helpful

__all__ = ["Explanation", "Section", "Step", "Transfer", "html"]

_INDENT = 4
_STYLE = STYLE.replace(
    "</style>",
    ".gridsim-explanation{max-width:60em;line-height:1.4}"
    ".gridsim-explanation .formula{font-style:italic}"
    ".gridsim-explanation .trial{border-left:.25em solid currentColor;padding-left:.8em}"
    "</style>",
)


@dataclass(frozen=True, slots=True)
class Transfer:
    """One line of the ledger, in integers.

    Attributes
    ----------
    line : int
        Its number in the ledger.
    item, payer, payee, clause : str
    user_id, leg_id, period, tariff_period : str or None
    energy_kwh, price_micro_yuan_per_kwh, amount_micro_yuan : int
    trial : bool
    unit_id : str or None
    corrects_month, corrects_item : str or None
        Of a correction.
    """

    line: int
    item: str
    payer: str
    payee: str
    user_id: str | None
    leg_id: str | None
    period: str | None
    energy_kwh: int
    price_micro_yuan_per_kwh: int
    amount_micro_yuan: int
    clause: str
    trial: bool
    tariff_period: str | None
    unit_id: str | None = None
    corrects_month: str | None = None
    corrects_item: str | None = None


@helpful
@dataclass(frozen=True, slots=True)
class Step:
    """One step of the derivation.

    Attributes
    ----------
    number : int
        Counted through the whole explanation.
    title : str
    clause : str
        The clauses it follows, as the ledger and the rule set name them: ``N5.1``, ``choice``; empty: none.
    formula : str
        What is computed, in words and signs; empty: nothing is.
    lines : tuple of str, Grid or ListItem
        The numbers put in, and the result.
    transfers : tuple of Transfer
        Every ledger line that the step arrives at, also those that `lines` sum up.
    values : mapping of str to int
        The step's results under the names of the result tables' exact columns.
    rests_on : tuple of str
        Paths of the rule set's values and readings that it rests on, each once.
    """

    number: int
    title: str
    clause: str
    formula: str
    lines: tuple[Block, ...]
    transfers: tuple[Transfer, ...] = ()
    values: Mapping[str, int] = field(default_factory=dict)
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The steps of one position, or of what several positions have in common."""

    title: str
    lead: tuple[Block, ...]
    steps: tuple[Step, ...]
    trial: bool = False


@helpful
@dataclass(frozen=True)
class Explanation:
    """The derivation of a unit's month, from orders and contracts to every ledger line.

    ``print(explanation)`` shows it on a terminal or puts it into an e-mail; notebooks show it as HTML.

    Attributes
    ----------
    subject, month : str
        The settlement unit (or the user outside the market), and ``YYYY-MM``.
    title : str
    lead : tuple of str, Grid or ListItem
        What is explained, in which units, and the outcome.
    sections : tuple of Section
    lang : {"en", "zh"}

    Examples
    --------
    >>> explanation = result.explain("R1/tou", "2021-05", "valley")
    >>> for step in explanation.steps[:3]:
    ...     print(step.number, step.title, step.clause)
    1 Contracts of the month N2.2, N3.1
    2 Metered energy N5.2
    3 The band and the deviation N5.2
    """

    subject: str
    month: str
    title: str
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]
    lang: Lang

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in order."""
        return tuple(step for section in self.sections for step in section.steps)

    def __str__(self) -> str:
        return _plain_text(self)

    def __repr__(self) -> str:
        return f"Explanation({self.subject!r}, {self.month!r}, {len(self.steps)} steps, lang={self.lang!r})"

    def to_markdown(self) -> str:
        """The explanation as Markdown, with tables.

        Returns
        -------
        str
            Of the whole explanation, with its headings.

        Examples
        --------
        >>> print(result.explain("R1/tou", "2021-05", "valley").to_markdown().splitlines()[0])
        # Settlement of unit R1/tou in 2021-05, valley
        """
        return _markdown(self)

    def to_html(self) -> str:
        """The explanation as a fragment of HTML that needs nothing from outside; all texts are escaped.

        Returns
        -------
        str
            One element with its style, for a page of one's own; `save` writes a whole page.

        Examples
        --------
        >>> "R1/tou" in result.explain("R1/tou", "2021-05", "valley").to_html()
        True
        """
        return html(self)

    def save(self, path: str | Path) -> Path:
        """Write the explanation to a file: ``.txt``, ``.md``, ``.html`` or ``.xlsx``, as its name ends.

        In a workbook what is a number in a table is a number in its cell.

        Parameters
        ----------
        path : str or Path
            Replaced as a whole if it exists.

        Returns
        -------
        Path
            The same.

        Raises
        ------
        ResultError
            The name ends otherwise, or the file cannot be written.

        Examples
        --------
        >>> explanation = result.explain("R1/tou", "2021-05", "valley", lang="zh")
        >>> explanation.save("valley.md").name
        'valley.md'
        """
        from gridsim.io.documents import save_document

        texts = {".txt": self.__str__, ".md": self.to_markdown, ".html": self.to_html}
        return save_document(path, self.title, self.document(), self.lang, texts=texts)

    def document(self) -> list[Block]:
        """The explanation as one document, for writers that know no steps.

        Returns
        -------
        list of Block
            Headings, texts and tables, which `gridsim.show` writes as text, HTML or Markdown.

        Examples
        --------
        >>> from gridsim.show.markdown import markdown
        >>> print(markdown(result.explain("R1/tou", "2021-05", "valley").document()).splitlines()[0])
        # Settlement of unit R1/tou in 2021-05, valley
        """
        return list(_blocks(self))

    def _repr_html_(self) -> str:
        return self.to_html()


def _blocks(explanation: Explanation) -> Iterator[Block]:
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


def _plain_text(explanation: Explanation) -> str:
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
    yield from hanging(f"{step.number}. ".ljust(_INDENT), step.title + clause, 0)
    if step.formula:
        yield from hanging("", step.formula, _INDENT)
    before: Block | None = None
    for block in step.lines:
        if isinstance(block, Grid) or isinstance(before, Grid) or (before is None and step.formula):
            yield ""
        yield from block_lines(block, _INDENT)
        before = block


def _markdown(explanation: Explanation) -> str:
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


def html(explanation: Explanation, *, with_style: bool = True, anchor: str = "") -> str:
    """A fragment of HTML that needs nothing from outside; a page with a style of its own leaves ours out.

    Parameters
    ----------
    explanation : Explanation
    with_style : bool
    anchor : str
        What its steps can be linked to by: ``ANCHOR-3`` is the third. Without it they can't be.
    """
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
            parts += _html_step(words, step, anchor)
        parts.append("</section>")
    parts.append("</div>")
    return "\n".join(parts)


def _html_step(words: Wording, step: Step, anchor: str) -> Iterator[str]:
    place = f' id="{escaped(anchor)}-{step.number}"' if anchor else ""
    clause = f' <span class="clause quiet">{escaped(words.clauses(step.clause))}</span>' if step.clause else ""
    yield f"<h4{place}>{step.number}. {escaped(step.title)}{clause}</h4>"
    if step.formula:
        yield f'<p class="formula">{escaped(step.formula)}</p>'
    yield from map(html_block, step.lines)
