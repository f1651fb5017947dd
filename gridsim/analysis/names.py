"""The names behind a result's codes: every dimension's values in the order in which people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from gridsim.calendar import months_of
from gridsim.errors import ResultError
from gridsim.metering import FORECAST, METERED
from gridsim.names import GROUPS, SEGMENTS, buyer_of, group_of
from gridsim.rules.corrected import corrected_items
from gridsim.scenario.meant import Meant
from gridsim.scenario.party_names import party_names
from gridsim.scenario.rows_of_users import RowsOfUsers
from gridsim.trading.sessions import NO_KIND
from gridsim.trading.trades import TRANSFERS
from gridsim.trading.units import units_by_id
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gridsim.io.named_frames import ExactTables
    from gridsim.rules.shape import MarketShape

    Codes = NDArray[np.int32]

__all__ = ["Dimensions", "batches"]

_PIECE = 1 << 20  # rows that are worked on at a time

_IDS = {
    "generator": ("generators", "generator_id"),
    "retailer": ("retailers", "retailer_id"),
    "user": ("users", "user_id"),
}
_ATTRIBUTES = {"tariff_class": "tariff_class", "voltage": "voltage"}


def batches(exact: ExactTables, table: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Some columns of a table, in this order, a piece at a time."""
    for part in exact.parts(table, columns):
        yield from part.select(list(columns)).to_batches(max_chunksize=_PIECE)


def _of_market(shape: MarketShape, inputs: Mapping[str, pa.Table]) -> dict[str, tuple[str, ...]]:
    """The dimensions whose values are the market's, whatever stands in its tables."""
    return {
        "period": shape.periods,
        "product": shape.product_ids,
        "item": shape.items_with(inputs),
        "mode": shape.mode_ids,
        "kind": (*(kind.id for kind in (*shape.sessions, *shape.without_sessions)), NO_KIND.id),
        "group": (*GROUPS, *map(group_of, shape.accounts_with(inputs))),
        "segment": tuple(SEGMENTS),
        "transfer": TRANSFERS,
        "metering": (METERED, FORECAST),
        "side": ("over", "under"),
        "corrected": tuple(corrected_items(shape)),
    }


class Dimensions:
    """The values of every dimension, their codes, and how one dimension's codes lead to another's.

    A code is a position in `values`; the code behind the last stands for an empty cell, whose text is "".

    Parameters
    ----------
    exact : ExactTables
    inputs : mapping of str to Arrow table
    year : int
    shape : MarketShape
    forecast : sequence of str
        The months that are not metered yet.
    """

    def __init__(
        self,
        exact: ExactTables,
        inputs: Mapping[str, pa.Table],
        year: int,
        shape: MarketShape,
        forecast: Sequence[str] = (),
    ) -> None:
        self._forecast = forecast
        self._exact = exact
        self._inputs = inputs
        self._year = year
        self.shape = shape
        self._of_market = _of_market(shape, inputs)
        self._index: dict[str, pd.Index[Any]] = {}
        self._maps: dict[tuple[str, str], Codes] = {}
        self._rows = RowsOfUsers(inputs)
        self._by_month: dict[str, Codes] = {}

    @property
    def has_deals(self) -> bool:
        """Whether contracts stand in the table of deals, whose other side may not be known (rulebook part 12)."""
        return "deals" in self._inputs and len(self._inputs["deals"]) > 0

    def index(self, of: str) -> pd.Index[Any]:
        """The texts of a dimension by code, without the empty one."""
        if of not in self._index:
            self._index[of] = pd.Index(self._values(of), dtype=object)
        return self._index[of]

    def texts(self, of: str) -> NDArray[np.object_]:
        """The texts of a dimension by code, the empty one last."""
        return np.append(self.index(of).to_numpy(), "")

    def codes(self, of: str, column: pa.Array) -> Codes:
        """A column of texts as codes of a dimension."""
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        known = self._codes_of(of, column.dictionary.to_pylist())
        positions = column.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)
        # An index of -1, an empty cell, finds the last: the code of the empty text.
        codes: Codes = np.append(known, np.int32(len(self.index(of))))[positions]
        return codes

    def way(self, one: str, other: str) -> Codes:
        """The code in `other` of each code in `one`, the empty one included: a user's tariff class, say."""
        if (one, other) not in self._maps:
            self._maps[one, other] = self._way(one, other)
        return self._maps[one, other]

    def of_users(self, attribute: str, user: Codes, month: Codes) -> Codes:
        """The code of what users are in months: their tariff class, or the voltage of their tariff.

        Parameters
        ----------
        attribute : str
        user, month : (n,) int32 array
            Codes.
        """
        at_first = self.way("user", attribute)
        if not self._rows.later:
            return at_first[user]
        if attribute not in self._by_month:
            held = np.repeat(at_first[:, np.newaxis], len(self.index("month")) + 1, axis=1)
            for name, rows in self._rows.later.items():
                for row in rows:
                    since = sum(each < row["effective_from"] for each in self.index("month"))
                    held[self._codes_of("user", [name])[0], since:-1] = self._codes_of(attribute, [row[attribute]])[0]
            self._by_month[attribute] = held
        found: Codes = self._by_month[attribute][user, month]
        return found

    def _codes_of(self, of: str, texts: Sequence[str | None]) -> Codes:
        index = self.index(of)
        found = index.get_indexer(pd.Index(texts, dtype=object)).astype(np.int32)
        return np.where(found < 0, np.int32(len(index)), found)

    def meant(self, of: str, asked: str) -> str:
        """The value of a dimension that a text means: a name, a word in either language, a month as people write it.

        Parameters
        ----------
        of, asked : str

        Returns
        -------
        str
            `asked` itself where it is a value, or means none.
        """
        return self._people_mean.value(of, asked, self.index(of))

    def meant_subject(self, asked: str) -> str:
        """The unit, user, retailer or generator that a text means; the text itself where it means none.

        Parameters
        ----------
        asked : str

        Raises
        ------
        ResultError
            Several are called so; it names them.
        """
        subjects = ("unit", "user", "retailer", "generator")
        if any(asked in self.index(of) for of in subjects):  # so that no id of one is taken for a name of another
            return asked
        found = {meant for of in subjects if (meant := self.meant(of, asked)) in self.index(of)}
        if len(found) == 1:
            return found.pop()
        name = buyer_of(asked)
        ids = self._people_mean.called(name)
        if len(ids) > 1:
            raise ResultError(Sentence("several are called {name}: {ids}; ask by the id", name=name, ids=named(ids)))
        return asked

    @cached_property
    def _people_mean(self) -> Meant:
        return Meant(self.shape, party_names(self._inputs), self._year)

    def _values(self, of: str) -> Sequence[str]:
        if of in self._of_market:
            return self._of_market[of]
        if of == "clause":
            return self._clauses()
        if of in _IDS:
            table, key = _IDS[of]
            return sorted(_texts(self._inputs[table].column(key)))
        if of in _ATTRIBUTES:
            return sorted(_different(self._rows.every((of,)).column(of)))
        if of == "month":
            return months_of(self._year)
        if of == "corrects_month":
            known = self._inputs.get("corrections")
            return [] if known is None else sorted(_different(known.column(of)))
        if of == "unit":
            return sorted(_different(self._column("positions", "unit_id")))
        if of == "leg":
            return _texts(self._column("legs", "leg_id"))
        if of == "buyer":
            buyers = {buyer for buyer, _ in self._buyers_and_modes() if buyer}
            named = _different(self._column("trades", "buyer_id"))
            return sorted(buyers | (named - set(self.index("generator"))))  # who transfers its delivery buys nothing
        if of == "party":
            accounts = self.shape.accounts_with(self._inputs)
            return [*self.index("generator"), *self.index("retailer"), *self.index("user"), *accounts]
        if of == "delivery":
            return sorted(_different(self._column("trades", "month")) | self.ordered("month"))
        assert of == "session"
        return self._sessions()

    def _buyers_and_modes(self) -> list[tuple[str, str]]:
        """Buyer and mode of each unit, empty texts of one that the inputs do not have."""
        units = units_by_id(self._inputs, self.shape)
        return [units.get(unit, ("", "")) for unit in self.index("unit")]

    def _sessions(self) -> list[str]:
        """Sessions by their opening, and those without a known opening by text."""
        opening: dict[str, Any] = {}
        if "sessions" in self._inputs:
            table = self._inputs["sessions"]
            opening = dict(zip(_texts(table.column("session")), table.column("opens_at").to_pylist(), strict=True))
        others = _different(self._column("trades", "session")) | self.ordered("session")
        known = sorted(opening, key=lambda session: (opening[session], session))
        return [*known, *sorted(others - opening.keys())]

    def _clauses(self) -> list[str]:
        """The texts behind the ledger's column, in its own order: a run puts them as the rule set cites them."""
        texts: dict[str, None] = {}
        for batch in batches(self._exact, "ledger", ["clause"]):
            texts |= dict.fromkeys(batch.column(0).dictionary_encode().dictionary.to_pylist())
        return list(texts)

    def ordered(self, column: str) -> set[str]:
        """What stands in a column of the orders, if there are orders."""
        return _different(self._inputs["orders"].column(column)) if "orders" in self._inputs else set()

    def _column(self, table: str, column: str) -> pa.ChunkedArray:
        return pa.chunked_array(
            [batch.column(0) for batch in batches(self._exact, table, [column])] or [pa.array([], type=pa.string())]
        )

    def _way(self, one: str, other: str) -> Codes:
        index = self.index(one)
        empty = np.int32(len(self.index(other)))
        if one == "unit":
            texts = [mode if other == "mode" else buyer for buyer, mode in self._buyers_and_modes()]
            found = self._codes_of(other, texts)  # the buyer of a unit is a retailer, a user, or neither
        elif one == "user":
            users = self._inputs["users"]
            own = self._codes_of("user", _texts(users.column("user_id")))
            found = np.full(len(index), empty)
            found[own] = self._codes_of(other, _texts(users.column(other)))
        elif one == "party" and other == "group":
            sizes = [len(self.index(name)) for name in ("generator", "retailer", "user")]
            sizes += [1] * len(self.shape.accounts_with(self._inputs))
            found = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        elif one == "leg":
            found = self._of_legs(other)
        elif one == "month":
            found = self._codes_of(other, [FORECAST if month in self._forecast else METERED for month in index])
        else:  # a buyer that is a retailer; a party that is a generator
            found = self._codes_of(other, list(index))
        return np.append(found.astype(np.int32), empty)

    def _of_legs(self, other: str) -> Codes:
        if other == "kind":
            # Without legs the column has no piece that would tell its type.
            rows = self._column("legs", "trade_row").cast(pa.int64()).to_numpy()
            kinds = self._column("trades", "kind").combine_chunks()
            of_leg: Codes = self.codes("kind", kinds)[rows - 1]
            return of_leg
        column = {"unit": "unit_id", "generator": "seller_id"}.get(other, other)
        return np.concatenate(
            [self.codes(other, batch.column(0)) for batch in batches(self._exact, "legs", [column])]
            or [np.empty(0, dtype=np.int32)]
        )


def _texts(column: pa.ChunkedArray) -> list[str]:
    """The texts of a column without its empty cells."""
    return [text for text in column.to_pylist() if text is not None]


def _different(column: pa.ChunkedArray) -> set[str]:
    """The different texts of a column."""
    return {text for chunk in column.chunks for text in chunk.unique().to_pylist() if text is not None}
