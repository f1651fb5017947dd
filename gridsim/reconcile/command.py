"""The command `gridsim reconcile`: what it writes is known to be writable before anything is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridsim.io.safe_write import writable_file
from gridsim.result import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.reconcile.reconciliation import Reconciliation
    from gridsim.words import Lang

__all__ = ["run_reconcile"]


def run_reconcile(
    results: Path,
    files: Sequence[Path],
    *,
    map: Path | None,  # noqa: A002  # as the option is named
    party: str,
    tolerance: str,
    out: Path | None,
    lang: Lang,
) -> Reconciliation:
    """Hold a statement against a result and write the workbook.

    Parameters
    ----------
    results : Path
        The folder of a result.
    files : sequence of Path
        Of the statement.
    map, party, tolerance
        As `gridsim.Result.reconcile` takes them.
    out : Path or None
        The workbook.
    lang : {"en", "zh"}
    """
    if out is not None:
        writable_file(out)
    found = Result.load(results).reconcile(list(files), map=map, party=party, tolerance=tolerance)
    if out is not None:
        found.to_excel(out, lang)
    return found
