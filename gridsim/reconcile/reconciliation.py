"""Hold a settlement statement against a result, and show what came of it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridsim.errors import Fault, ScenarioError, WrongValueError
from gridsim.io.safe_write import writable_file
from gridsim.reconcile.reconciled import ReconciledStatement
from gridsim.spoken import spoken_lang
from gridsim.units import MONEY_DECIMALS, fixed_point
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.analysis.charts.chart import Backend, Chart
    from gridsim.result_tables import ResultTables
    from gridsim.show.document import Block
    from gridsim.words import Lang

__all__ = ["Reconciliation", "reconcile"]

_HIGHEST_TOLERANCE = 10**12


@helpful
class Reconciliation(ReconciledStatement):
    """A settlement statement beside a result: `lines`, `causes`, `bridge`, as a document and as a workbook.

    Made by `gridsim.Result.reconcile`. In the examples ``found`` is of a statement that asks 788,300 yuan of
    ``R1/tou`` for the energy of May, where the result has 788,282.288 yuan.

    Examples
    --------
    >>> found.lines[["item", "amount_yuan_ours", "amount_yuan_difference"]]
          item  amount_yuan_ours  amount_yuan_difference
    0   energy        788282.288                  17.712
    1  overrun         18544.000              -18544.000
    """

    def document(self, lang: Lang | None = None) -> list[Block]:
        """All of it as a document.

        Parameters
        ----------
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        list of Block
            Headings, texts and tables, which `gridsim.show` writes as text, HTML or Markdown.

        Examples
        --------
        >>> from gridsim.show.markdown import markdown
        >>> print(markdown(found.document("zh")).splitlines()[0])
        # R1 的结算单核对
        """
        from gridsim.reconcile.view import reconciliation_document

        return reconciliation_document(self, spoken_lang(lang))

    def chart(self, *, backend: Backend = "plotly", lang: Lang | None = None) -> Chart:
        """The bridge as a chart: from ours to theirs, cause by cause.

        Parameters
        ----------
        backend : {"plotly", "matplotlib"}
            For screens, or for papers.
        lang : {"en", "zh"}, optional
            Of titles, legends and captions; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        Chart
            Notebooks show it; `Chart.table` is the table behind it, `Chart.save` writes it to a file.

        Raises
        ------
        ResultError
            The statement prints no money.
        MissingExtraError
            The backend's library is not installed.

        Examples
        --------
        >>> found.chart().title
        'The statement of R1: from ours to theirs'
        """
        from gridsim.reconcile.chart import bridge_chart

        return bridge_chart(self, backend=backend, lang=spoken_lang(lang))

    def write_map(self, path: str | Path) -> Path:
        """Write what names of the statement were taken for, as a MAP.yaml for the next one of the same sender.

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
            It cannot be written there.

        Examples
        --------
        >>> found.write_map("MAP.yaml").name
        'MAP.yaml'
        """
        from gridsim.reconcile.statement_map import write_statement_map

        target = writable_file(Path(path))
        write_statement_map(target, self.read.used)
        return target

    def to_excel(self, path: str | Path, lang: Lang | None = None) -> Path:
        """Write a workbook with formulas: the bridge, the causes, every line, and how those came about that differ.

        Parameters
        ----------
        path : str or Path
            Replaced as a whole if it exists.
        lang : {"en", "zh"}, optional
            Of headings and texts; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        Path
            The same.

        Raises
        ------
        ResultError
            It cannot be written there.

        Examples
        --------
        >>> found.to_excel("bridge.xlsx").name
        'bridge.xlsx'
        """
        from gridsim.reconcile.workbook import write_reconciliation

        return write_reconciliation(self, path, spoken_lang(lang))


def reconcile(
    result: ResultTables,
    statement: pd.DataFrame | str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    map: str | os.PathLike[str] | Mapping[str, Any] | None = None,  # noqa: A002  # as the option is named
    party: str = "",
    tolerance: str | float | Decimal = "0.01",
    folder: str = "",
) -> Reconciliation:
    """Hold a settlement statement against a result; `gridsim.Result.reconcile` says more.

    Parameters
    ----------
    result : Result
    statement : DataFrame, path or sequence of path
    map : path or mapping, optional
    party : str, optional
    tolerance : str, float or Decimal
        [yuan]
    folder : str
        Of the result, as commands that explain its lines name it.
    """
    from gridsim.explain import explain
    from gridsim.integrity.rebuilt import scenario_of
    from gridsim.manifest import changes_of
    from gridsim.reconcile.explaining import ExplainedAt
    from gridsim.reconcile.reading import read_statement
    from gridsim.reconcile.statement_map import read_statement_map

    try:
        least = fixed_point(tolerance, MONEY_DECIMALS)
        if not 0 <= least <= _HIGHEST_TOLERANCE:
            raise WrongValueError(Sentence("out of range"))
    except WrongValueError as error:
        allowed = Sentence("yuan, 0 or more, at most {decimals} decimals", decimals=MONEY_DECIMALS)
        raise ScenarioError([Fault("reconcile", None, "tolerance", str(tolerance), error.sentence, allowed)]) from None
    given = read_statement_map(map)
    if party:
        given = given.model_copy(update={"party": party})
    scenario = scenario_of(result.exact._arrow, result.inputs, result.manifest, result.rules)
    read = read_statement(statement, scenario, given)
    derive = partial(explain, result.exact, result.inputs, result.rules, changes=changes_of(result.manifest))
    return Reconciliation(scenario, read, least, ExplainedAt(scenario, read.side, derive, folder))
