"""A page for one party as an HTML file: what a buyer may be shown, and nothing of anybody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gridsim.analysis.charts.night import NIGHT
from gridsim.analysis.charts.screen import plotly_script
from gridsim.report.blocks import data_block, figure_data, head_of, own_file, template
from gridsim.report.page.finding import Finding
from gridsim.report.page.for_unit import own_page
from gridsim.report.page.sources import keys_of

if TYPE_CHECKING:
    from gridsim.batch import Batch
    from gridsim.report.page.party import Party
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

__all__ = ["own_parts"]

_SCRIPTS = ("charts.js", "search.js", "for_unit.js")  # each may use those before it


def own_parts(
    result: Result,
    party: Party,
    words: PageWords,
    *,
    batch: Batch | None = None,
    where: dict[str, int] | None = None,
    against: Result | None = None,
) -> Iterator[str]:
    """The file's text, piece by piece.

    Parameters
    ----------
    result : Result
    party : Party
    words : PageWords
    batch, where, against
        As of `gridsim.report.page.for_unit.own_page`.
    """
    page = own_page(result, party, words, batch=batch, where=where, against=against)
    finding = Finding(result, party.units)
    for place, unit in enumerate(party.units):
        finding.add(place, page.derivations.months(unit), page.derivations.steps(unit))
    data = {
        "night": NIGHT,
        "figures": {name: figure_data(chart) for name, chart in page.charts.items()},
        "words": words.texts(),
        "units": party.units,
        "unitNames": [words.called("unit", unit) for unit in party.units],
        "search": finding.data(),
    }
    scripts = plotly_script(), "".join(map(own_file, _SCRIPTS))
    scenario = result.manifest["scenario"]
    title = words.say("{who}: {scenario} {year}", who=page.title, scenario=scenario["name"], year=scenario["year"])
    style = own_file("report.css") + own_file("for_unit.css")
    yield template("for_unit.html").render(
        head_of(result, words, title, style, scripts),
        page=page,
        keys=keys_of(result.manifest, words),
    )
    yield data_block("data", json.dumps(data, ensure_ascii=False, separators=(",", ":")), "application/json")
    for script in scripts:
        yield f"<script>{script}</script>\n"
    yield "</body>\n</html>\n"
