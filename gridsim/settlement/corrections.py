"""Corrections of earlier months that a statement contains, as lines of the ledger (rulebook part 16).

They stand behind all others in the settlement that counts, in the order of their rows, and no line follows from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import month_ordinal
from gridsim.rules.corrected import corrected_items
from gridsim.rules.shape import CORRECTION, TAIL_ITEMS
from gridsim.settlement.closing import NO_PRICE
from gridsim.settlement.ledger_tail import NOBODY, TailLines, items_of_ledger
from gridsim.tables.encoded import places_of

if TYPE_CHECKING:
    from gridsim.scenario import Scenario
    from gridsim.settlement.names import PartyNames

__all__ = ["correction_lines"]


def correction_lines(scenario: Scenario, names: PartyNames) -> TailLines:
    """The lines of the table ``corrections``, a line each.

    Parameters
    ----------
    scenario : Scenario
        Checked: each row names a unit or a user, as its item asks for.
    names : PartyNames
    """
    table, shape = scenario.tables["corrections"], names.shape
    units = table["unit_id"].array
    unit = np.append(places_of(units.categories.tolist(), names.units.ids), NOBODY)[units.codes]
    user = scenario.row_of(table["user_id"], "users", "user_id")
    mode = np.where(unit >= 0, names.units.mode[unit], NOBODY)  # of none finds the last
    known, items = corrected_items(shape), items_of_ledger(shape.items)
    place = dict(zip(shape.all_accounts, names.party_of_account.tolist(), strict=True))
    other_side = np.array(
        [[place[each.of_mode.get(name, each.account)] for name in (*shape.mode_ids, "")] for each in known.values()]
    )
    item = table["item"].array.codes.astype(np.int64)
    pays_itself = np.array([each.by_user for each in known.values()])[item] & (user >= 0)
    earlier = table["corrects_month"].array
    ordinals = np.array([month_ordinal(month) for month in earlier.categories], dtype=np.int64)
    nothing = np.full(len(table), NOBODY, dtype=np.int64)
    return TailLines(
        month=table["month"].array.codes.astype(np.int64),
        item=np.full(len(table), TAIL_ITEMS.index(CORRECTION)),
        payer=np.where(pays_itself, names.party_of_user[user], names.party_of_unit[unit]),
        payee=other_side[item, mode],
        unit=unit.astype(np.int64),
        user=user,
        period=nothing,
        tariff_period=nothing,
        energy=np.zeros(len(table), dtype=np.int64),
        price=np.full(len(table), NO_PRICE),
        amount=table["amount_micro_yuan"].to_numpy(dtype=np.int64),
        corrects_month=ordinals[earlier.codes],
        corrects_item=np.array([items.index(name) for name in known], dtype=np.int64)[item],
    )
