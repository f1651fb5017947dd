"""Lines of items of extensions (`gridsim.extensions.item`), as statements of units and of users outside show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.io.named_frames import ExactTables
    from gridsim.rules.shape import MarketShape

__all__ = ["closing_lines"]

_PRICE, _AMOUNT = "price_micro_yuan_per_kwh", "amount_micro_yuan"


def closing_lines(
    exact: ExactTables,
    months: Sequence[str],
    columns: Sequence[str],
    shape: MarketShape,
    whose: Mapping[str, tuple[str, str]],
) -> pd.DataFrame | None:
    """The lines that name no unit in the ledger, with the unit or user in whose statement they stand.

    A user's lines stand in the statement of the unit that buys for it, a retailer's in that of the first of its units.
    What one is paid stands turned round: it pays the negative. A share of money has the price 0.

    Parameters
    ----------
    exact : ExactTables
    months : sequence of str
    columns : sequence of str
        Of the ledger.
    shape : MarketShape
    whose : mapping of str to (str, str)
        Buyer and mode of each unit.

    Returns
    -------
    DataFrame or None
        Texts as objects; None where the market has no such items.
    """
    if not shape.closing:
        return None
    import pandas as pd

    where = {"month": list(months), "item": [each.item for each in shape.closing]}
    lines = exact.arrow("ledger", where, columns).to_pandas()
    texts = [name for name in lines.columns if name not in ("line", "energy_kwh", _PRICE, _AMOUNT, "trial")]
    lines = lines.astype(dict.fromkeys(texts, object))
    lines[_PRICE] = lines[_PRICE].fillna(0).astype("int64")
    named = ["month", "unit_id", "user_id", "trial"]
    cells = exact.arrow("cell_settlement", {"month": list(months)}, named).to_pandas()[named].astype(object)
    unit_of, users = {}, set()
    for month, unit, user, trial in cells.drop_duplicates().itertuples(index=False, name=None):
        users.add((month, user))
        if not trial and isinstance(unit, str):
            unit_of[month, user] = unit
    positions = exact.arrow("positions", {"month": list(months)}, named[:2]).to_pandas()[named[:2]].astype(object)
    for month, unit in sorted(positions.drop_duplicates().itertuples(index=False, name=None)):
        unit_of.setdefault((month, whose[unit][0]), unit)
    found = []
    for party, sign in (("payer", 1), ("payee", -1)):
        keys = list(zip(lines["month"], lines[party], strict=True))
        side = lines.assign(
            unit_id=pd.Series([unit_of.get(key) for key in keys], lines.index, dtype=object),
            user_id=pd.Series([key[1] if key in users else None for key in keys], lines.index, dtype=object),
        )
        if sign < 0:
            turned = {name: -side[name] for name in (_PRICE, _AMOUNT)}
            side = side.assign(payer=side["payee"], payee=side["payer"], **turned)
        found.append(side[side["unit_id"].notna() | side["user_id"].notna()])
    both: pd.DataFrame = pd.concat(found).sort_values("line", kind="stable", ignore_index=True)
    return both
