"""scenario.yaml: what a scenario is called, its year, its rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from gridsim.errors import Fault, ScenarioError
from gridsim.rules import RuleSet, available
from gridsim.rules import load as load_rules
from gridsim.rules.market_meant import SUFFIXES, market_meant
from gridsim.rules.model_faults import Report, read_model
from gridsim.rules.period_sets import NO_SETS, PeriodSets
from gridsim.rules.yamltext import YamlText
from gridsim.words import Sentence, listed

if TYPE_CHECKING:
    from gridsim.rules.shape import MarketShape

__all__ = ["SETTINGS_FILE", "Settings", "SettingsModel", "settings_of", "settings_of_text", "tables_not_read"]

SETTINGS_FILE = "scenario.yaml"
_FIRST_YEAR, _LAST_YEAR = 1990, 2199
_LARGEST_SEED = 2**63 - 1

Seed: TypeAlias = Annotated[
    StrictInt | None,
    Field(
        ge=0, le=_LARGEST_SEED, description=listed(Sentence("a whole number, 0 or above"), Sentence("may be left out"))
    ),
]
"""A seed, of a scenario or of a plan."""


class SettingsModel(BaseModel):
    """The keys of scenario.yaml (docs/formats.md)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[
        StrictStr,
        Field(min_length=1, description=listed(Sentence("text"), Sentence("quote what looks like a number or a date"))),
    ]
    year: Annotated[
        StrictInt,
        Field(
            ge=_FIRST_YEAR,
            le=_LAST_YEAR,
            description=Sentence("a year, {first} to {last}", first=_FIRST_YEAR, last=_LAST_YEAR),
        ),
    ]
    rules: Annotated[
        StrictStr,
        Field(min_length=1, description=Sentence("a shipped rule set's id, or the path of a YAML file in the folder")),
    ]
    overrides: Annotated[
        dict[str, Any] | None, Field(description=Sentence("values of the rule set by dotted path, one a line"))
    ] = None
    seed: Seed = None


@dataclass(frozen=True)
class Settings:
    """What scenario.yaml says, as far as it could be read: None where it could not."""

    name: str | None
    year: int | None
    rules: RuleSet | None
    seed: int | None
    of_market: RuleSet | None = None
    """Where the rule set could not be read: one of the same market, if there is any."""
    unread: str | None = None
    """The rule file that could not be read, where nothing tells which market it is of: no table can be read then."""
    period_sets: PeriodSets = NO_SETS
    """Periods of one's own, of a file or an argument beside it."""

    @property
    def market(self) -> RuleSet:
        """The rule set of the market that is meant: where it could not be read, the first that ships."""
        return self.rules or self.of_market or load_rules(available()[0])

    @property
    def shape(self) -> MarketShape:
        """The market whose tables are looked for."""
        return self.market.shape


def settings_of_text(text: YamlText, faults: list[Fault], base_dir: str) -> tuple[Settings, list[Fault]]:
    """The settings of a scenario folder, and every fault in them.

    Parameters
    ----------
    text : YamlText
        Of scenario.yaml.
    faults : list of Fault
        What was wrong with the file itself.
    base_dir : str
        The folder, where a rule file may lie.
    """
    if text.data is None and faults:
        return Settings(None, None, None, None), faults
    settings, more = settings_of(text.data, text, base_dir)
    return settings, [*faults, *more]


def settings_of(data: object, text: YamlText | None, base_dir: str | None) -> tuple[Settings, list[Fault]]:
    """Settings from plain data, with the rule set loaded.

    Parameters
    ----------
    data : mapping
        By the keys of `SettingsModel`.
    text : YamlText, optional
        Knows the line of each key.
    base_dir : str, optional
        Where a rule file may lie; None: anywhere.
    """
    report = Report(SETTINGS_FILE if text is not None else "scenario_from_tables", text)
    given = read_model(SettingsModel, data, report)
    rules = of_market = unread = None
    if given.rules is not None:
        try:
            rules = load_rules(
                given.rules,
                given.overrides,
                base_dir=base_dir,
                file=report.file,
                line_of=text.line_of if text is not None else None,
            )
        except ScenarioError as error:
            report.faults.extend(error.faults)
            of_market = _of_market(given.rules, base_dir)
            unread = given.rules if of_market is None and given.rules.endswith(SUFFIXES) else None
    return Settings(given.name, given.year, rules, given.seed, of_market, unread), report.faults


def _of_market(name: str, base_dir: str | None) -> RuleSet | None:
    """The rule set as it is without what the scenario sets, or the one whose lists it has; None: nothing tells."""
    try:
        return load_rules(name, base_dir=base_dir)
    except ScenarioError:
        meant = market_meant(name, base_dir)
        return None if meant is None else load_rules(meant)


def tables_not_read(settings: Settings) -> Sentence:
    """Why the tables of a scenario say nothing yet."""
    return Sentence(
        "the tables are read once {file} says without a fault what market they are of", file=settings.unread
    )
