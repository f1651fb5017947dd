"""The summary a person reads after a run: who paid whom, and how far each unit was off its contracts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from gridsim.metering import forecast_months
from gridsim.names import GROUPS, group_of
from gridsim.rules.told_values import override_texts, unverified_texts
from gridsim.scenario.party_names import party_names
from gridsim.settlement.parted import made_ahead
from gridsim.spoken import spoken_lang
from gridsim.summed import Account, Deviation, Flow, SummedResult
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from gridsim.io.named_frames import ExactTables
    from gridsim.rules import RuleSet
    from gridsim.rules.shape import MarketShape
    from gridsim.words import Lang

__all__ = ["Summary", "summarise"]

_OF_LINES = ("item", "payer", "payee", "trial", "energy_kwh", "amount_micro_yuan")
_MANY = 10_000


@helpful
class Summary(SummedResult):
    """Money flows, deviations, and what was not used; the trial settlement is left out of all of them.

    Attributes
    ----------
    scenario : str
        Its name.
    year : int
        Of the scenario.
    rules : str
        The id of its rule set.
    flows : tuple of Flow
        In the order of the ledger's items.
    accounts : tuple of Account
        Largest turnover first.
    deviations : tuple of Deviation
        Largest deviation money first.
    rejected : mapping of str to int
        Rows of orders and filings not used, by reason.
    failed_checks : mapping of str to int
        Compliance rows that did not pass, by check.
    lines, trial_lines : int
        Of the ledger: those that count, and those of the trial settlement.
    unverified, overridden : tuple of Sentence
        Values of the rule set that were compared with no source, and those that the scenario set: ``path = value``; in
        Chinese by what the value is called.
    warnings : tuple of str
        What is no fault of the scenario but ought to be known.
    shape : MarketShape or None
        Of the rule set, for what its codes are called.
    forecast_months : tuple of str
        Those that are not metered yet, where a year is settled to date.
    names : mapping of str to str
        Of participants, by id.

    Examples
    --------
    >>> account = result.summary().accounts[0]
    >>> account.party, account.net_micro_yuan
    ('U5', -93740666570000)
    """

    def text(self, lang: Lang | None = None) -> str:
        """What `gridsim run` shows: who paid whom, accounts, deviations, and what else ought to be known.

        Parameters
        ----------
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        str
            Tables as plain text; `print` of a summary shows the same.

        Examples
        --------
        >>> result.summary().text().splitlines()[0]
        'Who paid whom'
        """
        from gridsim.show.terminal import terminal_text
        from gridsim.summary_view import summary_document

        return terminal_text(summary_document(self, spoken_lang(lang)))

    def __str__(self) -> str:
        return self.text()


def summarise(
    exact: ExactTables, inputs: Mapping[str, pa.Table], manifest: Mapping[str, Any], rules: RuleSet
) -> Summary:
    """Sum a result up, from its exact integers.

    Parameters
    ----------
    exact : ExactTables
    inputs : mapping of str to Arrow table
        Tells generators, retailers and users apart.
    manifest : mapping
    rules : RuleSet
        What codes and values are called.
    """
    lines = _Flows(inputs, rules.shape)
    for part in made_ahead(exact.parts("ledger", _OF_LINES)):
        lines.add(part)
    positions = exact.arrow("positions").to_pandas()
    compliance = exact.arrow("compliance").select(["check", "passed"]).to_pandas()
    rejected = exact.arrow("rejected").column("reason").to_pandas()
    return Summary(
        scenario=manifest["scenario"]["name"],
        year=manifest["scenario"]["year"],
        rules=manifest["rules"]["id"],
        flows=lines.flows(),
        accounts=lines.accounts(),
        deviations=_deviations(positions[~positions["trial"]]),
        rejected=_counts(rejected),
        failed_checks=_counts(compliance.loc[compliance["passed"].eq(False), "check"]),
        lines=int(lines.count.sum()),
        trial_lines=lines.trial_lines,
        unverified=unverified_texts(manifest["assumptions"], rules),
        warnings=tuple(manifest["warnings"]),
        overridden=override_texts(manifest["overrides"], rules),
        shape=rules.shape,
        forecast_months=forecast_months(manifest),
        names=party_names(inputs),
    )


def _counts(names: pd.Series) -> dict[str, int]:
    """How often each name occurs, in the order of first appearance."""
    return {str(name): int(count) for name, count in names.astype(object).value_counts(sort=False).items()}


class _Seen(NamedTuple):
    """A dictionary of texts that was looked up, held so that its address stays its own."""

    address: tuple[int, ...]
    texts: pa.Array
    places: NDArray[np.int64]


class _Flows:
    """Sums over ledger lines, of which some are seen at a time: millions, so all is done on codes, nothing on texts.

    Attributes
    ----------
    count : (flows,) int64 array
        Lines by item, group of the payer, group of the payee; the trial left out.
    trial_lines : int
    """

    def __init__(self, inputs: Mapping[str, pa.Table], shape: MarketShape) -> None:
        names: list[str] = []
        groups: list[str] = []
        for table, key in (("generators", "generator_id"), ("retailers", "retailer_id"), ("users", "user_id")):
            names += inputs[table].column(key).to_pylist()
            groups += [table] * (len(names) - len(groups))
        accounts = shape.accounts_with(inputs)
        of_accounts = [group_of(account) for account in accounts]
        self._parties = pd.Index([*names, *accounts], dtype=object)
        self._items, self._groups = shape.items_with(inputs), [*GROUPS, *of_accounts]
        place = {group: number for number, group in enumerate(self._groups)}
        self._group = np.array([place[group] for group in (*groups, *of_accounts)], dtype=np.int64)
        self._paid, self._received = (np.zeros(len(self._parties), dtype=np.int64) for _ in range(2))
        self._moved = np.zeros(len(self._parties), dtype=bool)
        flows = len(self._items) * len(self._groups) ** 2
        self.count, self._energy, self._amount = (np.zeros(flows, dtype=np.int64) for _ in range(3))
        self.trial_lines = 0
        self._seen: dict[str, _Seen] = {}

    def add(self, part: pa.Table) -> None:
        """Count some lines, the trial's only as lines."""
        is_trial = np.asarray(part.column("trial"))
        self.trial_lines += int(np.count_nonzero(is_trial))
        if is_trial.any():
            part = part.filter(~is_trial)
        energy, amount = (np.asarray(part.column(name)) for name in ("energy_kwh", "amount_micro_yuan"))
        item = self._codes(part, "item", pd.Index(self._items, dtype=object))
        payer, payee = (self._codes(part, name, self._parties) for name in ("payer", "payee"))
        for sums, side in ((self._paid, payer), (self._received, payee)):
            np.add.at(sums, side, amount)
            self._moved[side] = True
        flow = (item * len(self._groups) + self._group[payer]) * len(self._groups) + self._group[payee]
        self.count += np.bincount(flow, minlength=len(self.count))
        np.add.at(self._energy, flow, energy)
        np.add.at(self._amount, flow, amount)

    def _codes(self, part: pa.Table, name: str, known: pd.Index) -> NDArray[np.int64]:
        """The place of each line's text among those known; a dictionary that comes again is looked up once."""
        codes = [np.zeros(0, dtype=np.int64)]
        for chunk in part.column(name).chunks:
            texts = chunk.dictionary
            buffers = (0 if buffer is None else buffer.address for buffer in texts.buffers())
            address = (texts.offset, len(texts), *buffers)
            if name not in self._seen or self._seen[name].address != address:
                self._seen[name] = _Seen(address, texts, known.get_indexer(pd.Index(texts.to_pylist(), dtype=object)))
            codes.append(self._seen[name].places.take(np.asarray(chunk.indices)))
        return np.concatenate(codes)

    def flows(self) -> tuple[Flow, ...]:
        """Those that have lines, in the order of the ledger's items."""
        flows = []
        for code in np.flatnonzero(self.count):
            item, parties = divmod(int(code), len(self._groups) ** 2)
            payer, payee = divmod(parties, len(self._groups))
            sums = (int(values[code]) for values in (self.count, self._energy, self._amount))
            flows.append(Flow(self._items[item], self._groups[payer], self._groups[payee], *sums))
        return tuple(flows)

    def accounts(self) -> tuple[Account, ...]:
        """Of the parties that paid or were paid, largest turnover first."""
        moved = np.flatnonzero(self._moved)
        moved = moved[_by_text(self._parties.to_numpy()[moved])]
        moved = moved[np.argsort(-(self._paid + self._received)[moved], kind="stable")]
        columns = (self._parties[moved].tolist(), self._paid[moved].tolist(), self._received[moved].tolist())
        return tuple(Account(*row) for row in zip(*columns, strict=True))


def _by_text(texts: NDArray[np.object_]) -> NDArray[np.integer]:
    """The order of texts: that of their characters' numbers, in which Python and Arrow agree."""
    if len(texts) < _MANY:
        return np.argsort(texts, kind="stable")
    import pyarrow as pa
    import pyarrow.compute as pc  # worth its loading only here

    order: NDArray[np.integer] = pc.array_sort_indices(pa.array(texts, pa.string())).to_numpy()
    return order


def _deviations(positions: pd.DataFrame) -> tuple[Deviation, ...]:
    columns = [f"{name}_kwh" for name in ("contract", "metered", "overrun", "shortfall")]
    columns += [f"{name}_micro_yuan" for name in ("energy", "overrun", "shortfall")]
    by_unit = positions.groupby(positions["unit_id"].astype(object), sort=False)[columns].sum()
    deviations = [Deviation(str(row[0]), *map(int, row[1:])) for row in by_unit.itertuples(name=None)]
    return tuple(sorted(deviations, key=lambda unit: -(unit.overrun_micro_yuan + unit.shortfall_micro_yuan)))
