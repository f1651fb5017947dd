"""Run a stored batch again from its plan, and compare every number."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gridsim.batch.batch import load
from gridsim.batch.runner import run
from gridsim.integrity.compared import differences
from gridsim.show.document import Text, grid
from gridsim.show.numbers import count
from gridsim.spoken import spoken_lang
from gridsim.words import Language, Sentence, msg, within
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from gridsim.batch.batch import Batch
    from gridsim.batch.plan import Plan
    from gridsim.show.document import Block
    from gridsim.words import Lang

__all__ = ["BatchReproduction", "FactThen", "TableAgain", "reproduce"]

_OF_WHO_MADE_IT = ("format", "finished", "plan", "seal", "warnings", "damage", "versions", "market")
_HASHES = ("code", "scenario hash", "rules_hash")
_SHOWN = 60
_COLUMNS_SHOWN = 3
_OF_THE_CODE = "point_id"
"""The one column that may be another: it names code, scenario and values of a point at once."""


@dataclass(frozen=True)
class FactThen:
    """Something that the batch tells of itself, and that is not so today: a version, a hash, a part of the plan."""

    name: str
    then: str
    now: str


@dataclass(frozen=True)
class TableAgain:
    """A table of the batch: whether every number of it came out the same, and where it first did not."""

    name: str
    rows: int
    differences: tuple[Sentence, ...]


@helpful
@dataclass(frozen=True, eq=False)
class BatchReproduction:
    """What came of running a batch again.

    Attributes
    ----------
    facts : tuple of FactThen
    tables : tuple of TableAgain
    """

    facts: tuple[FactThen, ...]
    tables: tuple[TableAgain, ...]

    @property
    def is_same(self) -> bool:
        """Whether every number of every table is."""
        return not any(table.differences for table in self.tables)

    def __repr__(self) -> str:
        same = sum(not table.differences for table in self.tables)
        return f"BatchReproduction({same} of {len(self.tables)} tables the same)"

    def document(self, lang: Lang | None = None) -> list[Block]:
        """What `gridsim reproduce` shows of a batch.

        Parameters
        ----------
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        list
            What `gridsim.show` writes as text, HTML or Markdown.

        Examples
        --------
        >>> from pathlib import Path
        >>> plan_file = Path("plan.yaml")
        >>> _ = plan_file.write_text("scenario: scenarios/henan-2021-mini")
        >>> made = gridsim.batch.run(plan_file, "out")
        >>> gridsim.batch.reproduce("out", plan_file).document()[0]
        'Program, scenario and plan are those of then.'
        """
        lang = spoken_lang(lang)
        words = Language(lang)
        none = words.say("none")
        parts: list[Block] = []
        if self.facts:
            heads = (msg("what"), within("version", "then"), within("version", "today"))
            rows = [(fact.name, fact.then[:_SHOWN] or none, fact.now[:_SHOWN] or none) for fact in self.facts]
            title = words.say("Program, scenario and plan: what differs")
            parts += [grid(tuple(map(words.say, heads)), rows, texts=3, title=title), ""]
        else:
            parts.append(words.say("Program, scenario and plan are those of then."))
        rows_of_all = count(sum(table.rows for table in self.tables))
        if self.is_same:
            same = words.say(
                "Run again: all {count} tables are the same, number by number ({rows} rows).",
                count=len(self.tables),
                rows=rows_of_all,
            )
            return [*parts, Text.of((same, "strong"))]
        found = [
            (table.name, "\n".join(each.told(lang) for each in table.differences[:_COLUMNS_SHOWN]))
            for table in self.tables
            if table.differences
        ]
        told = grid((words.say("table"), words.say("first differences")), found, texts=2)
        what = words.say(
            "Run again: {other} of {count} tables are not the same.", other=len(found), count=len(self.tables)
        )
        return [*parts, Text.of((what, "warning")), "", told]


@helpful
def reproduce(
    directory: str | os.PathLike[str],
    plan: str | os.PathLike[str] | Mapping[str, object] | Plan,
    *,
    executor: Executor | str | Any | None = None,
    workers: int | None = None,
) -> BatchReproduction:
    """Run a stored batch again and compare every number; nothing is written.

    A batch holds no inputs: its plan names the scenario. Scenario, rules and program are compared by their hashes.

    Parameters
    ----------
    directory : str or Path
        A batch folder.
    plan : path, mapping or Plan
        The plan that it was run from, as `gridsim.batch.run` takes it.
    executor : Executor, "threads", "processes", or a Dask client, optional
        Where to run it again; threads if left out. The numbers are the same.
    workers : int, optional
        How many tasks run at once; as many as there are processors if left out. The numbers are the same.

    Returns
    -------
    BatchReproduction
        What is the same and what is not, table by table.

    Raises
    ------
    ScenarioError
        Every fault of the plan or its scenario.
    ResultError
        The folder holds no batch, or a part of it is damaged.

    Examples
    --------
    >>> from pathlib import Path
    >>> plan_file = Path("plan.yaml")
    >>> _ = plan_file.write_text("scenario: scenarios/henan-2021-mini")
    >>> made = gridsim.batch.run(plan_file, "out")
    >>> gridsim.batch.reproduce("out", plan_file).is_same
    True
    """
    stored = load(Path(directory))
    again = run(plan, detail=stored.manifest["detail"], executor=executor, workers=workers)
    return BatchReproduction(
        tuple(_facts(stored.manifest, again.manifest)),
        tuple(_table(name, stored, again) for name in stored._arrow),
    )


def _facts(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[FactThen]:
    for name, version in now["versions"].items():
        if then["versions"].get(name) != version:
            yield FactThen(name, then["versions"].get(name, ""), version)
    for key in dict.fromkeys([*then, *now]):
        if key in _OF_WHO_MADE_IT:
            continue
        one, other = then.get(key), now.get(key)
        if key == "scenario":  # where it lay is no part of what it was
            key, one, other = "scenario hash", (one or {}).get("hash"), (other or {}).get("hash")
        if one != other:
            yield FactThen(key, _text(key, one), _text(key, other))


def _text(key: str, value: Any) -> str:
    text = "" if value is None else str(value)
    return text[:12] if key in _HASHES else text


def _table(name: str, stored: Batch, again: Batch) -> TableAgain:
    if name not in again._arrow:
        what = Sentence("{table}: another plan, of which no such table is made", table=name)
        return TableAgain(name, stored._arrow.length(name), (what,))
    one, other = (_plain(batch.exact.arrow(name)) for batch in (stored, again))
    return TableAgain(name, one.num_rows, tuple(differences(name, [one], [other], (one.num_rows, other.num_rows))))


def _plain(table: pa.Table) -> pa.Table:
    return table.drop_columns(_OF_THE_CODE)
