"""Statements read from a result, month by month, so that a province's ledger never stands in memory as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gridsim.analysis.items import head_items
from gridsim.report.statement_bands import bands_of_lines
from gridsim.report.statement_buyers import as_buyers_see, has_lines_elsewhere
from gridsim.report.statement_closing import closing_lines
from gridsim.report.statement_customers import energies_of_customer, paid
from gridsim.report.statement_lines import accounts_of, items_of
from gridsim.report.statement_model import PERIODS_APART, EnergyRow, Key, Reckoning, Sold, Statement
from gridsim.report.statement_sellers import received, sold_in
from gridsim.rules.shape import OF_BILLS, TAIL_ITEMS, WITHIN_UNITS

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.io.named_frames import ExactTables
    from gridsim.io.table_sets import Where
    from gridsim.rules.shape import MarketShape

__all__ = ["gather"]

_LEDGER = (
    "line", "month", "item", "payer", "payee", "unit_id", "user_id", "leg_id", "period", "tariff_period",
    "energy_kwh", "price_micro_yuan_per_kwh", "amount_micro_yuan", "clause", "trial", "corrects_month", "corrects_item",
)  # fmt: skip
_TEXTS = (
    "item", "payer", "payee", "unit_id", "user_id", "leg_id", "period", "tariff_period", "clause", "corrects_month",
    "corrects_item",
)  # fmt: skip


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
    is_elsewhere = has_lines_elsewhere(exact, shape)
    for month in sorted({key.month for key in keys}):
        of_month = [key for key in keys if key.month == month]
        customers = [key.subject for key in of_month if key.is_customer]
        of_customers = _ledger(exact, month, _of_parties(exact, month, customers)) if customers else None
        units = [key.subject for key in of_month if not (key.is_outside or key.is_seller or key.is_customer)]
        users = [key.subject for key in of_month if key.is_outside]
        bands = _by_subject(positions[positions["month"] == month], "unit_id", units)
        lines = _lines(exact, {"month": month, "unit_id": units})
        retail = _ledger(exact, month, lines[lines["item"].isin(WITHIN_UNITS)])
        lines = lines[~lines["item"].isin(OF_BILLS)]
        if is_elsewhere:
            lines = as_buyers_see(exact, month, lines, buyer_and_mode, shape)
        of_users = _lines(exact, {"month": month, "user_id": users})
        closing = closing_lines(exact, [month], _LEDGER, shape, buyer_and_mode)
        if closing is not None:
            lines = _with(lines, closing[closing["unit_id"].isin(units)])
            of_users = _with(of_users, closing[closing["unit_id"].isna() & closing["user_id"].isin(users)])
        ledger = _ledger(exact, month, lines)
        ledger["band"] = bands_of_lines(exact, month, units, ledger, shape)
        in_units, sold_to_users = (_by_subject(each, "unit_id", units) for each in (ledger, retail))
        outside = _ledger(exact, month, of_users)
        outsiders = _by_subject(outside[outside["unit_id"] == ""], "user_id", users)
        sellers = [key.subject for key in of_month if key.is_seller]
        sold = sold_in(exact, month, sellers) if sellers else {}
        of_sellers = _ledger(exact, month, _of_parties(exact, month, sellers)) if sellers else None
        for key in of_month:
            if of_sellers is not None and key.is_seller:
                yield _of_seller(key, of_sellers, sold[key.subject], shape, max_lines)
            elif of_customers is not None and key.is_customer:
                energies = energies_of_customer(exact, key.subject, month, shape)
                bill = _part(paid(of_customers, key.subject), energies, key.subject, shape, max_lines, is_trial=False)
                yield Statement(key, key.subject, "", (bill,))
            elif key.is_outside:
                yield _of_user(key, outsiders[key.subject], shape, max_lines)
            else:
                whose = buyer_and_mode[key.subject]
                statement = _of_unit(key, whose, bands[key.subject], in_units[key.subject], shape, max_lines)
                mine = sold_to_users[key.subject]
                if len(mine):
                    part = _part(mine, (), key.subject, shape, max_lines, is_trial=False)
                    statement = replace(statement, retail=part)
                yield statement


def _with(lines: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Lines with others among them, in the order of the ledger."""
    import pandas as pd

    lines = lines.astype(dict.fromkeys(_TEXTS, object))
    return pd.concat([lines, more]).sort_values("line", kind="stable", ignore_index=True)


def _by_subject(frame: pd.DataFrame, column: str, subjects: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The rows of each subject; of one without any, none."""
    frame = frame[frame[column].isin(subjects)]
    found = {str(name): rows for name, rows in frame.groupby(frame[column].astype(object), sort=False)}
    return {name: found.get(name, frame.iloc[:0]) for name in subjects}


def _lines(exact: ExactTables, where: Where) -> pd.DataFrame:
    lines: pd.DataFrame = exact.arrow("ledger", where, _LEDGER).to_pandas()
    return lines


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
        band="",
    )
    return named


def _periods(lines: pd.DataFrame) -> pd.Series:
    """The period of each line of a cell, and behind it that of the tariff where it is another (rulebook part 11).

    Of a correction the month that it corrects, and the item.
    """
    period, tariff = (lines[name].astype(object) for name in ("period", "tariff_period"))
    both = period.str.cat(tariff, sep=PERIODS_APART)
    month, item = (lines[name].astype(object) for name in ("corrects_month", "corrects_item"))
    found = period.where((period == tariff) | (tariff == ""), both)
    return found.where(month == "", month.str.cat(item, sep=PERIODS_APART))


def _legs(exact: ExactTables, month: str, leg_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Product, and contract or session, by leg; a deal need have neither, and is known by its leg."""
    names = ("leg_id", "product", "session", "contract_id")
    legs = exact.arrow("legs", {"month": month, "leg_id": leg_ids}, names)
    columns = (legs.column(name).to_pylist() for name in names)
    rows = zip(*columns, strict=True)
    return {leg: (product, contract or session or leg) for leg, product, session, contract in rows}


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


def _of_parties(exact: ExactTables, month: str, parties: Sequence[str]) -> pd.DataFrame:
    """The lines that some parties pay or receive, in the order of the ledger."""
    import pandas as pd

    sides = [_lines(exact, {"month": month, "trial": False, side: parties}) for side in ("payee", "payer")]
    both = pd.concat([side.astype(dict.fromkeys(_TEXTS, object)) for side in sides])
    return both.drop_duplicates("line").sort_values("line", kind="stable", ignore_index=True)


def _of_seller(key: Key, ledger: pd.DataFrame, sold: Sold, shape: MarketShape, max_lines: int) -> Statement:
    mine = received(ledger, key.subject)
    items, is_by_user = items_of(mine.assign(user_id=""), shape.items, max_lines)
    payer, payee = (mine[side].astype(object) for side in ("payer", "payee"))
    accounts = accounts_of(mine.assign(payer=payer.where(payee == key.subject, payee), payee=key.subject), "")
    part = Reckoning(False, (), items, accounts, len(mine), 0, is_by_user)
    return Statement(key, key.subject, "", (part,), sold)


def _part(
    ledger: pd.DataFrame,
    bands: tuple[EnergyRow, ...],
    buyer: str,
    shape: MarketShape,
    max_lines: int,
    *,
    is_trial: bool,
) -> Reckoning:
    items, is_by_user = items_of(ledger, (*shape.items, *TAIL_ITEMS), max_lines)
    users = {str(user) for user in ledger["user_id"].unique() if user}
    return Reckoning(is_trial, bands, items, accounts_of(ledger, buyer), len(ledger), len(users), is_by_user)
