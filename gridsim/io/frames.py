"""Frames as a `Scenario`: the same tables, the same checks, no files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from gridsim.columns import INPUT_TABLES
from gridsim.errors import Fault, ScenarioError
from gridsim.io.assemble import assemble
from gridsim.io.period_sets import with_period_sets
from gridsim.io.settings import settings_of, tables_not_read
from gridsim.market_tables import input_tables
from gridsim.scenario import Scenario
from gridsim.suggest import nearest, nearest_in_words
from gridsim.tables.any_frame import FrameLike, take_frame
from gridsim.tables.faults import unused_table
from gridsim.tables.frames import columns_of_frame
from gridsim.tables.raw import RawTable
from gridsim.words import Sentence, listed, named
from gridsim.wrong_call import helpful

__all__ = ["scenario_from_tables"]


@helpful
def scenario_from_tables(
    tables: Mapping[str, FrameLike],
    *,
    name: str,
    year: int,
    rules: str = "henan-2021",
    overrides: Mapping[str, object] | None = None,
    seed: int | None = None,
    period_sets: Mapping[str, object] | None = None,
) -> Scenario:
    """Make and check a scenario from frames in outside units (docs/formats.md).

    Parameters
    ----------
    tables : mapping of str to frame or records
        By table name. Each is of pandas, polars (also lazy), pyarrow, or anything with ``__arrow_c_stream__``; a list
        of mappings, named tuples or dataclasses; a mapping of columns. Columns as in a scenario folder: energies in
        MWh, prices in yuan/MWh, as text, floats, integers or Decimals (a float counts as the shortest decimal that
        names it); months ``YYYY-MM``, as text or pandas periods; times as text or datetimes. An index is not looked
        at; None, NaN, null and NA are all an empty cell.
    name : str
        What the scenario is called.
    year : int
        Whose months are settled.
    rules : str
        A shipped rule set's id, or the path of a YAML file.
    overrides : mapping of str to object, optional
        Single values of the rule set, by dotted path.
    seed : int, optional
        Of what is drawn: loads of batches, orders of users in an attribution.
    period_sets : mapping of str to list, optional
        Periods of one's own by id, as in ``period_sets.yaml``; the column `period_set` of users names them.

    Returns
    -------
    Scenario
        As `gridsim.load` gives it; the same content has the same hash.

    Raises
    ------
    ScenarioError
        Carries every fault; its ``file`` is the table's name.

    Examples
    --------
    >>> from pathlib import Path
    >>> tables = {each.stem: pd.read_csv(each) for each in Path("scenarios/henan-2021-mini").glob("*.csv")}
    >>> made = gridsim.scenario_from_tables(tables, name="henan-2021-mini (synthetic)", year=2021)
    >>> made
    Scenario('henan-2021-mini (synthetic)', 2021, rules='henan-2021', 3 generators, 1 retailers, 6 users)
    """
    data = {"name": name, "year": year, "rules": str(rules), "overrides": overrides, "seed": seed}
    settings, faults = settings_of(data, None, None)
    if settings.unread is not None:
        raise ScenarioError(faults, [tables_not_read(settings)])
    settings, more = with_period_sets(settings, period_sets)
    faults = [*faults, *more]
    raws: dict[str, RawTable] = {}
    given: set[str] = set()
    specs = input_tables(settings.shape)
    for key, frame in cast("Mapping[str, object]", tables).items():
        if key in INPUT_TABLES and key not in specs:
            faults.append(unused_table(key))
            continue
        if key not in specs:
            guess = nearest(str(key), specs)
            hint = nearest_in_words(guess)
            allowed = listed(hint, Sentence("tables: {codes}", codes=named(specs)))
            faults.append(Fault.of_file(str(key), Sentence("unknown table"), allowed))
            continue
        given.add(key)
        try:
            taken = take_frame(frame, key)
        except (TypeError, ValueError):
            message = Sentence("neither a frame nor records")
            allowed = Sentence("a frame of pandas, polars or pyarrow, a list of records, columns of one length")
            faults.append(Fault.of_file(key, message, allowed, value=type(frame).__name__))
            continue
        raw, _, more = columns_of_frame(taken.frame, specs[key])
        faults.extend(more)
        if raw is not None:
            raws[key] = raw
    return assemble(settings, raws, given=frozenset(given), source="scenario_from_tables", faults=faults, notes=())
