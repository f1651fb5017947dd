"""Statements read from a result, month by month, so that a province's ledger never stands in memory as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from gridsim.analysis.items import head_items
from gridsim.report.statement_lines import accounts_of, items_of
from gridsim.report.statement_model import PERIODS_APART, EnergyRow, Key, Reckoning, Statement

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.io.table_sets import ExactTables, Where
    from gridsim.rules.shape import MarketShape

__all__ = ["gather"]

_LEDGER = (
    "line", "month", "item", "payer", "payee", "unit_id", "user_id", "leg_id", "period", "tariff_period",
    "energy_kwh", "price_micro_yuan_per_kwh", "amount_micro_yuan", "clause", "trial",
)  # fmt: skip
_TEXTS = ("item", "payer", "payee", "unit_id", "user_id", "leg_id", "period", "tariff_period", "clause")


def gather(
    exact: ExactTables,
    keys: Sequence[Key],
    max_lines: int,
    buyer_and_mode: Mapping[str, tuple[str, str]],
    shape: MarketShape,
) -> Iterator[Statement]:
    """The statements of `keys`, month by month.

    Parameters
    ----------
    exact : ExactTables
    keys : sequence of Key
    max_lines : int
        Lines of a part at most; see `gridsim.report.statement_lines.items_of`.
    buyer_and_mode : mapping of str to (str, str)
        Of each unit.
    shape : MarketShape
        Of the rule set: in which order products, periods and items stand.
    """
    positions = exact.arrow("positions").to_pandas()
    transfer = exact.arrow("trades", None, ("transfer",)).column("transfer")
    has_transfers = transfer.null_count < len(transfer)
    for month in sorted({key.month for key in keys}):
        of_month = [key for key in keys if key.month == month]
        units = [key.subject for key in of_month if not key.is_outside]
        users = [key.subject for key in of_month if key.is_outside]
        bands = _by_subject(positions[positions["month"] == month], "unit_id", units)
        lines = _lines(exact, {"month": month, "unit_id": units})
        if has_transfers:
            lines = _of_buyers(exact, month, lines, units, buyer_and_mode)
        in_units = _by_subject(_ledger(exact, month, lines), "unit_id", units)
        outside = _ledger(exact, month, _lines(exact, {"month": month, "user_id": users}))
        outsiders = _by_subject(outside[outside["unit_id"] == ""], "user_id", users)
        for key in of_month:
            if key.is_outside:
                yield _of_user(key, outsiders[key.subject], shape, max_lines)
            else:
                whose = buyer_and_mode[key.subject]
                yield _of_unit(key, whose, bands[key.subject], in_units[key.subject], shape, max_lines)


def _by_subject(frame: pd.DataFrame, column: str, subjects: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The rows of each subject; of one without any, none."""
    frame = frame[frame[column].isin(subjects)]
    found = {str(name): rows for name, rows in frame.groupby(frame[column].astype(object), sort=False)}
    return {name: found.get(name, frame.iloc[:0]) for name in subjects}


def _lines(exact: ExactTables, where: Where) -> pd.DataFrame:
    lines: pd.DataFrame = exact.arrow("ledger", where, _LEDGER).to_pandas()
    return lines


def _of_buyers(
    exact: ExactTables, month: str, lines: pd.DataFrame, units: Sequence[str], whose: Mapping[str, tuple[str, str]]
) -> pd.DataFrame:
    """The lines of units as their buyers see them: without what generators owe each other for the units' legs.

    What a buyer is paid for energy that it gave away stands in the ledger with the unit of the taker. Here it stands
    with its own, turned round: it pays the negative.
    """
    import pandas as pd

    legs = exact.arrow("legs", {"month": month}, ("leg_id", "unit_id", "from_leg_id")).to_pandas().astype(object)
    unit_of, source_of = (dict(zip(legs["leg_id"], legs[name], strict=True)) for name in ("unit_id", "from_leg_id"))
    buyer = {unit: whose[unit][0] for unit in units}
    lines = lines.astype(dict.fromkeys(_TEXTS, object))
    lines = lines[(lines["item"] != "transfer") | (lines["payer"] == lines["unit_id"].map(buyer))]
    given = _lines(exact, {"month": month, "item": "transfer"}).astype(dict.fromkeys(_TEXTS, object))
    given["unit_id"] = given["leg_id"].map(source_of).map(unit_of)
    given = given[given["payee"] == given["unit_id"].map(buyer)]
    turned = {name: -given[name] for name in ("price_micro_yuan_per_kwh", "amount_micro_yuan")}
    given = given.assign(payer=given["payee"], payee=given["payer"], **turned)
    return pd.concat([lines, given]).sort_values("line", kind="stable", ignore_index=True)


def _ledger(exact: ExactTables, month: str, lines: pd.DataFrame) -> pd.DataFrame:
    """Ledger lines of a month, each with its period or product and its contract or session."""
    lines = lines.assign(**{name: lines[name].astype("category") for name in _TEXTS})
    for name in _TEXTS:
        texts = lines[name].cat.remove_unused_categories()
        lines[name] = texts.cat.add_categories([""]).fillna("") if texts.isna().any() else texts
    legs = _legs(exact, month, lines["leg_id"].cat.categories.tolist())
    slot = lines["leg_id"].map({leg: product for leg, (product, _) in legs.items()}).astype(object)
    source = lines["leg_id"].map({leg: source for leg, (_, source) in legs.items()}).astype(object)
    is_leg = lines["leg_id"] != ""
    named: pd.DataFrame = lines.assign(
        slot=slot.where(is_leg, _periods(lines)).astype("category"),
        source=source.where(is_leg, "").astype("category"),
        price=lines["price_micro_yuan_per_kwh"],
    )
    return named


def _periods(lines: pd.DataFrame) -> pd.Series:
    """The period of each line of a cell, and behind it that of the tariff where it is another (rulebook part 11)."""
    period, tariff = (lines[name].astype(object) for name in ("period", "tariff_period"))
    both = period.str.cat(tariff, sep=PERIODS_APART)
    return period.where((period == tariff) | (tariff == ""), both)


def _legs(exact: ExactTables, month: str, leg_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Product, and contract or session, by leg."""
    names = ("leg_id", "product", "session", "contract_id")
    legs = exact.arrow("legs", {"month": month, "leg_id": leg_ids}, names)
    columns = (legs.column(name).to_pylist() for name in names)
    return {leg: (product, contract or session) for leg, product, session, contract in zip(*columns, strict=True)}


def _of_unit(
    key: Key,
    whose: tuple[str, str],
    positions: pd.DataFrame,
    ledger: pd.DataFrame,
    shape: MarketShape,
    max_lines: int,
) -> Statement:
    buyer, mode = whose
    has_trial = bool(positions["trial"].any())
    parts = []
    for is_trial in (False, True) if has_trial else (False,):
        rows = positions[positions["trial"] == is_trial].to_dict("records")
        rows.sort(key=lambda row: shape.product_ids.index(row["product"]))
        bands = tuple(
            EnergyRow(
                product=row["product"],
                contract=row["contract_kwh"],
                metered=row["metered_kwh"],
                # In a month with a trial there are no bands; the trial shows what they would be.
                lower=row["lower_kwh"] if is_trial or not has_trial else None,
                upper=row["upper_kwh"] if is_trial or not has_trial else None,
                in_band=row["in_band_kwh"],
                overrun=row["overrun_kwh"],
                shortfall=row["shortfall_kwh"],
            )
            for row in rows
        )
        parts.append(_part(ledger[ledger["trial"] == is_trial], bands, buyer, shape, max_lines, is_trial=is_trial))
    return Statement(key, buyer, mode, tuple(parts))


def _of_user(key: Key, ledger: pd.DataFrame, shape: MarketShape, max_lines: int) -> Statement:
    metered = ledger[ledger["item"].isin(head_items(shape))].groupby("period", observed=True)["energy_kwh"].sum()
    bands = tuple(
        EnergyRow(period, None, int(metered[period]), None, None, None, None, None)
        for period in shape.periods
        if period in metered.index
    )
    part = _part(ledger, bands, key.subject, shape, max_lines, is_trial=False)
    return Statement(key, key.subject, "", (part,))


def _part(
    ledger: pd.DataFrame,
    bands: tuple[EnergyRow, ...],
    buyer: str,
    shape: MarketShape,
    max_lines: int,
    *,
    is_trial: bool,
) -> Reckoning:
    items, is_by_user = items_of(ledger, shape.items, max_lines)
    users = {str(user) for user in ledger["user_id"].unique() if user}
    return Reckoning(is_trial, bands, items, accounts_of(ledger, buyer), len(ledger), len(users), is_by_user)
