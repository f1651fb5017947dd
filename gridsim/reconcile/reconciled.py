"""What came of holding a statement against a market: lines side by side, causes, and a bridge that adds up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridsim.reconcile.causes import Cause
from gridsim.reconcile.corrections import correction_rows
from gridsim.reconcile.ledger_lines import KEYS, items_of_settled_energy
from gridsim.reconcile.line_causes import STEP_NAMES, STEPS, rounded_to
from gridsim.reconcile.matching import Matcher
from gridsim.reconcile.search import find_causes
from gridsim.reconcile.settling import State
from gridsim.reconcile.variants import without_tables
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from gridsim.reconcile.explaining import ExplainedAt
    from gridsim.reconcile.found import Found
    from gridsim.reconcile.reading import ReadStatement
    from gridsim.scenario import Scenario

__all__ = ["ReconciledStatement", "Step"]

_OF_USERS = ("retail_contracts", "nominations", "billing")


@helpful
@dataclass(frozen=True)
class Step:
    """A step of the bridge.

    Attributes
    ----------
    kind : str
        ``ours``, a cause's kind, ``candidates``, ``printing``, ``unexplained``, ``theirs``, ``total``.
    number : int
        Of the cause; 0 where it is none.
    amount : int
        [micro-yuan] the first and the last are sums, the others differences.
    energy : int
        [kWh] of the energy settled.
    """

    kind: str
    number: int
    amount: int
    energy: int = 0


class ReconciledStatement:
    """A settlement statement beside a market; `Reconciliation` is this with the forms that it is shown in.

    Attributes
    ----------
    read : ReadStatement
    ours : State
        The result's lines beside the statement's.
    found : list of Found
        Causes in the order in which they were found.
    totals : list of (Cause, int)
        What the statement's own totals have otherwise than its lines, with the money [micro-yuan].
    tolerance : int
        [micro-yuan]
    explained_at : ExplainedAt
        What explains each of our lines.
    """

    def __init__(self, scenario: Scenario, read: ReadStatement, tolerance: int, explained_at: ExplainedAt) -> None:
        self.read, self.tolerance, self.explained_at = read, tolerance, explained_at
        matcher = Matcher(read.statement, items_of_settled_energy(scenario.rules.shape))
        if read.side.shows == "party":  # what its users pay it moves none of these lines, and takes its time
            scenario = without_tables(scenario, _OF_USERS)
        self.ours = State.of(scenario, read.side, matcher)
        self.found: list[Found] = find_causes(self.ours)
        self.totals = list(self._totals())

    @property
    def scenario(self) -> Scenario:
        """The scenario that the result was made from, rebuilt from what the result holds."""
        return self.ours.scenario

    @property
    def final(self) -> State:
        """Ours with all causes that were found."""
        return self.found[-1].after if self.found else self.ours

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Ours and theirs by line: columns of `KEYS`, then figures in MWh, yuan/MWh and yuan.

        ``status`` is ``equal``, ``within`` (the tolerance), ``explained``, ``candidates``, ``unexplained``; ``causes``
        are numbers of rows of `causes`; ``where`` is where the statement has the line; ``explain`` is the command that
        derives our line.
        """
        beside, theirs, statement = self.ours.beside, self.ours.matcher, self.read.statement
        count, has = theirs.count, beside.has_theirs
        where: list[list[str]] = [[] for _ in beside.keys]
        for line, key in enumerate(theirs.key_of_line.tolist()):
            where[key].append(statement.where[line] if statement.where else "")
        frame = pd.DataFrame(beside.keys, columns=list(KEYS))

        def stated(name: str, unit: int, has_figure: Any) -> np.ndarray:
            exact = np.full(len(has), np.nan)
            step = float(getattr(statement, name).step) / unit
            exact[:count] = np.where(has_figure, getattr(theirs, f"{name}_steps") * step, np.nan)
            return exact

        frame["energy_mwh_ours"] = np.where(beside.has_ours, beside.energy / 1_000, np.nan)
        frame["energy_mwh_theirs"] = stated("energy", 1_000, theirs.has_energy)
        frame["energy_mwh_difference"] = beside.energy_gap / 1_000
        frame["price_yuan_per_mwh_ours"] = np.where(beside.has_ours & (beside.price != 0), beside.price / 1_000, np.nan)
        frame["price_yuan_per_mwh_theirs"] = stated("price", 1_000, theirs.has_price)
        frame["amount_yuan_ours"] = np.where(beside.has_ours, beside.amount / 10**6, np.nan)
        frame["amount_yuan_theirs"] = stated("amount", 10**6, theirs.has_amount)
        frame["amount_yuan_difference"] = beside.amount_gap / 10**6
        frame["status"] = [self._status(key, place) for place, key in enumerate(beside.keys)]
        frame["causes"] = [", ".join(map(str, self._numbers(key))) for key in beside.keys]
        frame["where"] = [", ".join(filter(None, dict.fromkeys(each))) for each in where]
        has_ours = beside.has_ours.tolist()
        at = self.explained_at
        explain = [at.command(at.place(key)) if ours else "" for key, ours in zip(beside.keys, has_ours, strict=True)]
        frame["explain"] = explain
        return frame

    def _status(self, key: tuple[str, ...], place: int) -> str:
        beside = self.ours.beside
        left = self._left.get(key)
        if not beside.differs[place] and left is None:
            return "explained" if any(key in found.moved for found in self.found) else "equal"
        if left is not None:
            is_money_alone = not beside.energy_differs[place] and not beside.is_one_sided[place]
            return "within" if is_money_alone and abs(left) <= self.tolerance else "unexplained"
        named = [found.is_named for found in self.found if key in found.lines]
        return "explained" if all(named) else "candidates"

    def _numbers(self, key: tuple[str, ...]) -> list[int]:
        return [number for number, found in enumerate(self.found, start=1) if key in found.moved]

    @cached_property
    def _left(self) -> dict[tuple[str, ...], int]:
        """What no cause explains: money by line [micro-yuan]."""
        beside = self.final.beside
        return {beside.keys[place]: int(beside.amount_gap[place]) for place in np.flatnonzero(beside.differs)}

    @cached_property
    def corrections(self) -> pd.DataFrame:
        """The rows of the table ``corrections`` that would take in the statement's corrections of other months."""
        return correction_rows(self.ours, self.read.side.party)

    @cached_property
    def causes(self) -> pd.DataFrame:
        """A row for each cause found: ``number``, ``kind``, ``named``, ``lines``, ``energy_mwh``, ``amount_yuan``.

        Where several causes explain the same lines, each is a row with the same number, and none is named.
        """
        rows = []
        for number, found in enumerate(self.found, start=1):
            energy, amount = self.moves(found)
            for cause in found.causes:
                rows.append((number, cause.kind, found.is_named, len(found.lines), energy / 1_000, amount / 10**6,
                             str(cause.sentence), dict(cause.where)))  # fmt: skip
        for cause, amount in self.totals:
            number = len(self.found) + 1
            rows.append((number, cause.kind, True, 0, 0.0, amount / 10**6, str(cause.sentence), dict(cause.where)))
        columns = ["number", "kind", "named", "lines", "energy_mwh", "amount_yuan", "text", "where"]
        return pd.DataFrame(rows, columns=columns)

    def moves(self, found: Found) -> tuple[int, int]:
        """By how much a cause moves the energy settled [kWh] and the money [micro-yuan].

        Parameters
        ----------
        found : Found
            One of the causes that were found, in `causes`' order.

        Returns
        -------
        energy : int
            By how much it moves the energy settled [kWh].
        amount : int
            By how much it moves the money [micro-yuan].

        Examples
        --------
        >>> found.moves(found.found[0])  # the statement has no line of the overrun
        (-30400, -18544000000)
        """
        before, after = found.before.lines, found.after.lines
        energy = self._settled(after) - self._settled(before)
        return energy, int(after["amount"].sum()) - int(before["amount"].sum())

    def _settled(self, lines: pd.DataFrame) -> int:
        items = items_of_settled_energy(self.scenario.rules.shape)
        return int(lines.loc[lines["item"].isin(items), "energy"].sum())

    @cached_property
    def steps(self) -> list[Step]:
        """From ours to theirs; the steps add up exactly. Empty where the statement prints no money."""
        theirs, statement = self.ours.matcher, self.read.statement
        if not theirs.has_amount.any():
            return []
        ours = int(self.ours.lines["amount"].sum())
        steps = [Step("ours", 0, ours, self._settled(self.ours.lines))]
        for number, found in enumerate(self.found, start=1):
            energy, amount = self.moves(found)
            kind = found.causes[0].kind if found.is_named else "candidates"
            steps.append(Step(kind, number, amount, energy))
        end = _exact_sum(theirs.amount_steps[theirs.has_amount], statement.amount.step)
        left = sum(self._left.values())
        reached = sum(step.amount for step in steps)
        steps.append(Step("printing", 0, end - reached - left))
        steps.append(Step("unexplained", 0, left))
        steps.append(Step("theirs", 0, end))
        return steps

    @property
    def bridge(self) -> pd.DataFrame:
        """`steps` as a table: ``step``, ``number``, ``amount_yuan``, ``energy_mwh``."""
        rows = [(step.kind, step.number, step.amount / 10**6, step.energy / 1_000) for step in self.steps]
        return pd.DataFrame(rows, columns=["step", "number", "amount_yuan", "energy_mwh"])

    def _totals(self) -> Iterator[tuple[Cause, int]]:
        """Rows of totals that are not what their lines come to."""
        amount, beside = self.read.statement.amount, self.final.beside
        for total in self.read.statement.totals:
            keys = np.unique(self.ours.matcher.key_of_line[list(total.rows)])
            printed = sum(int(amount.steps[row]) for row in total.rows) * amount.step
            stated = Fraction(total.amount) * total.unit
            is_ours = not beside.differs[keys].any()
            exact = Fraction(int(beside.amount[keys].sum())) if is_ours else printed
            unsure = amount.step / 2 * (1 if is_ours else len(total.rows))  # lines are printed rounded
            if abs(stated - exact) <= unsure or stated == printed:
                continue
            ours = np.array([round(exact)], dtype=np.int64)
            to = next((name for name, step in STEPS.items() if int(rounded_to(ours, step)[0]) == stated), "")
            if to:
                sentence = Sentence("the total is rounded to the {step}", step=STEP_NAMES[to])
                yield Cause("rounding_total", {"to": to}, sentence), round(stated - printed)
            else:
                sentence = Sentence("the total is not the sum of the lines above it")
                yield Cause("total_differs", {}, sentence), round(stated - printed)


def _exact_sum(steps: np.ndarray, step: Fraction) -> int:
    return round(sum(map(int, steps)) * step)
