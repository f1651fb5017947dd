"""The steps from plans to what each user of a position bears."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from gridsim.analysis.attribution.methods import own_kwh
from gridsim.analysis.attribution.shapley import MOST_EXACT, ORDERS_DRAWN
from gridsim.analysis.attribution.told import FORMULAS, LEVELS_TOLD, ORIGINS_TOLD, buyers_own
from gridsim.explain.arithmetic import Quotient
from gridsim.explain.script import OwnColumn, condense, condensed, table
from gridsim.show.numbers import energy, money_in_full, ratio, signed
from gridsim.units import round_half_up
from gridsim.words import msg, within

if TYPE_CHECKING:
    from gridsim.analysis.attribution.attribute import Attributed, Parted
    from gridsim.analysis.attribution.methods import Method
    from gridsim.explain.script import Script
    from gridsim.explain.words import Wording
    from gridsim.show.document import Block

__all__ = ["bears_step", "deviation_step", "plan_step"]

_MOST_SETS = 3  # of so many users the game of every set is shown


class Shown:
    """The users of a position that are listed: of many the first, the largest, and the one that is asked about."""

    def __init__(self, ids: Sequence[str], sizes: Sequence[int], asked: str) -> None:
        found = condense(sizes, abs)
        self.is_whole = not found.rest
        self.places = sorted({*found.shown, ids.index(asked)})
        self.ids = ids


def plan_step(script: Script, attributed: Attributed, shown: Shown) -> int:
    """What each user had planned, and where that is from."""
    words, plan = script.words, attributed.planned.plan
    contract = attributed.position.contract
    nominated = sum(kwh for kwh, origin in zip(plan.energy, plan.origin, strict=True) if origin == "nomination")
    lines: list[Block] = []
    formula = words.say("plan = the user's nomination")
    if "nomination" not in plan.origin:
        formula = words.say("plan = its share of the contract C")
    elif len(set(plan.origin)) > 1:
        formula = words.say("plan = the user's nomination; else its share of what nominations leave of the contract C")
    if "equal" in plan.origin:
        lines.append(
            words.say(
                "Left to the users without a nomination: max(0, {contract} − {nominated}) = {rest}; nobody has a "
                "history, so in equal parts.",
                contract=energy(contract),
                nominated=energy(nominated),
                rest=energy(plan.rest),
            )
        )
    elif set(plan.origin) - {"nomination"}:
        lines.append(
            words.say(
                "Left to the users without a nomination: max(0, {contract} − {nominated}) = {rest}, split by their "
                "history at the level that all users of the unit have: {level}.",
                contract=energy(contract),
                nominated=energy(nominated),
                rest=energy(plan.rest),
                level=words.say(LEVELS_TOLD[attributed.planned.level]),
            )
        )
    mean = OwnColumn(words.say("mean of its years"))
    columns: list[str | OwnColumn] = [
        "user",
        mean,
        OwnColumn(words.say(within("column", "plan"))),
        OwnColumn(words.say(within("plan", "from")), is_text=True),
    ]
    rows: list[tuple[str, ...]] = []
    for place in shown.places:
        average = plan.means[place]
        rows.append(
            (
                shown.ids[place],
                "" if average is None else energy(average.rounded),
                energy(plan.energy[place]),
                words.say(ORIGINS_TOLD[plan.origin[place]]),
            )
        )
    if not any(row[1] for row in rows):
        columns, rows = [columns[0], *columns[2:]], [(row[0], *row[2:]) for row in rows]
    lines += _listed(words, shown, len(plan.energy))
    lines.append(table(words, columns, rows))
    return script.step(msg("What each user had planned"), "", formula, lines)


def deviation_step(script: Script, attributed: Attributed, shown: Shown) -> int:
    """How far each user was off its plan."""
    words, members = script.words, attributed.planned.members
    columns: list[str | OwnColumn] = [
        "user",
        "metered",
        OwnColumn(words.say(within("column", "plan"))),
        OwnColumn(words.say(within("plan", "deviation"))),
    ]
    rows = [
        (
            shown.ids[place],
            energy(members.metered[place]),
            energy(members.plan[place]),
            signed(energy(members.gaps[place]), members.gaps[place]),
        )
        for place in shown.places
    ]
    off = members.all_metered - members.all_planned
    foot = (words.say("all users"), energy(members.all_metered), energy(members.all_planned), signed(energy(off), off))
    lines: list[Block] = [*_listed(words, shown, len(members.gaps)), table(words, columns, rows, foot)]
    return script.step(msg("How far each was off its plan"), "", words.say("deviation = metered − plan"), lines)


def bears_step(script: Script, attributed: Attributed, part: Parted, method: Method, shown: Shown, asked: str) -> int:
    """Who bears a band, a fee or a shortfall: the game, the buyer's own part, weights, and the split.

    Returns
    -------
    int
        The number of the step.
    """
    words, weights = script.words, part.weights
    lines: list[Block] = [*_edge(words, attributed, part), *_own(words, attributed, part)]
    formula = words.say(FORMULAS[method, part.game.side])
    if weights.is_stand_in:
        lines.append(
            words.say(
                "By this method no user has any weight: the metered energy counts, else the plan, else all alike."
            )
        )
    elif method == "shapley":
        lines += _orders(words, attributed, part, shown.ids)
    rest = part.money - part.own_money
    whole = sum(weights.values)
    place = shown.ids.index(asked)
    in_kwh = weights.in_kwh()
    errors = part.errors()
    columns: list[str | OwnColumn] = [
        "user", OwnColumn(words.say("weight")), OwnColumn(words.say(within("column", "share"))), "money",
    ]  # fmt: skip
    rows: list[tuple[str, ...]] = [
        (shown.ids[each], energy(in_kwh[each]), energy(part.energies[each]), money_in_full(part.amounts[each]))
        for each in shown.places
    ]
    if part.own_energy or part.own_money:
        rows.append((buyers_own(words), "", energy(part.own_energy), money_in_full(part.own_money)))
    foot: tuple[str, ...] = (words.say("all together"), "", energy(part.energy), money_in_full(part.money))
    if errors is not None:
        columns.append(OwnColumn(words.say("standard error")))
        rows = [
            (*row, money_in_full(errors[each]) if each is not None else "")
            for row, each in zip(rows, [*shown.places, None], strict=False)
        ]
        foot = (*foot, "")
    lines += _listed(words, shown, len(in_kwh))
    lines.append(table(words, columns, rows, foot))
    if rest and whole > 0:
        exact = Quotient(rest * weights.values[place], whole)
        lines.append(
            words.say(
                "{user}: {rest} × {weight} ÷ {whole} = {money} (whole micro-yuan; what is left of the split goes to "
                "the largest fractional parts)",
                user=asked,
                rest=money_in_full(rest),
                weight=energy(in_kwh[place]),
                whole=energy(round_half_up(whole, weights.scale)),
                money=money_in_full(part.amounts[place]),
            )
        )
        if exact.numerator < 0:
            lines.append(words.say("A negative amount is a credit: what it did spared the unit deviation."))
    item = words.called("item", part.item)
    title = words.say("Who bears it: {item}, {amount} yuan", item=item, amount=money_in_full(part.money))
    return script.step(title, "", formula, lines, is_said=True)


def _edge(words: Wording, attributed: Attributed, part: Parted) -> Iterator[str]:
    """The edge, and what lies beyond it as metered and as planned."""
    contract, members = attributed.position.contract, attributed.planned.members
    if part.band.edge is None:
        yield words.say("There is no contract: everything lies beyond the edge.")
    else:
        yield words.say(
            "Edge: {contract} × {ratio} = {edge}.",
            contract=energy(contract),
            ratio=ratio(part.band.edge),
            edge=energy(part.game.edge),
        )
    _, whole = own_kwh(members, part.game)
    yield words.say(
        "Beyond it as metered: v(all) = {metered}; if every user had kept its plan: v(none) = {planned}.",
        metered=energy(whole),
        planned=energy(part.game.beyond(members.all_planned)),
    )


def _own(words: Wording, attributed: Attributed, part: Parted) -> Iterator[str]:
    """The buyer's own part, where there is one."""
    own, whole = own_kwh(attributed.planned.members, part.game)
    if not own:
        return
    yield words.say(
        "What is there with every user on its plan is the buyer's own: {own} of {whole}, {money} of {all_money} yuan.",
        own=energy(own),
        whole=energy(whole),
        money=money_in_full(part.own_money),
        all_money=money_in_full(part.money),
    )


def _orders(words: Wording, attributed: Attributed, part: Parted, ids: Sequence[str]) -> Iterator[str]:
    """How orders were counted; of few users, the game of each set."""
    members = attributed.planned.members
    users = len(ids)
    if users > MOST_EXACT:
        yield words.say(
            "{users} users: {orders} orders were drawn by the scenario's seed and this position.",
            users=users,
            orders=f"{ORDERS_DRAWN:,}",
        )
        return
    yield words.say("{users} users: all orders count, {orders} of them.", users=users, orders=f"{part.weights.scale:,}")
    if users <= _MOST_SETS:
        found = []
        for size in range(1, users + 1):
            for chosen in combinations(range(users), size):
                total = members.all_planned + sum(members.gaps[each] for each in chosen)
                found.append(f"v({', '.join(ids[each] for each in chosen)}) = {energy(part.game.beyond(total))}")
        yield "; ".join(found)


def _listed(words: Wording, shown: Shown, count: int) -> Iterator[str]:
    if not shown.is_whole:
        yield condensed(words, count)
