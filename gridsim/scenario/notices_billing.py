"""Bills that lack something: an adjustment by the power factor where the energy has no price of the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from typing import Any

    from gridsim.scenario.draft import Draft

__all__ = ["without_a_price"]


def without_a_price(draft: Draft) -> Iterator[Sentence]:
    """Rows of billing with a power factor, of users for whom a retailer buys without a retail contract that month."""
    billing, users = draft.tables.get("billing"), draft.tables["users"].frame
    if billing is None or not len(billing):
        return
    contracts = draft.tables.get("retail_contracts")
    covered: dict[str, list[tuple[str, str]]] = {}
    if contracts is not None:
        columns = (contracts.frame[name].astype(object) for name in ("user_id", "from", "to"))
        for user, first, last in zip(*columns, strict=True):
            covered.setdefault(user, []).append((_text(first), _text(last) or "9999-12"))
    rows_of_users = draft.users()
    assert rows_of_users is not None  # of a scenario without a fault all could be read
    retailers = rows_of_users.retailers()
    apart = set(users.loc[users["priority_purchase"].astype(bool), "user_id"].astype(object))
    until = dict(zip(users["user_id"].astype(object), users["exit_month"].astype(object), strict=True))
    asked = billing.frame["power_factor_standard"].notna().to_numpy()
    rows = zip(*(billing.frame[name].astype(object) for name in ("user_id", "month")), strict=True)
    lacking = [
        (user, month)
        for (user, month), is_asked in zip(rows, asked, strict=True)
        if is_asked
        and user not in apart
        and retailers[user][int(month[5:]) - 1] is not None
        and not (_text(until[user]) and _text(until[user]) <= month)
        and not any(first <= month <= last for first, last in covered.get(user, ()))
    ]
    if lacking:
        yield Sentence(
            "{file}: no power-factor adjustment in {count:,} rows of users for whom a retailer buys without a retail "
            "contract; the first: {first}",
            file=billing.file,
            count=len(lacking),
            first=named(lacking[0]),
        )


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else ""
