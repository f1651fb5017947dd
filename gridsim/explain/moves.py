"""Contract energy that changed hands in a month: derived again from the transfers, and held against the legs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from gridsim.arrow import dicts, rows_where
from gridsim.explain.arithmetic import split
from gridsim.explain.changed import is_chosen
from gridsim.explain.legs import as_traded
from gridsim.integrity.places import TablePlace, differs
from gridsim.scenario.changes import of_legs
from gridsim.units import RATIO_ONE, round_half_up

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from gridsim.explain.arithmetic import Share
    from gridsim.explain.source import ResultFacts
    from gridsim.scenario.changes import ContractChange

__all__ = ["Move", "Moves", "moves_of"]

_LEGS = (
    "leg_id",
    "unit_id",
    "product",
    "seller_id",
    "energy_kwh",
    "price_micro_yuan_per_kwh",
    "trade_row",
    "session",
    "from_leg_id",
    "traded_kwh",
    "traded_micro_yuan_per_kwh",
    "month",
    "contract_id",
    "session",
)


@dataclass(frozen=True, slots=True)
class Move:
    """A part of a leg that became a leg of its own: energies [kWh], prices [micro-yuan/kWh].

    Attributes
    ----------
    leg, source : str
        The new leg, and the one that it was cut from.
    among : {"buyers", "generators"}
    giver, taker : str
    energy, price : int
        Of the trade.
    share : Share
        The part of that energy; its weight is what the source had left.
    before, held : int
        What the source, and all legs that the giver could give of, had left.
    own_price : int
        Of the contract, which stays.
    moved, paid : int
        What the line of the ledger is on, and what the taker pays the giver for a kWh: as traded, or as a what-if makes
        it.
    """

    leg: str
    source: str
    among: str
    giver: str
    taker: str
    energy: int
    price: int
    share: Share
    before: int
    held: int
    own_price: int
    moved: int
    paid: int

    @property
    def paid_as_traded(self) -> int:
        """What the taker pays the giver for a kWh by the prices of the trades; negative: is paid."""
        return _paid(self.among, self.price, self.own_price)


def _paid(among: str, price: int, own_price: int) -> int:
    return price - own_price if among == "buyers" else own_price - price


class Moves(NamedTuple):
    """By leg: how it was taken over, and what was cut from it."""

    made: Mapping[str, Move]
    cuts: Mapping[str, tuple[Move, ...]]

    def cut_from(self, leg: str) -> int:
        """Energy of all that was cut from a leg [kWh]."""
        return sum(move.share.value for move in self.cuts.get(leg, ()))


def moves_of(source: ResultFacts, month: str, products: Collection[str]) -> Moves:
    """What changed hands in a month, of some products.

    Parameters
    ----------
    source : ResultFacts
    month : str
    products : collection of str

    Raises
    ------
    ResultError
        The legs do not follow from the transfers.
    """
    trades = source.exact.arrow("trades")
    found = rows_where(trades, {"transfer": ("buyers", "generators"), "month": month, "product": tuple(products)})
    transfers = {row["number"]: row for row in found}
    if not transfers:
        return Moves({}, {})
    legs = [row for row in dicts(source.exact.arrow("legs", {"month": month}, _LEGS)) if row["product"] in products]
    made = {move.leg: move for move in _derived(source, legs, transfers)}
    for leg in legs:
        if leg["leg_id"] not in made and leg.get("from_leg_id"):
            raise differs(TablePlace("legs", leg["leg_id"]).sentence, "from_leg_id", leg["from_leg_id"], None)
    cuts: dict[str, list[Move]] = defaultdict(list)
    for move in made.values():
        cuts[move.source].append(move)
    return Moves(made, {leg: tuple(moves) for leg, moves in cuts.items()})


def _derived(
    source: ResultFacts, legs: list[dict[str, Any]], transfers: Mapping[int, Mapping[str, Any]]
) -> Iterator[Move]:
    """Each transfer as they apply, and the legs that it made, in the order of those that it cut."""
    turn = _turns(source)
    traded = {leg["leg_id"]: as_traded(leg) for leg in legs}
    left = _with_cuts(
        legs, {leg: energy for leg, (energy, _) in traded.items()}
    )  # the table has what was left in the end
    part, moved = dict(left), _with_cuts(legs, {leg["leg_id"]: leg["energy_kwh"] for leg in legs})
    changes = of_legs(source.changes)
    made_by: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for leg in legs:
        made_by[leg["trade_row"]].append(leg)
    taken: dict[str, frozenset[str]] = {}
    known = [leg for leg in legs if leg["trade_row"] not in transfers]
    for number, trade in sorted(transfers.items(), key=lambda each: turn(each[0], each[1]["session"])):
        among = trade["transfer"]
        giver, taker = (trade[name] for name in ("seller_id", "buyer_id"))
        if among == "generators":
            giver, taker = taker, giver
        own = [
            leg
            for leg in known
            if leg["product"] == trade["product"]
            and among not in taken.get(leg["leg_id"], ())
            and turn(leg["trade_row"], leg["session"]) <= turn(number, trade["session"])
            and _holder(source, leg, among) == giver
        ]
        weights = [left[leg["leg_id"]] for leg in own]
        shares = split(trade["energy_kwh"], weights)
        new = iter(made_by[number])
        for leg, share, before in zip(own, shares, weights, strict=True):
            if not share.value:
                continue
            row = next(new, None)
            place = TablePlace("legs", leg["leg_id"] if row is None else row["leg_id"])
            if row is None:
                raise differs(place.sentence, "energy_kwh", left[leg["leg_id"]], before - share.value)
            for name, stands, derived in (
                ("from_leg_id", row.get("from_leg_id"), leg["leg_id"]),
                ("seller_id" if among == "generators" else "unit_id", _holder(source, row, among), taker),
                ("energy_kwh", part.get(row["leg_id"]), share.value),
                ("price_micro_yuan_per_kwh", traded[row["leg_id"]][1], traded[leg["leg_id"]][1]),
            ):
                if stands != derived:
                    raise differs(place.sentence, name, stands, derived)
            left[leg["leg_id"]] -= share.value
            taken[row["leg_id"]] = taken.get(leg["leg_id"], frozenset()) | {among}
            known.append(row)
            yield Move(
                leg=row["leg_id"],
                source=leg["leg_id"],
                among=among,
                giver=giver,
                taker=taker,
                energy=trade["energy_kwh"],
                price=trade["price_micro_yuan_per_kwh"],
                share=share,
                before=before,
                held=sum(weights),
                own_price=traded[leg["leg_id"]][1],
                moved=moved[row["leg_id"]],
                paid=_changed_price(
                    _paid(among, trade["price_micro_yuan_per_kwh"], traded[leg["leg_id"]][1]), row, changes
                ),
            )


def _turns(source: ResultFacts) -> Callable[[int, str | None], int]:
    """When the trades of a row and session count for transfers: all at once, or in order of closing; deals always."""
    if source.rules.values.transfers.counted == "all":
        return lambda trade_row, session: 0
    closing = sorted(dicts(source.inputs["sessions"], ("session", "closes_at")), key=lambda row: row["closes_at"])
    place = {row["session"]: turn for turn, row in enumerate(closing)}
    deals = {
        row["number"] for row in rows_where(source.exact.arrow("trades"), {"bilateral_row": None, "sell_row": None})
    }
    return lambda trade_row, session: -1 if trade_row in deals else place[str(session)]


def _with_cuts(legs: list[dict[str, Any]], energy: Mapping[str, int]) -> dict[str, int]:
    """By leg, energies with those of all legs that were cut from it, which stand behind it."""
    whole = dict(energy)
    for leg in reversed(legs):
        if leg.get("from_leg_id") in whole:
            whole[leg["from_leg_id"]] += whole[leg["leg_id"]]
    return whole


def _changed_price(price: int, row: Mapping[str, Any], changes: Iterable[ContractChange]) -> int:
    """What is paid for a kWh that changed hands, as changes of the leg that it became make it."""
    for change in changes:
        if change.what == "price" and is_chosen(change, row):
            price = round_half_up(price * change.ratio, RATIO_ONE)
    return price


def _holder(source: ResultFacts, leg: Mapping[str, Any], among: str) -> str:
    """Who may give a leg away: its buyer, or its seller."""
    if among == "generators":
        return str(leg["seller_id"])
    return "" if leg["unit_id"] is None else source.buyer_and_mode(leg["unit_id"])[0]  # an account gives nothing
