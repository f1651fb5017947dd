"""A result as one HTML file that is complete in itself: it opens anywhere and asks nothing of any other machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridsim.analysis.charts.night import NIGHT
from gridsim.analysis.charts.screen import plotly_script
from gridsim.errors import MissingExtraError, ResultError
from gridsim.io.safe_write import replace_file, writable_file
from gridsim.metering import forecast_months
from gridsim.report.blocks import bulk_block, data_block, figure_data, head_of, html_lang, own_file, template
from gridsim.report.own_html import own_parts
from gridsim.report.page.checks import checks_of
from gridsim.report.page.finding import Finding
from gridsim.report.page.market import market_of
from gridsim.report.page.party import party_of
from gridsim.report.page.risk import point_of, risk_of
from gridsim.report.page.sources import sources_of
from gridsim.report.page.summary import summary_of
from gridsim.report.page.units import pages_of, units_of
from gridsim.report.page.words import PageWords
from gridsim.rules.shape import CORRECTION
from gridsim.scenario.party_names import party_names
from gridsim.spoken import spoken_lang
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from gridsim.analysis.charts.chart import Lang
    from gridsim.batch import Batch
    from gridsim.report.page.risk import RiskSection
    from gridsim.report.page.units import UnitPage
    from gridsim.result import Result

__all__ = ["UNIT_PAGES", "write_report"]

UNIT_PAGES = 50
"""How many settlement units have a page in a report, unless it is asked for others."""

_ENDINGS = (".html", ".htm")
_LIBRARIES = ("jinja2", "plotly")
_SCRIPTS = ("charts.js", "search.js", "report.js")  # each may use those before it


@helpful
def write_report(
    result: Result,
    path: str | Path,
    *,
    lang: Lang | None = None,
    units: int = UNIT_PAGES,
    batch: Batch | None = None,
    point: int | None = None,
    party: str = "",
    against: Result | None = None,
) -> Path:
    """Write a report: summary, market, units with their explanations, compliance, assumptions, manifest.

    With `party`, a page for one buyer instead: what happened, why, what is at risk and what would have been better,
    in sentences whose figures lead to their derivations. Nobody else's id, name, price or energy stands in it.

    Parameters
    ----------
    result : Result
        The run that is reported; it is checked first.
    path : str or Path
        The file; it is there whole or not at all.
    lang : {"en", "zh"}, optional
        Language; if left out, that of ``GRIDSIM_LANG``, else English.
    units : int
        So many settlement units, those with the largest deviation money, have a page with the derivation of each month.
    batch : Batch, optional
        Draws of the same scenario, with the metric ``positions``: a section tells what deviation may cost.
    point : int, optional
        The point of the batch, if it has several.
    party : str
        Whom a page is for: a buyer by its id or its name (``R1``), with all of its settlement units, or one of them
        (``R1/tou``).
    against : Result, optional
        Of a page for a party: another run of the same year, against which it tells what changed, and why.

    Returns
    -------
    Path
        The same: one HTML file that needs nothing from outside.

    Raises
    ------
    ResultError
        An unknown language, a negative number of units, a path that is named otherwise than ``.html``, can be no file
        or cannot be written to, a result that does not hold (`gridsim.Result.check`), a batch of something else, no
        such party, or something to hold a report against that is for no party; nothing is written then.
    MissingExtraError
        The libraries of ``gridsim[report]`` are not installed.

    Examples
    --------
    >>> gridsim.write_report(result, "R1.html", party="R1").name
    'R1.html'
    """
    path = Path(path)
    words = PageWords(spoken_lang(lang), result.rules.shape)
    words.forecast = forecast_months(result.manifest)
    if units < 0:
        raise ResultError(Sentence("units: how many have a page, not {units}", units=units))
    if against is not None and not party:
        raise ResultError(Sentence("against: only a page for a party is held against another run"))
    whose = party_of(result, party) if party else None
    if whose is None:
        words.names = party_names(result.inputs)
    writable_file(path)
    if path.suffix.lower() not in _ENDINGS:
        raise ResultError(Sentence("{path}: a report is a page for a browser: its name ends with .html", path=path))
    where = {} if batch is None else point_of(batch, result, point)
    for library in _LIBRARIES:
        if find_spec(library) is None:
            raise MissingExtraError(Sentence("the report"), library, "report")
    result.check()

    def write(target: Path) -> None:
        with target.open("w", encoding="utf-8", newline="\n") as file:
            if whose is not None:
                file.writelines(own_parts(result, whose, words, batch=batch, where=where, against=against))
                return
            risk = None if batch is None else risk_of(batch, where, words)
            file.writelines(_parts(result, words, units, risk))

    replace_file(path, write)
    return path


def _parts(result: Result, words: PageWords, pages: int, risk: RiskSection | None) -> Iterator[str]:
    """The file's text, piece by piece: the pages of the units are never in memory all at once."""
    outside = result.statistics.breakdown("user", {"unit": ""})
    paid = outside.exact["total_micro_yuan"] - outside.exact.get(f"{CORRECTION}_micro_yuan", 0)
    summary = summary_of(result, words, int(paid.sum()))
    market, checks, sources = market_of(result, words), checks_of(result, words), sources_of(result, words)
    units = units_of(result, words, pages, outside)
    charts = dict(summary.charts)
    if market.prices is not None:
        charts["prices"] = market.prices
    if units.heat_map is not None:
        charts["heat"] = units.heat_map
    if risk is not None:
        charts["risk"] = risk.heat_map
    listings = [market.sessions, units.table, checks.failed, checks.rejected, sources.assumptions]
    data = {
        "words": words.texts(),
        "lang": html_lang(words),
        "night": NIGHT,
        "tables": {each.name: each.data() for each in listings},
        "figures": {name: figure_data(chart) for name, chart in charts.items()},
        "units": units.with_page,
        "unitNames": [words.who("unit", unit) for unit in units.with_page],
    }
    library, script = plotly_script(), "".join(map(own_file, _SCRIPTS))
    scenario = result.manifest["scenario"]
    title = words.say("{scenario} {year}: settlement report", scenario=scenario["name"], year=scenario["year"])
    head = {
        **head_of(result, words, title, own_file("report.css"), (library, script)),
        "summary": summary,
        "market": market,
        "units": units,
        "risk": risk,
        "checks": checks,
        "sources": sources,
        "charts": charts,
    }
    yield template("report.html").render(head)
    yield data_block("data", json.dumps(data, ensure_ascii=False, separators=(",", ":")), "application/json")
    for i, book in enumerate(market.books):
        yield bulk_block(f"book-{i}", json.dumps(figure_data(book.chart), separators=(",", ":")))
    finding = Finding(result)
    for i, page in enumerate(pages_of(result, words, units.with_page)):
        finding.add(i, [(month, name) for month, name, _ in page.months], page.steps)
        yield bulk_block(f"unit-{i}", json.dumps(_unit(page, words), ensure_ascii=False, separators=(",", ":")))
    yield bulk_block("search", json.dumps(finding.data(), ensure_ascii=False, separators=(",", ":")))
    yield f"<script>{library}</script>\n<script>{script}</script>\n</body>\n</html>\n"


def _unit(page: UnitPage, words: PageWords) -> dict[str, Any]:
    """A unit's page: HTML that is made here, where everything is escaped, and its figures."""
    html = template("unit.html").render(page=page, t=words.say)
    return {
        "html": html,
        "figures": {name: figure_data(chart) for name, chart in page.charts.items()},
        "months": [[month, text] for month, _, text in page.months],
    }
