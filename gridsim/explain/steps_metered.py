"""The step that adds up what the users of a position metered."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from gridsim.explain.cited import apart, outside_names
from gridsim.explain.script import FIRST, condense, condensed, table
from gridsim.explain.steps_parts import PARTED, parts_step
from gridsim.rules.shape import ENERGY
from gridsim.show.numbers import energy
from gridsim.words import msg, within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gridsim.explain.cells import User
    from gridsim.explain.derivation import Derivation
    from gridsim.explain.script import Script
    from gridsim.explain.words import Wording
    from gridsim.rules.shape import MarketShape
    from gridsim.show.document import Block

__all__ = ["asks_for_tariff", "changed_users", "metered_step"]


def metered_step(script: Script, position: Derivation) -> int:
    """The cells of a position and their sum."""
    words, cells = script.words, [part.cell for part in position.cells]
    asks = asks_for_tariff(position.rules.shape)
    lines: list[Block] = []
    if cells:
        shown, rest = condense(cells, lambda cell: cell.metered)
        has_names = any(cells[i].user.name for i in shown)
        rows = []
        for i in shown:
            user = cells[i].user
            on_tariff = words.say(
                within("on the tariff", "yes") if user.is_peak_valley else within("on the tariff", "no")
            )
            name = (user.name or "",) if has_names else ()
            on = (on_tariff,) if asks else ()
            period = words.both_periods(cells[i].period, cells[i].tariff_period)
            rows.append((user.id, *name, *on, period, energy(cells[i].metered)))
        empty = ("",) * (1 + has_names + asks)
        if rest:
            others = words.say("{count} more", count=f"{len(rest):,}")
            rows.append((others, *empty, energy(sum(cells[i].metered for i in rest))))
            lines.append(condensed(words, len(cells)))
        columns = (
            "user", *(("name",) if has_names else ()), *(("on_tariff",) if asks else ()), "period", "energy",
        )  # fmt: skip
        lines.append(table(words, columns, rows, (words.say("A"), *empty, energy(position.metered))))
    else:
        lines.append(words.say("Nothing is metered here: A = 0.000."))
    leans = [*script.rests_on("metered", *(() if cells else ("metered.none",)))]
    changed = changed_users(words, [cell.user for cell in cells])
    if changed:
        lines += changed
        leans.append("changes.from_month")
    parts = parts_step(words, cells, position.facts.month)
    if parts:
        lines += parts
        leans += PARTED
    if position.facts.gone:
        lines.append(_gone(words, position))
        leans.append("changes.contracts")
    if position.facts.left:
        lines.append(_left(words, position))
        leans += script.rests_on("left_market")
    formula = words.say("A = sum of the metered energies of the unit's users")
    if len(position.periods) < len(position.rules.shape.periods):
        formula, paths = _hours(words, position)
        leans += paths
    values = {"metered_kwh": position.metered}
    return script.step(msg("Metered energy"), position.cited(ENERGY), formula, lines, values=values, leans=leans)


def asks_for_tariff(shape: MarketShape) -> bool:
    """Whether it matters in a market that a user is on the peak-valley tariff."""
    return shape.off_tariff is not None or any(each.only_on_tariff for mode in shape.modes for each in mode.charges)


def changed_users(words: Wording, users: Iterable[User]) -> list[Block]:
    """What is said of users that are something else than as the year began; nothing if there are none."""
    changed = {user.id: user for user in users if user.since}
    if not changed:
        return []
    told = [
        words.say(
            "{user} from {month} ({tariff_class}, {voltage})",
            user=words.named(user.id, user.name),
            month=words.month(user.since or ""),
            tariff_class=user.tariff_class,
            voltage=user.voltage,
        )
        for user in list(changed.values())[:FIRST]
    ]
    if len(changed) > FIRST:
        told.append(words.say("{count} more", count=f"{len(changed) - FIRST:,}"))
    return [words.say("By rows of users that say what changes within the year: {users}.", users=words.listed(told))]


def _gone(words: Wording, position: Derivation) -> str:
    """What is said of users that the unit had earlier in the year."""
    gone = position.facts.gone
    users = [
        words.say("{user} from {month}", user=words.named(user.id, user.name), month=words.month(user.since or ""))
        for user in gone[:FIRST]
    ]
    if len(gone) > FIRST:
        users.append(words.say("{count} more", count=f"{len(gone) - FIRST:,}"))
    return words.say(
        "Not counted, as they have gone over to another buyer: {users}. The contracts in force stand.",
        users=words.listed(users),
    )


def _left(words: Wording, position: Derivation) -> str:
    """What is said of users of the unit that have left the market."""
    left = position.facts.left
    users = [
        words.say("{user} from {month}", user=words.named(user.id, user.name), month=words.month(user.exit_month or ""))
        for user in left[:FIRST]
    ]
    if len(left) > FIRST:
        users.append(words.say("{count} more", count=f"{len(left) - FIRST:,}"))
    charges = dict(position.rules.shape.outside).get("left_market", ())
    names = outside_names(position.rules, "left_market", charges[0]) if charges else ()
    clause = words.clause_list(apart(position.rules, names)[0])
    blanks = {"users": words.listed(users), "clause": clause}
    return words.own("left", **blanks) or words.say(
        "Not counted, as they have left the market: {users}. What they meter is settled apart ({clause}) and explained "
        "under the user's own id; the contracts in force stand.",
        **blanks,
    )


def _hours(words: Wording, position: Derivation) -> tuple[str, list[str]]:
    """The formula of a product that has some of the periods, with its hours where one list of them holds all month."""
    month, periods = position.facts.month, position.periods
    if position.facts.has_own_periods:
        text = words.say(
            "A = sum of the metered energies of the unit's users in {periods}, by the unit's own hours",
            periods=words.periods(periods),
        )
        return text, []
    entries = [
        entry
        for entry in position.rules.shape.hours
        if int(month[5:]) in entry.months and (not entry.since or entry.since <= month)
    ]
    paths: list[str] = []
    if len(periods) == 1 and entries and entries[0].days == "all":
        hours = dict(entries[0].use)[periods[0]]
        if isinstance(hours, str):
            spans = words.listed(f"{start}–{end}" for start, end in attrgetter(hours)(position.place.values))
            blanks = {"period": words.called("period", periods[0]), "hours": spans}
            text = words.say(
                "A = sum of the metered energies of the unit's users in the {period} hours ({hours})", **blanks
            )
            return text, [hours]
        spans = words.listed(f"{_clock(start)}–{_clock(end)}" for start, end in hours)
        named = words.say("{period} ({hours})", period=words.called("period", periods[0]), hours=spans)
    else:
        named = words.periods(periods)
    return words.say("A = sum of the metered energies of the unit's users in {periods}", periods=named), paths


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
