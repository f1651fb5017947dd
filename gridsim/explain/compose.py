"""Composes an explanation: of a settlement unit's month, or of a user's outside the market."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gridsim.explain.bill import bill_explanation
from gridsim.explain.corrections import corrections_explanation
from gridsim.explain.customer import customer_explanation
from gridsim.explain.lookup import find
from gridsim.explain.outside import outside_explanation
from gridsim.explain.sales import sales_explanation
from gridsim.explain.script import Script
from gridsim.explain.seller import seller_explanation
from gridsim.explain.source import ResultFacts
from gridsim.explain.unit import unit_explanation
from gridsim.explain.words import Wording
from gridsim.metering import forecast_told
from gridsim.show.document import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pyarrow as pa

    from gridsim.explain.model import Explanation
    from gridsim.explain.subject import Subject
    from gridsim.io.named_frames import ExactTables
    from gridsim.rules import RuleSet
    from gridsim.scenario.changes import Change
    from gridsim.words import Lang

__all__ = ["explain"]


def explain(
    exact: ExactTables,
    inputs: Mapping[str, pa.Table],
    rules: RuleSet,
    unit: str,
    month: str,
    product: str | None = None,
    *,
    lang: Lang,
    changes: tuple[Change, ...] = (),
    forecast: Collection[str] = (),
    seen_by: str = "",
) -> Explanation:
    """The derivation of a unit's month, from orders and contracts to every ledger line (rulebook parts 3 to 6).

    Every number is computed again on plain integers and held against the result tables before it is shown.

    Parameters
    ----------
    exact : ExactTables
        The exact result tables.
    inputs : mapping of str to Arrow table
        The exact input tables, meter apart.
    rules : RuleSet
    unit : str
        Settlement unit, ``<buyer>/<mode>``; or a user that is outside the market in
        that month (left it, or priority purchase), or whose bill the scenario tells of;
        or a generator where the market settles its sellers, or that sold to an account
        (deals without a buyer).
    month : str
        ``YYYY-MM``.
    product : str, optional
        One product alone.
    lang : {"en", "zh"}
    changes : tuple of Change
        What made the scenario of another one (`gridsim.manifest.changes_of`).
    forecast : collection of str
        Months that are not metered yet: the explanation of one says so before all else.
    seen_by : str
        The buyer of the unit, if the explanation is for its eyes alone: the prices and energies of what others ordered
        and held are left out. Ids are as the tables have them (`gridsim.explain.discreet.with_aliases`).

    Returns
    -------
    Explanation

    Raises
    ------
    ResultError
        There is no such unit, month or product (the message names the nearest), or the results contradict
        the derivation.
    """
    source, shape = ResultFacts(exact, inputs, rules, changes, seen_by), rules.shape
    subject = find(source, unit, month, product)
    script = Script(Wording(lang, shape), shape.explained.rests_on, rules.catalogue.order)
    made = _explained(script, source, subject)
    told = forecast_told(month, forecast, script.words)
    return replace(made, lead=(Text.of((told, "warning")), *made.lead)) if told else made


def _explained(script: Script, source: ResultFacts, subject: Subject) -> Explanation:
    if subject.is_seller:
        return seller_explanation(script, source, subject)
    if subject.is_sale:
        return sales_explanation(script, source, subject)
    if subject.unit:
        return customer_explanation(script, source, subject)
    if subject.is_bill:
        return bill_explanation(script, source, subject)
    if subject.is_corrected:
        return corrections_explanation(script, source, subject)
    if subject.is_user:
        return outside_explanation(script, source, subject)
    return unit_explanation(script, source, subject)
