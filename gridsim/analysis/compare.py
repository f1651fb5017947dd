"""``result.compare(other)``: what changed in the inputs and rules of two runs, and what it moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.analysis.changes import changes_between
from gridsim.analysis.compared import ComparedResults
from gridsim.errors import ResultError
from gridsim.spoken import spoken_lang
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from pathlib import Path

    from gridsim.result_tables import ResultTables
    from gridsim.words import Lang

__all__ = ["Comparison", "compare"]


def compare(before: ResultTables, after: ResultTables) -> Comparison:
    """Compare two results; see `Result.compare`."""
    years = [result.manifest["scenario"]["year"] for result in (before, after)]
    if years[0] != years[1]:
        raise ResultError(
            Sentence(
                "compare: the results are of two years, {first} and {second}; their months do not match",
                first=years[0],
                second=years[1],
            )
        )
    return Comparison(before, after, tuple(changes_between(before, after)))


@helpful
class Comparison(ComparedResults):
    """Two results of one year side by side.

    Attributes
    ----------
    before, after : Result
    changes : tuple of Change
        Each thing by itself that is not the same in rules, inputs or program.

    Examples
    --------
    >>> dearer = gridsim.run(scenario.with_overrides({"settlement.shortfall_price": 20}))
    >>> comparison = result.compare(dearer)
    >>> comparison.rules[["before", "after", "clause"]]
                               before after      clause
    path
    settlement.shortfall_price     10    20  N5.1, N5.2
    """

    def text(self, lang: Lang | None = None) -> str:
        """All of it in words, as ``gridsim compare`` shows it.

        Parameters
        ----------
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        str
            Several tables with their headings, in lines of at most 140 columns.

        Examples
        --------
        >>> dearer = gridsim.run(scenario.with_overrides({"settlement.shortfall_price": 20}))
        >>> result.compare(dearer).text().splitlines()[0]
        'What changed: henan-2021-mini (synthetic) → henan-2021-mini (synthetic)'
        """
        from gridsim.analysis.compare_view import comparison_document
        from gridsim.show.terminal import terminal_text

        return terminal_text(comparison_document(self, spoken_lang(lang)))

    def save(self, path: str | Path, lang: Lang | None = None) -> Path:
        """Write all of it to a file: ``.txt``, ``.md``, ``.html`` or ``.xlsx``, as its name ends.

        Parameters
        ----------
        path : str or Path
            Replaced as a whole if it exists.
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.

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
        >>> dearer = gridsim.run(scenario.with_overrides({"settlement.shortfall_price": 20}))
        >>> result.compare(dearer).save("dearer.html").name
        'dearer.html'
        """
        from gridsim.analysis.compare_view import comparison_document
        from gridsim.io.documents import save_document

        lang = spoken_lang(lang)

        return save_document(path, "gridsim compare", comparison_document(self, lang), lang)

    def _repr_html_(self) -> str:
        from gridsim.analysis.compare_view import comparison_overview
        from gridsim.show.html import html

        return html(comparison_overview(self, spoken_lang()))
