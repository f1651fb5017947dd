"""Ledger lines as buyers see them: those that stand elsewhere turned round, without what is between generators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.rules.shape import TRANSFER

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from gridsim.io.named_frames import ExactTables
    from gridsim.rules.shape import MarketShape

__all__ = ["as_buyers_see", "has_lines_elsewhere", "lines_elsewhere", "without_sellers"]

_TEXTS = ("item", "payer", "payee", "unit_id", "user_id", "leg_id", "period", "tariff_period", "clause")


def has_lines_elsewhere(exact: ExactTables, shape: MarketShape) -> bool:
    """Whether lines of buyers may stand in the ledger without their unit: transfers, and fees that return."""
    transfer = exact.arrow("trades", None, ("transfer",)).column("transfer")
    return transfer.null_count < len(transfer) or (shape.fees is not None and bool(shape.fees.returned_item))


def as_buyers_see(
    exact: ExactTables, month: str, lines: pd.DataFrame, whose: Mapping[str, tuple[str, str]], shape: MarketShape
) -> pd.DataFrame:
    """The lines of units as their buyers see them, in the order of the ledger.

    Parameters
    ----------
    exact : ExactTables
    month : str
    lines : DataFrame
        That stand with the units in the ledger.
    whose : mapping of str to (str, str)
        Buyer and mode of each unit.
    shape : MarketShape
    """
    import pandas as pd

    units = set(lines["unit_id"].dropna())
    more = lines_elsewhere(exact, month, whose, shape, lines.columns.to_list())
    own = without_sellers(lines.astype(dict.fromkeys(_TEXTS, object)), whose)
    return pd.concat([own, more[more["unit_id"].isin(units)]]).sort_values("line", kind="stable", ignore_index=True)


def without_sellers(lines: pd.DataFrame, whose: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Lines of units without what generators owe each other for the units' legs."""
    is_moved = lines["item"] == TRANSFER
    if not is_moved.any():
        return lines
    moved = lines.loc[is_moved, ["payer", "unit_id"]].astype(object)
    buyer = moved["unit_id"].map({unit: buyer for unit, (buyer, _) in whose.items()})
    found: pd.DataFrame = lines.drop(index=moved.index[moved["payer"] != buyer])
    return found


def lines_elsewhere(
    exact: ExactTables, month: str, whose: Mapping[str, tuple[str, str]], shape: MarketShape, columns: list[str]
) -> pd.DataFrame:
    """Lines that pay buyers, with a unit of theirs and turned round: the buyer pays the negative.

    What a buyer is paid for energy that it gave away stands in the ledger with the unit of the taker, a fee that
    returns without any. A fee returns to a buyer, not to a unit: it is told with the first of the buyer's units that
    has a position in the month.

    Parameters
    ----------
    exact : ExactTables
    month : str
    whose : mapping of str to (str, str)
    shape : MarketShape
    columns : list of str
        Of the ledger; all that this needs must be among them.
    """
    import pandas as pd

    def of(item: str) -> pd.DataFrame:
        lines: pd.DataFrame = exact.arrow("ledger", {"month": month, "item": item}, columns).to_pandas()
        return lines.astype({name: object for name in _TEXTS if name in columns})

    legs = exact.arrow("legs", {"month": month}, ("leg_id", "unit_id", "from_leg_id")).to_pandas().astype(object)
    unit_of, source_of = (dict(zip(legs["leg_id"], legs[name], strict=True)) for name in ("unit_id", "from_leg_id"))
    buyer = {unit: of_unit[0] for unit, of_unit in whose.items()}
    given = of(TRANSFER)
    given["unit_id"] = given["leg_id"].map(source_of).map(unit_of)
    parts = [given[given["payee"] == given["unit_id"].map(buyer)]]
    if shape.fees is not None and shape.fees.returned_item:
        with_position = exact.arrow("positions", {"month": month}, ("unit_id",)).column("unit_id").to_pylist()
        first = {buyer[unit]: unit for unit in sorted(set(with_position), reverse=True)}
        back = of(shape.fees.returned_item)
        back["unit_id"] = back["payee"].map(first)
        parts.append(back[back["unit_id"].notna()])
    found = pd.concat([part for part in parts if len(part)] or parts[:1])
    turned = {name: -found[name] for name in ("price_micro_yuan_per_kwh", "amount_micro_yuan") if name in found.columns}
    return found.assign(payer=found["payee"], payee=found["payer"], **turned)
