"""An explanation as data: sections of numbered steps, each with its clause, formula, figures and ledger lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gridsim.show.document import Block
from gridsim.words import Lang

__all__ = ["Explanation", "Section", "Step", "Transfer"]


@dataclass(frozen=True, slots=True)
class Transfer:
    """One line of the ledger, in integers.

    Attributes
    ----------
    line : int
        Its number in the ledger.
    item, payer, payee, clause : str
    user_id, leg_id, period : str or None
    energy_kwh, price_micro_yuan_per_kwh, amount_micro_yuan : int
    trial : bool
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
    """

    number: int
    title: str
    clause: str
    formula: str
    lines: tuple[Block, ...]
    transfers: tuple[Transfer, ...] = ()
    values: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """The steps of one position, or of what several positions have in common."""

    title: str
    lead: tuple[Block, ...]
    steps: tuple[Step, ...]
    trial: bool = False


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
        from gridsim.explain.written import plain_text

        return plain_text(self)

    def __repr__(self) -> str:
        return f"Explanation({self.subject!r}, {self.month!r}, {len(self.steps)} steps, lang={self.lang!r})"

    def to_markdown(self) -> str:
        """The explanation as Markdown, with tables."""
        from gridsim.explain.written import markdown

        return markdown(self)

    def to_html(self) -> str:
        """The explanation as a fragment of HTML that needs nothing from outside; all texts are escaped."""
        from gridsim.explain.written import html

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
        """
        from gridsim.explain.written import blocks
        from gridsim.io.documents import save_document

        texts = {".txt": self.__str__, ".md": self.to_markdown, ".html": self.to_html}
        return save_document(path, self.title, blocks(self), self.lang, texts)

    def _repr_html_(self) -> str:
        return self.to_html()
