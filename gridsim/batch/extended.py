"""What of the extensions of a market a batch can't do: each is a fault that names it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gridsim.batch.programs import rests_on_draws
from gridsim.errors import Fault
from gridsim.extensions import find, missing
from gridsim.rules.extended_shape import expressions_of, used_extensions
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.rules.shape import MarketShape

__all__ = ["faults_of_extensions"]


def faults_of_extensions(shape: MarketShape, name: str, file: str) -> Iterator[Fault]:
    """What a batch can't do of a rule set.

    Parameters
    ----------
    shape : MarketShape
    name : str
        Of the rule set, or "" for that of the scenario.
    file : str
        Of the plan.
    """
    used = used_extensions(shape)
    if not used:
        return
    column = "sweep.rules" if name else "scenario"
    for kind, extension in used:
        if find(kind, extension) is None:
            yield Fault(file, None, column, name or None, missing(kind, extension))
        elif kind == "item":
            message = Sentence("the ledger item {name} of an extension is in no batch", name=extension)
            yield Fault(file, None, column, name or None, message, _A_RUN)
    words = {extension for kind, extension in used if kind == "price"}
    in_draws = {
        each.word
        for expression in expressions_of(shape)
        for each in expression.walk()
        if each.word in words and rests_on_draws(each)
    }
    for word in sorted(in_draws):
        message = Sentence(
            "the price word {name} of an extension rests on in_band_mean here, which each draw changes", name=word
        )
        yield Fault(file, None, column, name or None, message, _A_RUN)


_A_RUN = Sentence("gridsim run, or a rule set without it")
