"""Scenarios that come with the package."""

from __future__ import annotations

from pathlib import Path

from gridsim.errors import SentenceError
from gridsim.words import Sentence, listed, named

__all__ = ["MINI", "example"]

_TEMPLATES = Path(__file__).parents[1] / "templates"
MINI = {rules: _TEMPLATES / rules / "mini" for rules in ("henan-2021", "jiangsu-2023")}
"""By rule set, the only copy in the package: `gridsim new` writes it out."""
_EXAMPLES = {f"{rules}-mini": folder for rules, folder in MINI.items()}


def example(name: str) -> Path:
    """The folder of a scenario that comes with gridsim, wherever gridsim is installed and whatever folder one is in.

    Parameters
    ----------
    name : {'henan-2021-mini', 'jiangsu-2023-mini'}
        Markets of two or three generators, a retailer and a few users, synthetic, to be checked by hand.

    Returns
    -------
    Path
        For `gridsim.load`, or as the scenario of a batch. The folder belongs to the installation: to change its files,
        write a copy with ``gridsim new DIR``.

    Raises
    ------
    GridsimError
        No example has this name.

    Examples
    --------
    >>> import gridsim
    >>> gridsim.load(gridsim.example("henan-2021-mini"))
    Scenario('henan-2021-mini (synthetic)', 2021, rules='henan-2021', 3 generators, 1 retailers, 6 users)
    """
    if name not in _EXAMPLES:
        raise SentenceError(
            listed(
                Sentence("no example is called {name!r}", name=name),
                Sentence("there are: {names}", names=named(_EXAMPLES)),
            )
        )
    return _EXAMPLES[name]
