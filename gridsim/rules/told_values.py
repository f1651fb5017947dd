"""Values of a rule set that a run tells of: by path as a file has them, and in Chinese by what they are called."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from gridsim.words import Sentence, both

if TYPE_CHECKING:
    from gridsim.rules.content import RuleContent

__all__ = ["called_with_path", "override_texts", "unverified_texts"]

_LONGEST = 160  # of a text of an override: a list of holidays is a page; the manifest has it all


def called_with_path(rules: RuleContent, path: str) -> Sentence:
    """What a value is called, with its path behind it; the path alone of a value without a name.

    Parameters
    ----------
    rules : RuleSet
    path : str

    Examples
    --------
    >>> from gridsim.rules.told_values import called_with_path
    >>> called_with_path(scenario.rules, "settlement.shortfall_price").zh
    '欠用电量结算价格（settlement.shortfall_price）'
    """
    name = rules.called(path)
    return name if name == path else Sentence("{id} ({name})", id=name, name=path)


def override_texts(overrides: Mapping[str, Any], rules: RuleContent) -> tuple[Sentence, ...]:
    """Each value that a scenario set, as it is written in a file, a very long one cut: ``settlement.tou.upper = 1.1``.

    Parameters
    ----------
    overrides : mapping of str to plain value
        By dotted path, as in a manifest; a value that changes within the year is a list of ``{from, value}``.
    rules : RuleSet
        What the values are called, which stands before the path in Chinese.
    """
    texts = []
    for path, value in overrides.items():
        is_dated = isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)
        pieces = (
            [f"{_as_written(piece['value'])} ({piece['from']})" for piece in value]
            if is_dated
            else [_as_written(value)]
        )
        written = ", ".join(pieces)
        chinese = Sentence("{name} = {value}", name=called_with_path(rules, path), value=written).zh
        texts.append(both(_cut(f"{path} = {written}"), _cut(chinese)))
    return tuple(texts)


def unverified_texts(assumptions: Iterable[Mapping[str, Any]], rules: RuleContent) -> tuple[Sentence, ...]:
    """Each value that was compared with no source: ``tariff.coefficient.peak = 1.57``, in Chinese by its name alone.

    Parameters
    ----------
    assumptions : iterable of mapping
        As a manifest has them.
    rules : RuleSet
    """
    return tuple(
        both(f"{taken['path']} = {taken['value']}", f"{rules.called(taken['path']).zh} = {taken['value']}")
        for taken in assumptions
        if taken["why"] == "unverified"
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _as_written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
