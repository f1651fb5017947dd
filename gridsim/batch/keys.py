"""What a point's result depends on, as one hash: the address of its rows."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from gridsim.batch.code_version import code_hash

if TYPE_CHECKING:
    from gridsim.batch.load_model import LoadModel
    from gridsim.batch.points import Point
    from gridsim.batch.tables import Kept
    from gridsim.rules import RuleSet
    from gridsim.scenario import Scenario

__all__ = ["point_id", "shared_key"]


def shared_key(scenario: Scenario, load: LoadModel, seed: int, kept: Kept) -> str:
    """The hash of what all points have in common: scenario, load, seed, draws, what is kept, and the program."""
    from gridsim.batch.load_tables import compile_load

    return _hash(
        {
            "scenario": scenario.hash,
            "load": load.model_dump(mode="json"),
            "load_tables": compile_load(load).digest,
            "seed": seed,
            "draws": kept.draws,
            "metrics": kept.metrics,
            "detail": kept.detail,
            "quantiles": kept.quantiles,
            "tail": kept.tail,
            "code": code_hash(),
        }
    )


def point_id(shared: str, point: Point, base: RuleSet) -> str:
    """The id of a point: the same for the same content, wherever the point stands in the sweep."""
    overrides = {path: _plain(value) for path, value in point.overrides.items()}
    return _hash([shared, base.hash, overrides, point.scales])[:16]


def _hash(data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A plan's value as JSON has it; a number that is no whole one is its text."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, str | int | bool | None) else str(value)
