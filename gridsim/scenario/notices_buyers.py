"""What ought to be known of who buys: users for whom a retailer does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.scenario.draft import Draft

__all__ = ["buying_beside_a_retailer"]

_BUYERS = (("bilateral", "buyer_id"), ("orders", "participant_id"))


def buying_beside_a_retailer(draft: Draft) -> Iterator[Sentence]:
    """Rows in which a user buys that has a retailer: it has no settlement unit, and nothing of them is used."""
    users = draft.tables["users"].frame[["user_id", "retailer_id"]].astype(object)
    retailer_of = {user: retailer for user, retailer in users.itertuples(index=False) if isinstance(retailer, str)}
    for name, column in _BUYERS:
        table = draft.tables.get(name)
        if table is None:
            continue
        is_such = np.array([text in retailer_of for text in table.categories(column)] + [False], dtype=bool)
        rows = np.flatnonzero(is_such[table.codes(column)])
        if len(rows):
            first = table.shown(int(rows[0]), column)
            yield Sentence(
                "{file}: rows of users that buy through a retailer, which are not used: {count:,}; "
                "the first: row {row}, {user}, for whom {retailer} buys",
                file=table.file,
                count=len(rows),
                row=table.row_number(int(rows[0])),
                user=first,
                retailer=retailer_of[first],
            )
