"""The plan of a batch: which scenario, how often drawn, what is swept and kept; and what is known before it is run.

Every fault of a plan is found at once, with its line, what stands there and what is allowed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, StrictInt, StrictStr

from gridsim.batch.drawn_load import LoadModel, compile_load
from gridsim.batch.items import items_together
from gridsim.batch.kept import Kept
from gridsim.batch.point_ids import code_hash, point_id, shared_key
from gridsim.batch.points import expand
from gridsim.batch.sweep import ANY_NAME, Sweep, read_sweep
from gridsim.batch.tasks import PointTask, Shared
from gridsim.errors import Fault, ScenarioError
from gridsim.input_files import InputFileError, shown_path
from gridsim.io import load as load_scenario
from gridsim.io.settings import SETTINGS_FILE, Seed, settings_of_text
from gridsim.rules.catalogue import Catalogue, henan
from gridsim.rules.model_faults import RefusedError, Report, Wrong, read_model
from gridsim.rules.yamltext import YamlText, read_yaml_file
from gridsim.units import RATIO_DECIMALS, RATIO_ONE, fixed_point
from gridsim.words import Sentence, listed, named
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from gridsim.batch.points import Expansion
    from gridsim.scenario import Scenario

__all__ = ["METRICS", "Detail", "ExpandedPlan", "Metric", "Plan", "expand_plan", "plan_from_dict", "read_plan"]

Metric = Literal["cost_by_unit", "items", "deviation", "positions", "margins"]
METRICS: tuple[Metric, ...] = get_args(Metric)
_OF_ALL_PLANS: tuple[Metric, ...] = ("cost_by_unit", "items", "deviation")
"""What is kept if a plan does not say: what takes no more time."""
Detail = Literal["summary", "unit", "full"]

_MOST_DRAWS = 10**7
_QUANTILES = (500, 2500, 5000, 7500, 9500)
_QUANTILES_OF_POSITIONS = (500, 2500, 5000, 7500, 9000, 9500)
_MOST_DRAWS_OF_POSITIONS = 10**6
_OF_FEWER_DRAWS: tuple[Metric, ...] = ("positions", "margins")
"""Metrics of which all draws of a point are held until it is whole."""
_TAIL = 9500
_LEVEL = Sentence("a number above 0 and below 1")


def _level(value: object) -> int:
    """A level above 0 and below 1 [10⁻⁴]."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise RefusedError(Sentence("not a number"))
    level = fixed_point(value.strip() if isinstance(value, str) else value, RATIO_DECIMALS)
    if not 0 < level < RATIO_ONE:
        raise RefusedError(Sentence("out of bounds"))
    return level


def _ascending(levels: list[int] | None) -> list[int] | None:
    if levels is not None and levels != sorted(set(levels)):
        raise RefusedError(Sentence("out of bounds or out of order"))
    return levels


Level = Annotated[int, PlainValidator(_level)]


class PlanModel(BaseModel):
    """The keys of a plan file. What stands inside ``sweep`` is read by a module of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scenario: Annotated[
        StrictStr,
        Field(
            min_length=1,
            description=listed(Sentence("a scenario folder"), Sentence("a relative path starts at the plan's folder")),
        ),
    ]
    seed: Seed = None
    draws: Annotated[
        StrictInt,
        Field(
            ge=1, le=_MOST_DRAWS, description=Sentence("a whole number, {least} to {most}", least=1, most=_MOST_DRAWS)
        ),
    ] = 1
    load: Annotated[
        LoadModel | None,
        Field(description=listed(Sentence("a map with common, own or both"), Sentence("may be left out"))),
    ] = None
    sweep: Annotated[
        dict[str, Any] | None,
        Field(description=Sentence("{what}, with a list of values each", what=ANY_NAME)),
        Wrong(Sentence("not a map of names to values")),
    ] = None
    metrics: Annotated[
        list[Metric], Field(min_length=1, description=Sentence("a list of some of {codes}", codes=named(METRICS)))
    ] = list(_OF_ALL_PLANS)
    quantiles: Annotated[
        list[Level] | None,
        AfterValidator(_ascending),
        Field(description=Sentence("a list of numbers above 0 and below 1, ascending, at most 4 decimals")),
    ] = None
    tail: Annotated[
        Level, Field(description=Sentence("{what}, at most {decimals} decimals", what=_LEVEL, decimals=RATIO_DECIMALS))
    ] = _TAIL
    payer: Annotated[
        Literal["buyer"] | None,
        Field(description=listed(Sentence("one of {names}", names=named(("buyer",))), Sentence("may be left out"))),
    ] = None


@helpful
@dataclass(frozen=True)
class Plan:
    """What a batch does.

    Attributes
    ----------
    scenario : Path
        The scenario folder.
    seed : int or None
        Of the draws; None: the scenario's, or 0 if it has none.
    draws : int
        Draws of load by sweep point.
    load : LoadModel or None
        How load is drawn; None: as metered.
    sweep : Sweep
        What varies from point to point.
    metrics : tuple of {"cost_by_unit", "items", "deviation", "positions", "margins"}
        What is kept: cost by unit, money by ledger item, energies off the contracts, risk by position, what is left
        to retailers.
    quantiles : tuple of int
        Of cost over the draws [10⁻⁴], ascending.
    tail : int
        Level of the conditional value at risk [10⁻⁴]: 9500 is the mean of the dearest 5 % of draws, the one at
        the edge counted in part.
    payer : {"buyer"} or None
        Whose payments are kept beside the whole cost of positions.
    source : str
        The plan as its user named it.

    Examples
    --------
    >>> made = gridsim.batch.plan_from_dict(plan)
    >>> made.draws, made.sweep.size, made.tail
    (8, 4, 9500)
    """

    scenario: Path
    seed: int | None
    draws: int
    load: LoadModel | None
    sweep: Sweep
    metrics: tuple[Metric, ...]
    quantiles: tuple[int, ...]
    tail: int
    payer: Literal["buyer"] | None
    source: str


@helpful
def read_plan(path: str | os.PathLike[str]) -> Plan:
    """Read and check a plan file.

    Parameters
    ----------
    path : str or path
        A YAML file.

    Returns
    -------
    Plan
        Checked; `gridsim.batch.run` takes it, and the path as well.

    Raises
    ------
    ScenarioError
        Every fault: file, line, key, value, what is wrong and what is allowed.

    Examples
    --------
    >>> gridsim.batch.read_plan("scenarios/batches/bands-mini.yaml").draws
    100
    """
    file = Path(os.fsdecode(path))
    name = shown_path(file.name)
    if file.is_dir():
        allowed = Sentence("a YAML file, which may name this folder as its scenario")
        raise ScenarioError([Fault(name, None, None, None, Sentence("a folder, and a plan is a file"), allowed)])
    try:
        text, faults = read_yaml_file(file, name)
    except InputFileError as error:
        raise ScenarioError([error.fault(name)]) from None
    if text.data is None and faults:
        raise ScenarioError(faults)
    report = Report(name, text)
    report.faults.extend(faults)
    return _plan(text.data, report, file.parent, shown_path(path))


@helpful
def plan_from_dict(data: Mapping[str, object], base_dir: str | os.PathLike[str] = ".", source: str = "plan") -> Plan:
    """A plan from plain data, as the YAML file would say it.

    Parameters
    ----------
    data : mapping
        By the keys of a plan file; numbers may be int, float, Decimal or text, and the scenario a path.
    base_dir : str or path
        Where a relative path of the scenario starts.
    source : str
        What to call it in faults and in the manifest.

    Returns
    -------
    Plan
        Checked; `gridsim.batch.run` takes it, and the mapping itself as well.

    Raises
    ------
    ScenarioError
        Every fault.

    Examples
    --------
    >>> gridsim.batch.plan_from_dict({**plan, "draws": 3}).draws
    3
    """
    data = dict(data)
    if isinstance(data.get("scenario"), os.PathLike):
        data["scenario"] = str(data["scenario"])
    return _plan(data, Report(source, YamlText(data, {})), Path(base_dir), source)


def _plan(data: object, report: Report, base_dir: Path, source: str) -> Plan:
    model = read_model(PlanModel, data, report)
    if model.load is not None:
        _check_load(model.load, report)
    sweep = read_sweep(model.sweep, report, _catalogue_of(base_dir / model.scenario if model.scenario else None))
    if isinstance(data, Mapping) and data.get("load") is None and (model.draws or 1) > 1:
        report.add(
            ("draws",),
            model.draws,
            Sentence("without load every draw is the same"),
            Sentence("1, or a load to draw from"),
        )
    for metric in _OF_FEWER_DRAWS:
        if metric in model.metrics and (model.draws or 1) > _MOST_DRAWS_OF_POSITIONS:
            report.add(
                ("draws",),
                model.draws,
                Sentence("too many for the metric {metric}", metric=metric),
                Sentence("a whole number, {least} to {most}", least=1, most=_MOST_DRAWS_OF_POSITIONS),
            )
    if model.payer is not None and "positions" not in model.metrics:
        report.add(
            ("payer",),
            model.payer,
            Sentence("without the metric positions"),
            Sentence("metrics with positions among them"),
        )
    if report.faults:
        raise ScenarioError(_in_order(report.faults))
    return Plan(
        scenario=base_dir / model.scenario,
        seed=model.seed,
        draws=model.draws,
        load=model.load,
        sweep=sweep,
        metrics=tuple(metric for metric in METRICS if metric in model.metrics),
        quantiles=_quantiles_of(model),
        tail=model.tail,
        payer=model.payer,
        source=source,
    )


def _quantiles_of(model: PlanModel) -> tuple[int, ...]:
    if model.quantiles is not None:
        return tuple(model.quantiles)
    return _QUANTILES_OF_POSITIONS if "positions" in model.metrics else _QUANTILES


def _catalogue_of(folder: Path | None) -> Catalogue:
    """The values of the scenario's rule set; those of Henan's where the scenario names none.

    Raises
    ------
    ScenarioError
        The scenario names a rule file of which nothing tells what values it has.
    """
    try:
        if folder is not None:
            text, faults = read_yaml_file(folder / SETTINGS_FILE, SETTINGS_FILE)
            settings, faults = settings_of_text(text, faults, str(folder))
            if settings.unread is not None:
                raise ScenarioError(faults)
            rules = settings.rules or settings.of_market
            if rules is not None:
                return rules.catalogue
    except InputFileError:
        pass  # told where the scenario is loaded
    return henan()


def _check_load(load: LoadModel, report: Report) -> None:
    """What the distributions themselves say of a load model."""
    try:
        compile_load(load)
    except ScenarioError as error:
        for fault in error.faults:
            place = ("load", *(part for part in (fault.column or "").split(".") if part and part != "load"))
            report.add(place, fault.value, fault.message, fault.allowed)


def _in_order(faults: list[Fault]) -> list[Fault]:
    """Faults as the file is read, each once."""
    return sorted(dict.fromkeys(faults), key=lambda fault: (fault.count > 1, fault.row is not None, fault.row or 0))


# ---- what is known beforehand ----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class ExpandedPlan:
    """Everything about a batch before it is run.

    Attributes
    ----------
    plan : Plan
    scenario : Scenario
    expansion : Expansion
        The points.
    ids : tuple of str
        Of the points; alike ones share one.
    kept : Kept
    seed : int
    shared : Shared
        What is the same for all tasks.
    """

    plan: Plan
    scenario: Scenario
    expansion: Expansion
    ids: tuple[str, ...]
    kept: Kept
    seed: int
    shared: Shared

    @property
    def tasks(self) -> dict[str, PointTask]:
        """Each different point by its id, as a worker needs it."""
        return {
            one: PointTask(one, point.base, point.overrides, point.scales, point.changes)
            for one, point in zip(self.ids, self.expansion.points, strict=True)
        }


def expand_plan(plan: str | os.PathLike[str] | Mapping[str, object] | Plan, detail: Detail = "unit") -> ExpandedPlan:
    """Read a plan and its scenario, and expand its sweep.

    Raises
    ------
    ScenarioError
        Every fault of the plan, then every fault of the scenario.
    """
    if isinstance(plan, Mapping):
        plan = plan_from_dict(plan)
    elif not isinstance(plan, Plan):
        plan = read_plan(plan)
    scenario = load_scenario(plan.scenario)
    _check_contracts(plan, scenario)
    seed = plan.seed if plan.seed is not None else scenario.seed or 0
    expansion = expand(plan.sweep, scenario, seed, base_dir=str(plan.scenario), file=Path(plan.source).name)
    has_rows = [name for name, table in scenario.tables.items() if len(table)]
    items = items_together([rules.shape for rules in expansion.bases.values()], has_rows)
    kept = Kept(plan.metrics, detail, plan.quantiles, plan.tail, plan.draws, items, plan.payer)
    model = plan.load or LoadModel()
    key = shared_key(scenario, model, seed, kept)
    ids = tuple(point_id(key, point, expansion.bases[point.base]) for point in expansion.points)
    shared = Shared(
        key=key,
        code=code_hash(),
        scenario=scenario,
        bases=expansion.bases,
        load=model,
        points=len(set(ids)),
        seed=seed,
        kept=kept,
    )
    return ExpandedPlan(plan, scenario, expansion, ids, kept, seed, shared)


def _check_contracts(plan: Plan, scenario: Scenario) -> None:
    """Refuse margins where nothing says what users pay their retailers.

    Raises
    ------
    ScenarioError
    """
    if "margins" in plan.metrics and not len(scenario.tables["retail_contracts"]):
        missing = Sentence("without retail contracts nothing says what users pay their retailers")
        allowed = Sentence("a scenario with rows in {table}, or metrics without margins", table="retail_contracts")
        raise ScenarioError([Fault(Path(plan.source).name, None, "metrics", "margins", missing, allowed)])
