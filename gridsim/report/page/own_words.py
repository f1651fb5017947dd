"""What happened to a party in the year, and why, in sentences: figures that lead to their derivations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridsim.report.page.linked import Html, Told, told_energy, told_money
from gridsim.rules.citations import clause_text
from gridsim.rules.shape import ENERGY, FEE, OVERRUN, SHORTFALL
from gridsim.show.numbers import count, mean_price, percent
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.report.page.derivations import Derivations
    from gridsim.report.page.own_figures import OwnFigures
    from gridsim.report.page.party import Party
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

__all__ = ["happened", "named_position", "position_link", "why"]

_BEARERS = 3


def named_position(row: Any, party: Party, words: PageWords) -> str:
    """A position as a page calls it: its month, its mode and its product, where there are several."""
    return words.listed([words.month(row.month), *party.position(row.unit, row.product, words)])


def position_link(row: Any, derivations: Derivations) -> str:
    """Where the dearer side of a position's deviation is derived."""
    side = OVERRUN if row.overrun_micro_yuan >= row.shortfall_micro_yuan else SHORTFALL
    return derivations.step(row.unit, row.month, row.product, f"{side}_micro_yuan")


def happened(
    result: Result, party: Party, figures: OwnFigures, derivations: Derivations, words: PageWords
) -> list[Html]:
    """What happened.

    Parameters
    ----------
    result : Result
    party : Party
    figures : OwnFigures
    derivations : Derivations
    words : PageWords
    """
    told, year = Told(words), result.manifest["scenario"]["year"]
    contract, metered = figures.sum_of("contract_kwh"), figures.sum_of("metered_kwh")
    blanks = {
        "who": party.name,
        "year": year,
        "contract": told_energy(contract, words),
        "metered": told.strong(told_energy(metered, words)),
        "share": percent(metered, contract),
        "users": count(len(party.users)),
    }
    sentences = [
        told.say(
            msg("In {year} {who} contracted {contract}; its {users} users took {metered}, {share} of that.")
            if party.is_retailer and len(party.users) > 1
            else msg("In {year} {who} contracted {contract}; its user took {metered}, {share} of that.")
            if party.is_retailer
            else msg("In {year} {who} contracted {contract} and took {metered}, {share} of that."),
            **blanks,
        ),
        _cost(party, figures, told),
        _deviation(figures, told, derivations, party),
    ]
    if figures.margins is not None:
        sentences.append(_margin(figures, told))
    return sentences


def _cost(party: Party, figures: OwnFigures, told: Told) -> Html:
    words, metered = told.words, figures.sum_of("metered_kwh")
    energy = figures.items.get(ENERGY, 0)
    blanks = {
        "cost": told.strong(told_money(figures.cost, words)),
        "price": mean_price(figures.cost, metered),
        "energy": told_money(energy, words),
        "own": told_money(figures.own, words),
        "users": told_money(figures.cost - figures.own, words),
    }
    if figures.own != figures.cost:
        return told.say(
            "All of it cost {cost}, {price} yuan/MWh: {own} paid by itself, {energy} of that for contract energy, and "
            "{users} by its users.",
            **blanks,
        )
    return told.say("All of it cost {cost}, {price} yuan/MWh; {energy} of that for contract energy.", **blanks)


def _deviation(figures: OwnFigures, told: Told, derivations: Derivations, party: Party) -> Html:
    words = told.words
    if not figures.deviation:
        return told.say("Nothing was paid for deviation.")
    worst = figures.rows[0]
    sides = []
    for energy, item, said in (
        ("overrun_kwh", OVERRUN, msg("{money} for {energy} above its bands")),
        ("shortfall_kwh", SHORTFALL, msg("{money} for {energy} missing below them")),
    ):
        if figures.sum_of(energy):
            money = told_money(figures.items.get(item, 0), words)
            sides.append(words.say(said, money=money, energy=told_energy(figures.sum_of(energy), words)))
    if figures.items.get(FEE):
        sides.append(words.say("{money} as deviation fees", money=told_money(figures.items[FEE], words)))
    return told.say(
        "Deviation cost {deviation}: {sides}. The dearest was {worst}, {most}.",
        deviation=told.strong(told_money(figures.deviation, words)),
        sides=words.parted(sides),
        worst=named_position(worst, party, words),
        most=told.link(told_money(int(worst.deviation_micro_yuan), words), position_link(worst, derivations)),
    )


def _margin(figures: OwnFigures, told: Told) -> Html:
    words, margins = told.words, figures.margins
    assert margins is not None  # asked before
    sold = int(margins[[name for name in margins if str(name).startswith("retail_")]].to_numpy().sum())
    earned = int(margins["margin_micro_yuan"].sum())
    return told.say(
        "Its customers paid it {sold} and buying cost it {bought}: a margin of {margin}, {price} yuan for each MWh.",
        sold=told_money(sold, words),
        bought=told_money(sold - earned, words),
        margin=told.link(told_money(earned, words), "margin"),
        price=mean_price(earned, figures.sum_of("metered_kwh")),
    )


def why(result: Result, party: Party, figures: OwnFigures, derivations: Derivations, words: PageWords) -> list[Html]:
    """Why it cost so much: the dearest position with its clause, how much few positions make up, and whose it was.

    Parameters
    ----------
    result : Result
    party : Party
    figures : OwnFigures
    derivations : Derivations
    words : PageWords
    """
    told = Told(words)
    if not figures.deviation:
        return [told.say("All that was metered lay within the bands of the contracts, or in months without bands.")]
    worst = figures.rows[0]
    sentences = [_worst(result, worst, party, derivations, told)]
    dear = figures.positions[figures.positions["deviation_micro_yuan"] > 0]
    over = int((dear["overrun_kwh"] > 0).sum())
    sentences.append(
        told.say(
            "Of {all} positions {over} ran above their band and {under} fell below it; the five dearest make up "
            "{share} of what deviation cost.",
            all=count(len(figures.positions)),
            over=count(over),
            under=count(len(dear) - over),
            share=told.link(percent(int(dear["deviation_micro_yuan"].head(5).sum()), figures.deviation, 0), "worst"),
        )
    )
    bearers = _bearers(result, party, told)
    return [*sentences, *([] if bearers is None else [bearers])]


def _worst(result: Result, row: Any, party: Party, derivations: Derivations, told: Told) -> Html:
    """The dearest position: how far off it was, where the band ended, and by which clause."""
    words = told.words
    is_over = row.overrun_micro_yuan >= row.shortfall_micro_yuan
    item = OVERRUN if is_over else SHORTFALL
    lines = result.exact.arrow("ledger", {"unit_id": row.unit, "month": row.month, "item": item}, ("clause",))
    clause = next((each for each in lines.column("clause").to_pylist() if each), "")
    off = row.metered_kwh - row.contract_kwh
    blanks = {
        "what": told.link(named_position(row, party, words), position_link(row, derivations)),
        "contract": told_energy(row.contract_kwh, words),
        "metered": told_energy(row.metered_kwh, words),
        "off": percent(abs(off), row.contract_kwh),
        "edge": told_energy(row.upper_kwh if is_over else row.lower_kwh, words),
        "energy": told_energy(row.overrun_kwh if is_over else row.shortfall_kwh, words),
        "price": mean_price(
            *((row.overrun_micro_yuan, row.overrun_kwh) if is_over else (row.shortfall_micro_yuan, row.shortfall_kwh))
        ),
        "clause": clause_text(clause, words.lang),
    }
    if is_over and not row.contract_kwh:
        return told.say("{what}: without any contract, all of {metered} paid {price} yuan/MWh ({clause}).", **blanks)
    if is_over:
        return told.say(
            "{what}: {metered} against {contract} contracted, {off} more. The band ends at {edge}; the {energy} above "
            "it paid {price} yuan/MWh ({clause}).",
            **blanks,
        )
    return told.say(
        "{what}: {metered} against {contract} contracted, {off} less. The band begins at {edge}; the {energy} missing "
        "below it cost {price} yuan/MWh ({clause}).",
        **blanks,
    )


def _bearers(result: Result, party: Party, told: Told) -> Html | None:
    """The users whose deviation it was most of all."""
    if len(party.users) <= 1:
        return None
    words, mine = told.words, {"unit": list(party.units)}
    borne = result.statistics.attribution("user", mine).exact["amount_micro_yuan"].sort_values(ascending=False)
    of_users = [(str(user), int(amount)) for user, amount in borne.items()]
    most = [(user, amount) for user, amount in of_users if user and amount > 0][:_BEARERS]
    if not most:
        return None
    named = [
        words.say("{user} ({money})", user=party.users.get(user, user), money=told_money(amount, words))
        for user, amount in most
    ]
    return told.say("By how far each was off its plan, most of it came from {users}.", users=words.listed(named))
