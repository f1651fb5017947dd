"""Hold a settlement statement against a result, and show what came of it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gridsim.errors import Fault, ScenarioError, WrongValueError
from gridsim.reconcile.reconciled import ReconciledStatement
from gridsim.units import MONEY_DECIMALS, fixed_point
from gridsim.words import Sentence

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from gridsim.result_tables import ResultTables
    from gridsim.show.document import Block
    from gridsim.words import Lang

__all__ = ["Reconciliation", "reconcile"]

_HIGHEST_TOLERANCE = 10**12


class Reconciliation(ReconciledStatement):
    """A settlement statement beside a result: `lines`, `causes`, `bridge`, as a document and as a workbook."""

    def document(self, lang: Lang = "en") -> list[Block]:
        """All of it as a document.

        Parameters
        ----------
        lang : {"en", "zh"}
        """
        from gridsim.reconcile.view import reconciliation_document

        return reconciliation_document(self, lang)

    def to_excel(self, path: str | Path, lang: Lang = "zh") -> Path:
        """Write a workbook with formulas: the bridge, the causes, and every line.

        Parameters
        ----------
        path : str or Path
        lang : {"zh", "en"}

        Raises
        ------
        ResultError
            It cannot be written there.
        """
        from gridsim.reconcile.workbook import write_reconciliation

        return write_reconciliation(self, path, lang)


def reconcile(
    result: ResultTables,
    statement: pd.DataFrame | str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    map: str | os.PathLike[str] | Mapping[str, Any] | None = None,  # noqa: A002  # as the option is named
    party: str = "",
    tolerance: str | float | Decimal = "0.01",
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
    """
    from gridsim.integrity.rebuilt import scenario_of
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
    return Reconciliation(scenario, read_statement(statement, scenario, given), least)
