"""A reconciliation as a document: the bridge first, then why, then the lines that differ."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gridsim.names import NamingLanguage
from gridsim.reconcile.corrections import corrections_grid
from gridsim.reconcile.derivations import differing_places
from gridsim.reconcile.ledger_lines import KEYS, is_seller
from gridsim.rules.shape import CORRECTION
from gridsim.show.document import Folded, Heading, Text, grid, some_of
from gridsim.show.numbers import count, energy, money, money_in_full, price, signed
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from gridsim.reconcile.causes import Cause
    from gridsim.reconcile.reconciled import ReconciledStatement, Step
    from gridsim.show.document import Block, Grid
    from gridsim.words import Lang

__all__ = ["KEY_HEADINGS", "STATUS", "reconciliation_document", "step_name", "told_where"]

KEY_HEADINGS = {
    "month": msg("month"),
    "item": msg("item"),
    "unit_id": msg("settlement unit"),
    "user_id": msg("user"),
    "product": msg("product"),
    "period": msg("period"),
    "contract_id": msg("contract"),
}
STATUS = {
    "equal": msg("equal"),
    "within": msg("within the tolerance"),
    "explained": msg("explained"),
    "candidates": msg("several causes possible"),
    "unexplained": msg("unexplained"),
}
_STEPS = {
    "ours": msg("ours"),
    "candidates": msg("several causes possible"),
    "printing": msg("rounding of what is printed"),
    "unexplained": msg("unexplained"),
    "theirs": msg("theirs"),
}
_KINDS = {
    "metered_energy": msg("metered energy"),
    "shifted_periods": msg("energy in another period"),
    "swapped_periods": msg("periods swapped"),
    "meters_exchanged": msg("meters exchanged"),
    "tariff_price": msg("price of the tariff"),
    "tariff_row": msg("row of the tariff"),
    "tariff_class": msg("tariff of a user"),
    "contract_price": msg("price of a contract"),
    "contract_energy": msg("energy of a contract"),
    "contract_missing": msg("contract missing"),
    "band_edge": msg("edge of a band"),
    "coefficient": msg("coefficient of a period"),
    "rule_value": msg("value of the rules"),
    "rule_price": msg("price of the rules"),
    "foreign_user": msg("user of another buyer counted"),
    "lost_user": msg("user not counted"),
    "left_user": msg("user that has left counted"),
    "user_left": msg("user taken as having left"),
    "user_change": msg("change of a user within the year"),
    "priority_purchase": msg("priority purchase"),
    "peak_valley_tariff": msg("tariff by periods"),
    "mode": msg("mode of a user"),
    "transfer_missing": msg("transfer missing"),
    "retail_price": msg("price of a retail contract"),
    "retail_term": msg("term of a retail contract"),
    "billed_figure": msg("figure of a bill"),
    "nomination": msg("nomination"),
    "generation": msg("generation"),
    "item_missing": msg("item missing"),
    "correction": msg("correction of another month"),
    "sign": msg("sign turned"),
    "scale": msg("power of ten"),
    "double_line": msg("line twice"),
    "line_missing": msg("line missing"),
    "price_decimals": msg("decimals of prices"),
    "rounding_lines": msg("rounding line by line"),
    "rounding_total": msg("rounding of the total"),
    "total_differs": msg("row of totals"),
    "trial_ledger": msg("trial settlement"),
}
_MOST_LINES = 40
_MOST_HOURS = 5
_MOST_COMMANDS = 8


def reconciliation_document(found: ReconciledStatement, lang: Lang) -> list[Block]:
    """The bridge, the causes and the lines that differ.

    Parameters
    ----------
    found : ReconciledStatement
    lang : {"en", "zh"}
    """
    words = NamingLanguage(lang, found.scenario.rules.shape)
    lines = found.lines
    parts: list[Block] = [
        Heading(words.say("The statement of {party}, checked", party=found.read.side.whose)),
        _counted(found, lines, words),
    ]
    if found.steps:
        parts += [_bridge(found, words), ""]
    if len(found.causes):
        parts += [_causes(found, words), ""]
    if len(found.corrections):
        parts += [corrections_grid(found.corrections, words, found.scenario), ""]
    elif is_seller(found.scenario, found.read.side.party) and (found.causes["kind"] == CORRECTION).any():
        parts += [words.say("A generator's corrections of other months go into no table (rulebook part 16)."), ""]
    differing = lines[lines["status"] != "equal"]
    if len(differing):
        parts += [_lines(differing, words), *_commands(found, words)]
    parts += [note.told(lang) for note in found.read.notes]
    if found.read.left_out:
        summary = words.say(
            "{count} rows and columns that were not read as lines (remarks, totals without a name, "
            "headings that are not known)",
            count=len(found.read.left_out),
        )
        parts.append(Folded(summary, some_of(found.read.left_out, lang)))
    return parts


def _counted(found: ReconciledStatement, lines: pd.DataFrame, words: NamingLanguage) -> Text:
    by_status = lines["status"].value_counts()
    parts = [f"{words.say(STATUS[name])} {count(int(by_status[name]))}" for name in STATUS if name in by_status]
    return Text.of((words.say("{count} lines: {parts}", count=count(len(lines)), parts=words.listed(parts)), "strong"))


def step_name(found: ReconciledStatement, step: Step, words: NamingLanguage) -> str:
    """What a step of the bridge is called."""
    if step.kind in _STEPS:
        name = words.say(_STEPS[step.kind])
        return f"{step.number}. {name}" if step.number else name
    (cause,) = found.found[step.number - 1].causes
    return f"{step.number}. {cause.sentence.told(words.lang)}"


def _bridge(found: ReconciledStatement, words: NamingLanguage) -> Grid:
    rows = []
    for step in found.steps:
        is_sum = step.kind in ("ours", "theirs")
        amount = money_in_full(step.amount)
        rows.append((step_name(found, step, words), amount if is_sum else signed(amount, step.amount)))
    return grid(
        (words.say("step"), words.say("yuan")), rows, title=words.say("From ours to theirs"),
        note=words.say("The steps add up to theirs exactly."),
    )  # fmt: skip


def _causes(found: ReconciledStatement, words: NamingLanguage) -> Grid:
    rows = []
    for number, each in enumerate(found.found, start=1):
        moved, amount = found.moves(each)
        for cause in each.causes:
            what = words.say(_KINDS[cause.kind])
            if not each.is_named:
                what = words.say("perhaps: {what}", what=what)
            figures = (count(len(each.lines)), signed(energy(moved), moved), signed(money(amount), amount))
            rows.append((str(number), what, f"{cause.sentence.told(words.lang)}{told_where(cause, words)}", *figures))
    for cause, amount in found.totals:
        told = (str(len(found.found) + 1), words.say(_KINDS[cause.kind]), cause.sentence.told(words.lang))
        rows.append((*told, "", "", signed(money(amount), amount)))
    heads = (msg("no."), msg("cause"), msg("what"), msg("lines"), msg("MWh"), msg("yuan"))
    note = ""
    if not all(each.is_named for each in found.found):
        note = words.say("Causes of one number explain the same lines equally well: the figures tell no more.")
    return grid(tuple(map(words.say, heads)), rows, align="<<<>>>", title=words.say("Why they differ"), note=note)


def told_where(cause: Cause, words: NamingLanguage) -> str:
    """Ours and theirs of what a cause is about, where it is a figure."""
    where: Mapping[str, object] = cause.where
    if "ours" not in where or "theirs" not in where:
        return ""
    sides = (_shown(cause.kind, where["ours"], words), _shown(cause.kind, where["theirs"], words))
    periods = where.get("periods")
    told = words.say("ours {ours}, theirs {theirs}", ours=sides[0], theirs=sides[1])
    if isinstance(periods, tuple):
        names = words.listed(words.called("period", str(each)) for each in periods)
        told = f"{names}{words.say(': {what}', what=told)}"
    hours = where.get("hours")
    if isinstance(hours, tuple):
        stretches = words.listed(f"{start} – {end}".replace("T", " ") for start, end in hours[:_MOST_HOURS])
        told = words.sentences(told, words.say("Nothing counted: {hours}", hours=stretches))
    return words.say(": {what}", what=told)


def _shown(kind: str, value: object, words: NamingLanguage) -> str:
    if isinstance(value, list | tuple):
        return " / ".join(_shown(kind, each, words) for each in value)
    if isinstance(value, int) and not isinstance(value, bool):
        if kind in ("tariff_price", "contract_price", "retail_price"):
            return f"{price(value)} {words.say('yuan/MWh')}"
        return f"{energy(value)} {words.say('MWh')}"
    return "–" if value is None else str(value)


def _lines(lines: pd.DataFrame, words: NamingLanguage) -> Grid:
    keys = [name for name in KEYS if (lines[name] != "").any()]
    rows = []
    for row in lines.head(_MOST_LINES).to_dict("records"):
        named = [words.called(_called(name), str(row[name])) for name in keys]
        figures = [_number(row[f"energy_mwh_{side}"], 3) for side in ("ours", "theirs")]
        figures += [_number(row[f"amount_yuan_{side}"], 2) for side in ("ours", "theirs", "difference")]
        rows.append((*named, *figures, words.say(STATUS[str(row["status"])]), str(row["causes"])))
    heads = [words.say(KEY_HEADINGS[name]) for name in keys]
    heads += [words.say(each) for each in (msg("our MWh"), msg("their MWh"), msg("our yuan"), msg("their yuan"))]
    heads += [words.say(each) for each in (msg("difference, yuan"), msg("status"), msg("cause"))]
    left = len(lines) - _MOST_LINES
    note = words.say("… and {count} more; the workbook has all", count=left) if left > 0 else ""
    align = "<" * len(keys) + ">>>>>" + "<<"
    return grid(heads, rows, align=align, title=words.say("Lines that are not equal"), note=note)


def _commands(found: ReconciledStatement, words: NamingLanguage) -> list[Block]:
    """The commands that derive ours, of what differs most in money first."""
    places = differing_places(found)
    if not places:
        return []
    shown = map(found.explained_at.command, places[:_MOST_COMMANDS])
    left = len(places) - _MOST_COMMANDS
    note = words.say("… and {count} more; the workbook has all", count=left) if left > 0 else ""
    rows = [(Text.of((each, "code")),) for each in shown]
    return ["", grid((words.say("command"),), rows, title=words.say("How ours came about"), note=note)]


def _called(name: str) -> str:
    return name.removesuffix("_id")


def _number(value: float, decimals: int) -> str:
    return "" if math.isnan(value) else f"{round(value, decimals) + 0.0:,.{decimals}f}"  # and no -0.00
