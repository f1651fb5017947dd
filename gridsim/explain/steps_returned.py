"""The step that derives which part of a month's fees of deviation comes back to a unit's buyer (rulebook part 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.arrow import dicts, rows_where
from gridsim.explain.agree import same
from gridsim.explain.arithmetic import Quotient, cut_off
from gridsim.explain.facts import transfers_of
from gridsim.integrity.places import TablePlace
from gridsim.show.numbers import energy, line_numbers, money_in_full
from gridsim.units import MONEY_DECIMALS

if TYPE_CHECKING:
    from gridsim.explain.script import Script
    from gridsim.explain.source import ResultFacts
    from gridsim.io.table_sets import Where
    from gridsim.rules.shape_lists import FeeReturn

__all__ = ["returned_step"]

_DIRECT, _RETAILERS = "direct_users", "retailers"


def returned_step(script: Script, source: ResultFacts, month: str, buyer: str) -> bool:
    """What comes back to a buyer of all fees of the month; whether anything does.

    The line is the buyer's: of several units each tells of it, and it stands in no position's account. Who is told of
    itself alone is not told what all others paid.

    Parameters
    ----------
    script : Script
    source : ResultFacts
    month : str
    buyer : str

    Raises
    ------
    ResultError
        The line is not that part of the fees.
    """
    fees = source.rules.shape.fees
    if fees is None or not fees.returned_item or source.seen_by:
        return False
    where: Where = {"month": month, "item": fees.returned_item, "payee": buyer, "trial": False}
    lines = transfers_of(dicts(source.exact.arrow("ledger", where)))
    if not lines:
        return False
    (line,) = lines
    pot, metered = _pot(source, fees, month), _metered(source, fees, month)
    own, whole = metered[buyer], sum(metered.values())
    exact = Quotient(pot * own, whole)
    floor = exact.numerator // exact.denominator
    same(TablePlace("ledger", line.line), "amount_micro_yuan", line.amount_micro_yuan - floor in (0, 1), True)
    words = script.words
    script.step(
        words.title(line.item),
        line.clause,
        words.say("all fees of the month, in proportion to metered energy; who collects them keeps its own part"),
        [
            words.say(
                "part = {held} × {generated} ÷ {all} = {exact}, by largest remainder {result} yuan",
                held=money_in_full(pot),
                generated=energy(own),
                all=energy(whole),
                exact=cut_off(Quotient(pot * own, whole * 10**MONEY_DECIMALS), 8, least=2),
                result=money_in_full(line.amount_micro_yuan),
            ),
            words.say("It is line {line} of the ledger.", line=line_numbers([line.line])),
        ],
        values={"returned_micro_yuan": line.amount_micro_yuan},
        leans=script.rests_on(line.item),
        is_said=True,
    )
    return True


def _pot(source: ResultFacts, fees: FeeReturn, month: str) -> int:
    """All fees of the month [micro-yuan], those of sellers with them."""
    sellers = source.rules.shape.sellers
    items = {fees.item, *(() if sellers is None or sellers.fee is None else (sellers.fee.item,))}
    where: Where = {"month": month, "item": sorted(items), "payee": fees.payee, "trial": False}
    return sum(int(row["amount_micro_yuan"]) for row in dicts(source.exact.arrow("ledger", where)))


def _metered(source: ResultFacts, fees: FeeReturn, month: str) -> dict[str, int]:
    """What each that takes part metered in its units [kWh], and what the grid company delivered."""
    given = source.inputs.get("retailers")
    retailers = set() if given is None else set(given.column("retailer_id").to_pylist())
    found: dict[str, int] = {}
    for row in dicts(source.exact.arrow("positions", {"month": month, "trial": False})):
        buyer, _ = source.buyer_and_mode(row["unit_id"])
        if (_RETAILERS if buyer in retailers else _DIRECT) in fees.to:
            found[buyer] = found.get(buyer, 0) + row["metered_kwh"]
    if fees.payee in fees.to and fees.grid_table in source.inputs:
        rows = rows_where(source.inputs[fees.grid_table], {"month": month})
        found[fees.payee] = sum(row["energy_kwh"] for row in rows)
    return found
