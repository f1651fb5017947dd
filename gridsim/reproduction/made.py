"""What came of making a result again, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.analysis.changes import Change
    from gridsim.rules.shape import MarketShape
    from gridsim.words import Sentence

__all__ = ["FileAgain", "Remade", "VersionThen"]


@dataclass(frozen=True)
class VersionThen:
    """A part of the program that is another one today."""

    name: str
    then: str
    now: str


@dataclass(frozen=True)
class FileAgain:
    """A file of the result, and what has become of it.

    Attributes
    ----------
    name : str
    size : int [bytes]
        As it was stored.
    is_same : bool
        Every byte is.
    differences : tuple of Sentence
        The first row in which each column differs; empty where all values are the same and the bytes are not.
    """

    name: str
    size: int
    is_same: bool
    differences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, eq=False)
class Remade:
    """What came of making a result again; `Reproduction` is this with what it shows.

    Attributes
    ----------
    directory : str
    versions : tuple of VersionThen
        gridsim, Python, libraries: those that differ.
    is_own_rules : bool
        The rule set is not one that gridsim ships; the manifest's own was used.
    shape : MarketShape
        Of the market, for its words.
    rules : tuple of Change
        Values of the shipped rule set that are not what they were. The manifest's own were used.
    hashes : (str, str)
        Of the scenario, as the manifest has it and as it comes out of what is stored.
    inputs : tuple of Change or None
        What differs in the scenario that was named for comparison; None if none was.
    files : tuple of FileAgain
    """

    directory: str
    versions: tuple[VersionThen, ...]
    is_own_rules: bool
    shape: MarketShape
    rules: tuple[Change, ...]
    hashes: tuple[str, str]
    inputs: tuple[Change, ...] | None
    files: tuple[FileAgain, ...]

    @property
    def is_same(self) -> bool:
        """Whether every file came out the same, byte for byte."""
        return all(file.is_same for file in self.files)

    @property
    def table(self) -> pd.DataFrame:
        """The files: ``file``, ``bytes``, ``is_same``, ``differences`` (in English)."""
        import pandas as pd

        told = ["; ".join(map(str, file.differences)) for file in self.files]
        return pd.DataFrame(
            {
                "file": [file.name for file in self.files],
                "bytes": [file.size for file in self.files],
                "is_same": [file.is_same for file in self.files],
                "differences": told,
            }
        )

    def __repr__(self) -> str:
        same = sum(file.is_same for file in self.files)
        return f"{type(self).__name__}({self.directory!r}, {same} of {len(self.files)} files the same)"
