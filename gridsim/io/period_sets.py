"""period_sets.yaml: hours that the parties of a contract have agreed on (rulebook part 11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from gridsim.rules.model_faults import Report
from gridsim.rules.period_sets import NO_SETS
from gridsim.rules.period_sets_file import read_period_sets

if TYPE_CHECKING:
    from gridsim.errors import Fault
    from gridsim.io.settings import Settings
    from gridsim.rules.yamltext import YamlText

__all__ = ["PERIOD_SETS_FILE", "period_sets_of_text", "with_period_sets"]

PERIOD_SETS_FILE = "period_sets.yaml"


def period_sets_of_text(text: YamlText, faults: list[Fault], settings: Settings) -> tuple[Settings, list[Fault]]:
    """Settings with the sets of a file, and every fault in it.

    Parameters
    ----------
    text : YamlText
        Of period_sets.yaml.
    faults : list of Fault
        What was wrong with the file itself.
    settings : Settings
    """
    if text.data is None and faults:
        return replace(settings, period_sets=replace(NO_SETS, is_whole=False)), faults
    report = Report(PERIOD_SETS_FILE, text)
    sets = read_period_sets(text.data, report, settings.rules, settings.year)
    return replace(settings, period_sets=sets), [*faults, *report.faults]


def with_period_sets(
    settings: Settings, data: Mapping[str, object] | None, file: str = "period_sets"
) -> tuple[Settings, list[Fault]]:
    """Settings with the sets that plain data say, and every fault in them.

    Parameters
    ----------
    settings : Settings
    data : mapping or None
        As period_sets.yaml would be read.
    file : str
        What they stand in, for the faults.
    """
    report = Report(file)
    sets = read_period_sets(data, report, settings.rules, settings.year)
    return replace(settings, period_sets=sets), report.faults
