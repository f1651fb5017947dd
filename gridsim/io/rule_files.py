"""Files of rule sets, written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gridsim.errors import ResultError
from gridsim.io.safe_write import replace_file, writable_file, written_name
from gridsim.rules.beginning import beginning_of_a_file
from gridsim.rules.ruleset import load
from gridsim.rules.shipped import available
from gridsim.spoken import spoken_lang
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import Sentence, listed, named

if TYPE_CHECKING:
    from pathlib import Path

    from gridsim.words import Lang

__all__ = ["write_beginning"]


def write_beginning(path: Path, base: str, lang: Lang | None = None) -> None:
    """Write a file that extends a shipped rule set and changes nothing yet; its name without the ending is the new id.

    Parameters
    ----------
    path : Path
        Ends with ``.yaml`` or ``.yml``; nothing may stand there.
    base : str
        Id of a shipped rule set.
    lang : {"en", "zh"}, optional
        Of the comments; if left out, that of ``GRIDSIM_LANG``, else English.

    Raises
    ------
    ResultError
        Another ending, something stands there, the folder can't be written to, or there is no such rule set.
    """
    target = written_name(path)
    if target.suffix.lower() not in (".yaml", ".yml"):
        raise ResultError(Sentence("{path}: a rule set's file ends with .yaml or .yml", path=target))
    if base not in available():
        known = listed(named(available()), nearest_in_words(nearest(base, available())))
        raise ResultError(Sentence("there is no rule set {base}; there are: {known}", base=base, known=known))
    if target.stem in available():
        raise ResultError(Sentence("{path}: {id} is the name of a shipped rule set", path=target, id=target.stem))
    if os.path.lexists(target):
        raise ResultError(Sentence("{path}: there is something already; it is not overwritten", path=target))
    text = beginning_of_a_file(load(base), target.stem, spoken_lang(lang))
    replace_file(writable_file(target), lambda part: part.write_text(text, encoding="utf-8", newline="\n"))
