"""Retail contracts that price nothing, and metered months of a retailer's users that none prices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from gridsim.scenario.draft import Draft

__all__ = ["contracts_without_energy", "months_without_a_contract"]


def contracts_without_energy(draft: Draft) -> Iterator[Sentence]:
    """Contracts of users that are metered in none of their months as part of a settlement unit."""
    table = draft.tables.get("retail_contracts")
    if table is None or not len(table):
        return
    months_of: dict[str, list[str]] = {}
    for user, month in _metered(draft):
        months_of.setdefault(user, []).append(month)
    idle = [
        (row, user)
        for row, (user, first, last) in enumerate(_terms(draft))
        if not any(first <= month <= last for month in months_of.get(user, ()))
    ]
    if idle:
        yield Sentence(
            "{file}: contracts of users without metered energy in a settlement unit in their months: {count:,}; the "
            "first: row {row} ({user})",
            file=table.file,
            count=len(idle),
            row=table.row_number(idle[0][0]),
            user=idle[0][1],
        )


def months_without_a_contract(draft: Draft) -> Iterator[Sentence]:
    """Metered months in which a user of a retailer has no contract: it has no retail lines then."""
    table = draft.tables.get("retail_contracts")
    if table is None or not len(table):
        return
    users, terms = draft.users(), _terms(draft)
    assert users is not None  # of a scenario without a fault all could be read
    retailers = users.retailers()
    covered: dict[str, list[tuple[str, str]]] = {}
    for user, first, last in terms:
        covered.setdefault(user, []).append((first, last))
    lacking = [
        (user, month)
        for user, month in _metered(draft)
        if retailers[user][int(month[5:]) - 1] is not None
        and not any(first <= month <= last for first, last in covered.get(user, ()))
    ]
    if lacking:
        yield Sentence(
            "{file}: no retail contract in {count:,} metered months of users of a retailer, which have no retail "
            "lines; the first: {first}",
            file=table.file,
            count=len(lacking),
            first=named(min(lacking)),
        )


def _terms(draft: Draft) -> list[tuple[str, str, str]]:
    """User, first and last month of each contract; an open end beyond every month."""
    frame = draft.tables["retail_contracts"].frame
    columns = (frame[name].astype(object) for name in ("user_id", "from", "to"))
    return [(user, _text(first), _text(last) or "9999-12") for user, first, last in zip(*columns, strict=True)]


def _metered(draft: Draft) -> set[tuple[str, str]]:
    """User and month of metered energy that counts in a settlement unit."""
    users, meter = draft.tables["users"].frame, draft.tables["meter"].frame
    left = dict(zip(users["user_id"].astype(object), users["exit_month"].astype(object), strict=True))
    apart = set(users.loc[users["priority_purchase"].astype(bool), "user_id"].astype(object))
    pairs = meter[["user_id", "month"]].drop_duplicates().astype(object).itertuples(index=False, name=None)
    return {
        (user, month)
        for user, month in pairs
        if user not in apart and not (_text(left[user]) and _text(left[user]) <= month)
    }


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else ""
