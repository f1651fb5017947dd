"""Attribution as a document: who bears what in all, by month, what netting saves, margins, and every part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from gridsim.analysis.attribution.asked import attribution_table, margins_table, netting_table
from gridsim.analysis.attribution.told import METHODS_TOLD, ORIGINS_TOLD, buyers_own
from gridsim.names import NamingLanguage
from gridsim.result_columns import ASKED_TABLES
from gridsim.scenario.party_names import party_names
from gridsim.show.document import Heading, grid
from gridsim.show.numbers import energy, money, money_in_full
from gridsim.spoken import spoken_lang
from gridsim.words import msg

if TYPE_CHECKING:
    from pathlib import Path

    from gridsim.analysis.attribution.held import LedgerName
    from gridsim.analysis.attribution.methods import Method
    from gridsim.result_tables import ResultTables
    from gridsim.show.document import Block, Grid
    from gridsim.words import Lang

__all__ = ["AttributionView", "by_user", "users_grid"]

_MOST_USERS = 30
_MOST_PARTS = 5_000  # in a file
_FIGURES = ("retail", "energy", "deviation", "other", "margin")
_HEADINGS = {
    "retail": msg("received by retail contract"),
    "energy": msg("paid for energy in band"),
    "deviation": msg("paid for deviation"),
    "other": msg("paid for other things"),
    "margin": msg("margin"),
}


@dataclass(frozen=True)
class AttributionView:
    """What is asked of a result, as ``gridsim attribute`` shows it.

    Attributes
    ----------
    result : ResultTables
    method : {"own_deviation", "pro_rata", "marginal", "shapley"}
    ledger : {"real", "trial"}
    units, months : tuple of str
        Only these; all if empty.
    """

    result: ResultTables
    method: Method = "own_deviation"
    ledger: LedgerName = "real"
    units: tuple[str, ...] = ()
    months: tuple[str, ...] = ()

    def document(self, lang: Lang | None = None, *, with_parts: bool = False) -> list[Block]:
        """All of it.

        Parameters
        ----------
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.
        with_parts : bool
            Also every row of the table ``attribution``, up to 5,000.

        Raises
        ------
        ResultError
            There is no such method, ledger, unit or month.
        """
        words, names = NamingLanguage(spoken_lang(lang), self.result.rules.shape), party_names(self.result.inputs)
        exact = attribution_table(self.result, self.method, self.ledger, self.units, self.months).exact
        told = words.say("method: {method}", method=words.say(METHODS_TOLD[self.method]))
        trial = words.say("trial settlement") if self.ledger == "trial" else ""
        blocks: list[Block] = [
            Heading(words.say("Whose deviation was it"), 1, words.listed(part for part in (told, trial) if part))
        ]
        if exact.empty:
            blocks.append(words.say("There is no deviation to share."))
        else:
            blocks += [_plans(words, exact), users_grid(words, exact, names), _months(words, exact)]
        blocks += self._netting(words, names)
        blocks += self._margins(words, names)
        if with_parts and not exact.empty:
            blocks.append(_parts(words, exact))
        return blocks

    def save(self, path: str | Path, lang: Lang | None = None) -> Path:
        """Write all of it to a file: ``.txt``, ``.md``, ``.html`` or ``.xlsx``, as its name ends.

        Parameters
        ----------
        path : str or Path
            Replaced as a whole if it exists.
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        Path
            The same.

        Raises
        ------
        ResultError
            The name ends otherwise, the file cannot be written, or as `document`.
        """
        from gridsim.io.documents import save_document

        lang = spoken_lang(lang)

        return save_document(path, "gridsim attribute", self.document(lang, with_parts=True), lang, width=220)

    def _netting(self, words: NamingLanguage, names: Mapping[str, str]) -> Iterator[Block]:
        exact = netting_table(self.result, self.ledger, self.units, self.months).exact
        figures = ["over_kwh", "under_kwh", "saved_micro_yuan"]
        by_unit = exact.groupby("unit_id", observed=True, sort=False)[figures].sum()
        by_unit = by_unit[(by_unit != 0).any(axis=1)]
        if by_unit.empty:
            return
        head = [
            words.say("unit"), words.say("overrun netted (MWh)"), words.say("shortfall netted (MWh)"),
            words.say("saved (yuan)"),
        ]  # fmt: skip
        rows = [
            (words.with_name("unit", str(unit), names), energy(over), energy(under), money(saved))
            for unit, over, under, saved in by_unit.itertuples(name=None)
        ]
        note = words.say(
            "What each user would overrun or fall short alone, with its plan as its contract, less the unit's. "
            "It belongs to nobody."
        )
        yield grid(head, rows, title=words.say("Saved by settling together"), note=note)

    def _margins(self, words: NamingLanguage, names: Mapping[str, str]) -> Iterator[Block]:
        if self.ledger == "trial":
            return
        exact = margins_table(self.result, self.method).exact
        if self.months:
            exact = exact[exact["month"].isin(self.months)]
        retail = [name for name in exact.columns if name.startswith("retail_") and name.endswith("_micro_yuan")]
        exact = exact.assign(
            retail=exact[retail].sum(axis=1),
            energy=exact["energy_micro_yuan"],
            deviation=exact[["overrun_micro_yuan", "fee_micro_yuan", "shortfall_micro_yuan"]].sum(axis=1),
            other=exact["other_micro_yuan"],
            margin=exact["margin_micro_yuan"],
            user_id=exact["user_id"].astype(object).where(exact["user_id"].notna(), None),
        )
        for retailer, rows in exact.groupby("retailer_id", observed=True):
            if self.units and not any(unit.startswith(f"{retailer}/") for unit in self.units):
                continue
            by = rows.groupby("user_id", sort=False, dropna=False)[list(_FIGURES)].sum()
            of_nobody = by[by.index.isna()]
            shown = [
                (words.with_name("user", str(user), names), *map(money, figures))
                for user, *figures in _least(by[by.index.notna()], "margin").itertuples(name=None)
            ]
            shown += [
                (words.say("(no user's)"), *map(money, figures))
                for _, *figures in of_nobody.itertuples(name=None)
                if any(figures)
            ]
            title = words.say("Margin of {retailer} [yuan]", retailer=words.with_name("retailer", str(retailer), names))
            yield grid(
                [words.say("user"), *(words.say(_HEADINGS[name]) for name in _FIGURES)],
                shown,
                foot=(words.say("all together"), *(money(int(by[name].sum())) for name in _FIGURES)),
                title=title,
                note=_left_out(words, len(by[by.index.notna()]), msg("The {most} of {count} with the least margin.")),
            )


def by_user(exact: pd.DataFrame) -> pd.DataFrame:
    """Money by unit and user, an item a column [micro-yuan]; the buyer's own under the user ``None``.

    Parameters
    ----------
    exact : DataFrame
        Of the table ``attribution``.
    """
    table = pd.DataFrame(
        {
            "unit_id": exact["unit_id"].astype(object),
            "user_id": exact["user_id"].astype(object).where(exact["user_id"].notna(), ""),
            "item": exact["item"].astype(object),
            "amount": exact["amount_micro_yuan"],
        }
    )
    return table.groupby(["unit_id", "user_id", "item"], sort=False)["amount"].sum().unstack(fill_value=0)


def _plans(words: NamingLanguage, exact: pd.DataFrame) -> str:
    """Where plans are from."""
    counted = exact["plan_from"].value_counts()
    told = words.listed(
        words.say("{origin} {count}", origin=words.say(ORIGINS_TOLD[str(origin)]), count=f"{count:,}")
        for origin, count in counted.items()
        if count
    )
    return words.say("Plans are from: {origins} (rows).", origins=told)


def users_grid(words: NamingLanguage, exact: pd.DataFrame, names: Mapping[str, str], *, with_unit: bool = True) -> Grid:
    """Who bears what, the largest first.

    Parameters
    ----------
    words : NamingLanguage
    exact : DataFrame
        Of the table ``attribution``, with rows.
    names : mapping of str to str
        Of participants, by id.
    with_unit : bool
        Whether a column names the unit.
    """
    by = by_user(exact)
    items = [words.say("{item} (yuan)", item=words.called("item", item)) for item in by.columns]
    by = by.assign(in_all=by.sum(axis=1))
    skipped = 0 if with_unit else 1
    rows = [
        (
            *(
                words.with_name("unit", unit, names),
                words.with_name("user", user, names) if user else buyers_own(words),
            )[skipped:],
            *map(money, figures),
        )
        for (unit, user), *figures in _largest(by, "in_all").itertuples(name=None)
    ]
    return grid(
        [*(words.say("unit"), words.say("user"))[skipped:], *items, words.say("for deviation in all (yuan)")],
        rows,
        texts=2 - skipped,
        foot=(*(words.say("all together"), "")[: 2 - skipped], *(money(int(by[name].sum())) for name in by.columns)),
        title=words.say("By user") if with_unit else "",
        note=_left_out(words, len(by)),
    )


def _months(words: NamingLanguage, exact: pd.DataFrame) -> Grid:
    """By month, what users bear and what is the buyer's own."""
    own = exact["user_id"].isna()
    table = pd.DataFrame(
        {
            "month": exact["month"].astype(object),
            "users": exact["amount_micro_yuan"].where(~own, 0),
            "own": exact["amount_micro_yuan"].where(own, 0),
        }
    )
    by = table.groupby("month")[["users", "own"]].sum()
    rows = [
        (str(month), money(users), money(of_buyer), money(users + of_buyer))
        for month, users, of_buyer in by.itertuples(name=None)
    ]
    return grid(
        [
            words.say("month"),
            words.say("users (yuan)"),
            words.say("the buyer's own (yuan)"),
            words.say("for deviation in all (yuan)"),
        ],
        rows,
        title=words.say("By month"),
    )


def _parts(words: NamingLanguage, exact: pd.DataFrame) -> Grid:
    """Every row of the table."""
    spec = ASKED_TABLES["attribution"]
    head = [column.zh[0] if words.lang == "zh" else column.name for column in spec]
    rows = []
    for row in exact.head(_MOST_PARTS).itertuples(index=False, name=None):
        cells = []
        for column, value in zip(spec, row, strict=True):
            if pd.isna(value):
                cells.append("")
            elif column.kind == "energy":
                cells.append(energy(value))
            elif column.kind == "money":
                cells.append(money_in_full(value))
            elif column.name == "plan_from":
                cells.append(words.say(ORIGINS_TOLD[value]))
            elif column.name == "side":
                cells.append(words.called("side", value))
            else:
                cells.append(words.called(column.name, str(value)))
        rows.append(cells)
    note = ""
    if len(exact) > _MOST_PARTS:
        note = words.say("{count} more rows are not shown.", count=f"{len(exact) - _MOST_PARTS:,}")
    align = "".join(">" if column.kind in ("energy", "money") else "<" for column in spec)
    return grid(head, rows, align=align, title=words.say("Every part"), note=note)


def _largest(by: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows with the largest figures in a column, the largest first."""
    order = by[column].abs().sort_values(ascending=False, kind="stable").index
    return by.loc[order].head(_MOST_USERS)


def _least(by: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows with the least figures in a column, the least first: who costs more than it brings."""
    return by.sort_values(column, kind="stable").head(_MOST_USERS)


def _left_out(words: NamingLanguage, count: int, told: str = msg("The largest {most} of {count}.")) -> str:
    if count <= _MOST_USERS:
        return ""
    return words.say(told, most=_MOST_USERS, count=f"{count:,}")
