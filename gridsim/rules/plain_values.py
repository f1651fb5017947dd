"""Values of a rule set as plain data, and their hash: words, clauses and sources do not change it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from gridsim.rules.catalogue import added
from gridsim.rules.entries import Entry, Piece
from gridsim.rules.given_shape import GivenShape
from gridsim.rules.kinds import Plain

__all__ = ["as_before", "hash_of", "plain_pieces", "plain_value"]


def as_before(path: str) -> tuple[Piece, ...] | None:
    """What a value is in a rule set of an earlier gridsim, which does not have it; None: it was no value."""
    return (Piece(None, added()[path]),) if path in added() else None


def hash_of(entries: Iterable[Entry], shape: GivenShape) -> str:
    """SHA-256 of values, and of lists of the market where they are not Henan's."""
    values: dict[str, Any] = {
        entry.path: [[piece.start or "", plain_value(piece.value)] for piece in entry.pieces]
        for entry in entries
        if entry.pieces != as_before(entry.path)
    }
    if not shape.is_henans:
        values["shape"] = shape.told_apart
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plain_pieces(pieces: tuple[Piece, ...], start: str) -> Plain | list[dict[str, Plain]]:
    """What an entry holds: its value, or, where that is dated, each piece with its first month.

    Parameters
    ----------
    pieces : tuple of Piece
    start : str
        The first month for which the rules were made.
    """
    if len(pieces) == 1:
        return pieces[0].value
    return [{"from": piece.start or start, "value": piece.value} for piece in pieces]


def plain_value(value: Any) -> Any:
    """Tuples as lists, all the way down."""
    if isinstance(value, (tuple, list)):
        return [plain_value(item) for item in value]
    if isinstance(value, dict):
        return {key: plain_value(item) for key, item in value.items()}
    return value
