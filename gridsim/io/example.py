"""Scenarios that come with the package."""

from __future__ import annotations

from pathlib import Path

from gridsim.errors import SentenceError
from gridsim.words import Sentence, listed, named
from gridsim.wrong_call import helpful

__all__ = ["MINI", "READY", "example"]

_TEMPLATES = Path(__file__).parents[1] / "templates"
READY = {
    "mini": {rules: _TEMPLATES / rules / "mini" for rules in ("henan-2021", "jiangsu-2023")},
    "retailer": {rules: _TEMPLATES / rules / "retailer" for rules in ("henan-2021",)},
}
"""By template and rule set, the only copy in the package: `gridsim new` writes it out."""
MINI = READY["mini"]
_EXAMPLES = {f"{rules}-mini": folder for rules, folder in MINI.items()} | {
    "retailer-2021": READY["retailer"]["henan-2021"]
}


@helpful
def example(name: str) -> Path:
    """The folder of a scenario that comes with gridsim, wherever gridsim is installed and whatever folder one is in.

    Parameters
    ----------
    name : {'henan-2021-mini', 'jiangsu-2023-mini', 'retailer-2021'}
        Markets of two or three generators, a retailer and a few users, to be checked by hand; and what a retailer of
        thirty users has: its deals, retail contracts, bills, and the files that came to it. All synthetic.

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
