"""What a scenario set in its rule set, in one line: for summaries and statements, which need no rule set for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["override_texts"]

_LONGEST = 160  # a list of holidays is a page; the manifest has it all


def override_texts(overrides: Mapping[str, Any]) -> tuple[str, ...]:
    """Each value that was set, as it is written in a file, a very long one cut: ``settlement.tou.upper = 1.1``.

    Parameters
    ----------
    overrides : mapping of str to plain value
        By dotted path, as in a manifest; a value that changes within the year is a list of ``{from, value}``.
    """
    texts = []
    for path, value in overrides.items():
        is_dated = isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)
        pieces = [f"{_plain(piece['value'])} ({piece['from']})" for piece in value] if is_dated else [_plain(value)]
        text = f"{path} = {', '.join(pieces)}"
        texts.append(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")
    return tuple(texts)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
