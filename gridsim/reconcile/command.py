"""The command `gridsim reconcile`: what it writes is known to be writable before anything is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridsim.errors import ResultError
from gridsim.io.safe_write import writable_file
from gridsim.reconcile.reconciliation import reconcile
from gridsim.reconcile.workbook import workbook_file
from gridsim.result import Result
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.reconcile.reconciliation import Reconciliation
    from gridsim.words import Lang

__all__ = ["run_reconcile"]

_MAP_FILE = "MAP.yaml"


def run_reconcile(
    results: Path,
    files: Sequence[Path],
    *,
    map: Path | None,  # noqa: A002  # as the option is named
    write_map: bool,
    party: str,
    tolerance: str,
    out: Path | None,
    chart: Path | None,
    lang: Lang,
) -> tuple[Reconciliation, list[Sentence]]:
    """Hold a statement against a result, and write what is asked for.

    Parameters
    ----------
    results : Path
        The folder of a result.
    files : sequence of Path
        Of the statement.
    map, party, tolerance
        As `gridsim.Result.reconcile` takes them.
    write_map : bool
        Write the map: where `map` says, which is read if it is there; else beside the workbook.
    out, chart : Path or None
        The workbook, and the bridge as a chart.
    lang : {"en", "zh"}

    Returns
    -------
    Reconciliation
    list of Sentence
        What was written.

    Raises
    ------
    ResultError
        A file is not named as such files are, or can't be written.
    """
    backend = None
    if chart is not None:
        from gridsim.analysis.charts.chart import backend_of

        backend = backend_of(chart)
    if out is not None:
        workbook_file(out)
    target = _target(map, out) if write_map else None
    given = None if map is None or (write_map and not map.exists()) else map
    statement, folder = list(files), str(results)
    found = reconcile(Result.load(results), statement, map=given, party=party, tolerance=tolerance, folder=folder)
    written = []
    if out is not None:
        written.append(Sentence("Workbook: {path}", path=found.to_excel(out, lang)))
    if chart is not None and backend is not None:
        written.append(Sentence("Chart: {path}", path=found.chart(backend=backend, lang=lang).save(chart)))
    if target is not None:
        written.append(Sentence("Map: {path}", path=found.write_map(target)))
    return found, written


def _target(given: Path | None, out: Path | None) -> Path:
    """Where the map is written."""
    if given is None and out is None:
        raise ResultError(Sentence("--write-map: where to? --map FILE, or --out with the map beside it"))
    return writable_file(given or Path(out or "").parent / _MAP_FILE)
