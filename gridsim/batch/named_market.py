"""What a batch remembers of its market: the rule set, whose words name its codes, and the names of participants.

It stands in ``market.json``, beside the manifest, which holds its SHA-256. Batches of before it have none: their codes
and ids are shown as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gridsim.batch.manifest import MANIFEST
from gridsim.batch.parts import FORMAT, Damage, DamagedError, damage_error, opened, seal_of
from gridsim.errors import ResultError
from gridsim.rules import RuleSet
from gridsim.scenario.party_names import apart
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gridsim.rules.shape import MarketShape

__all__ = ["MARKET", "NamedMarket", "market_data", "read_market"]

MARKET = "market.json"


@helpful
@dataclass(frozen=True, eq=False)
class NamedMarket:
    """What the market of a batch is called.

    Attributes
    ----------
    rules : RuleSet or None
        Of the scenario, before anything was varied; None in a batch that does not tell.
    names : mapping of str to str
        Of participants, by id.
    """

    rules: RuleSet | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def shape(self) -> MarketShape | None:
        """What names the codes of the market."""
        return None if self.rules is None else self.rules.shape

    @property
    def people(self) -> dict[str, str]:
        """The names as they stand where no id stands beside them."""
        return apart(self.names)


def market_data(rules: RuleSet, names: Mapping[str, str]) -> dict[str, Any]:
    """What is stored.

    Parameters
    ----------
    rules : RuleSet
    names : mapping of str to str
        As `party_names` gives them.
    """
    return {"format": FORMAT, "rules": rules.to_dict(), "names": dict(names)}


def read_market(directory: Path, manifest: Mapping[str, Any]) -> NamedMarket:
    """What a batch folder says of its market.

    Parameters
    ----------
    directory : Path
    manifest : mapping
        It tells whether there is something to read, and its SHA-256.

    Raises
    ------
    ResultError
        What stands there is not what was written with the manifest.
    """
    told = manifest.get("market")
    if told is None:
        return NamedMarket()
    path = directory / MARKET
    try:
        data = opened(path)
        if seal_of(data) != told or not isinstance(data.get("names"), dict):
            raise DamagedError(Sentence("not what {file} tells of: its SHA-256 is another", file=MANIFEST))
    except FileNotFoundError:
        raise damage_error(directory, [Damage(path, Sentence("not there"))]) from None
    except DamagedError as error:
        raise damage_error(directory, [Damage(path, error.sentence)]) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise ResultError(Sentence("{path}: cannot be read ({why})", path=path, why=why)) from error
    return NamedMarket(RuleSet.from_dict(data["rules"], file=MARKET), data["names"])
