"""Why a user bears what it bears: plan, deviation, weights and split of each position of a unit's month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.analysis.attribution.attribute import Attributor
from gridsim.analysis.attribution.explained_steps import Shown, bears_step, deviation_step, plan_step
from gridsim.analysis.attribution.held import HeldPositions
from gridsim.analysis.attribution.told import METHODS_TOLD
from gridsim.analysis.attribution.users_of_units import refuse_unknown
from gridsim.explain.script import Script, table
from gridsim.explain.words import Wording
from gridsim.metering import forecast_months, forecast_told
from gridsim.show.document import Text
from gridsim.show.numbers import energy, money_in_full
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.analysis.attribution.attribute import Attributed
    from gridsim.analysis.attribution.held import LedgerName
    from gridsim.analysis.attribution.methods import Method
    from gridsim.explain.model import Explanation
    from gridsim.result_tables import ResultTables
    from gridsim.show.document import Block
    from gridsim.words import Lang

__all__ = ["explain_attribution"]


def explain_attribution(
    result: ResultTables,
    unit: str,
    month: str,
    user: str,
    product: str | None = None,
    *,
    method: Method = "own_deviation",
    ledger: LedgerName = "real",
    lang: Lang,
) -> Explanation:
    """Why a user bears what it bears of a unit's deviation.

    Parameters
    ----------
    result : ResultTables
    unit, month, user : str
    product : str, optional
        One product alone.
    method : {"own_deviation", "pro_rata", "marginal", "shapley"}
    ledger : {"real", "trial"}
    lang : {"en", "zh"}

    Returns
    -------
    Explanation

    Raises
    ------
    ResultError
        There is no such unit, month, user or product there; the message names those that there are.
    """
    held = HeldPositions(result, ledger, [unit])
    attributor = Attributor(held, method)
    told = Sentence("{unit} has no position in {month}", unit=unit, month=month)
    refuse_unknown(told, month, list(dict.fromkeys(position.month for position in held)))
    positions = held.of_month(unit, month)
    if product is not None:
        told = Sentence("no product {name!r} in this unit's month", name=product)
        refuse_unknown(told, product, [position.product for position in positions])
        positions = [position for position in positions if position.product == product]
    ids = [held.users.ids[row] for row in positions[0].users.tolist()]
    refuse_unknown(Sentence("no user {name!r} in this position", name=user), user, ids)
    words = Wording(lang, result.rules.shape)
    script = Script(words)
    attributed = [attributor.of(position) for position in positions]
    for each in attributed:
        _position(script, each, ids, user, method)
    about = {"user": user, "unit": words.called("unit", unit), "month": words.month(month)}
    title = words.say("What {user} bears of the deviation of unit {unit} in {month}", **about)
    lead: list[Block] = [
        words.say(
            "Method: {method}. Energy is in MWh, money in yuan. The parts of all users and the buyer's own add up to "
            "what the unit paid; the ledger is not changed by it.",
            method=words.say(METHODS_TOLD[method]),
        ),
        *_outcome(words, attributed, ids.index(user)),
    ]
    if first := forecast_told(month, forecast_months(result.manifest), words):
        lead.insert(0, Text.of((first, "warning")))
    return script.explanation(unit, month, title, lead)


def _position(script: Script, attributed: Attributed, ids: Sequence[str], user: str, method: Method) -> None:
    words, position = script.words, attributed.position
    script.is_trial = False
    shown = Shown(ids, attributed.planned.members.gaps, user)
    plan_step(script, attributed, shown)
    deviation_step(script, attributed, shown)
    for part in attributed.parts:
        bears_step(script, attributed, part, method, shown, user)
    lead = [] if attributed.parts else [words.say("This position has no deviation to share.")]
    script.section(words.say("Position {product}", product=words.called("product", position.product)), lead)


def _outcome(words: Wording, attributed: Sequence[Attributed], place: int) -> list[Block]:
    """What the user bears, before why."""
    rows = [
        (
            words.called("product", each.position.product),
            words.called("item", part.item),
            energy(part.energies[place]),
            money_in_full(part.amounts[place]),
        )
        for each in attributed
        for part in each.parts
    ]
    if not rows:
        return [words.say("There is no deviation to share.")]
    total = sum(part.amounts[place] for each in attributed for part in each.parts)
    return [
        table(words, ("product", "item", "energy", "money"), rows, (words.say("in all"), "", "", money_in_full(total)))
    ]
