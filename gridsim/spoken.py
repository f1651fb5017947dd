"""Which language is spoken: the one that is asked for, or else the one that the environment names; decided here alone.

What a user calls takes ``lang: Lang | None = None`` and asks `spoken_lang`; what that calls takes the language that was
found, and has no default that could be forgotten.
"""

from __future__ import annotations

from gridsim.errors import ResultError
from gridsim.suggest import not_one_of
from gridsim.words import LANGS, Lang, environment_lang

__all__ = ["spoken_lang"]


def spoken_lang(lang: str | None = None, *, otherwise: Lang = "en") -> Lang:
    """The language to speak.

    Parameters
    ----------
    lang : {"en", "zh"}, optional
        That a caller asks for; if left out, that of ``GRIDSIM_LANG``, else `otherwise`.
    otherwise : {"en", "zh"}
        Where the environment names none either: Chinese for papers that go to Chinese firms.

    Raises
    ------
    ResultError
        Another language is asked for.

    Examples
    --------
    >>> spoken_lang("zh")
    'zh'
    """
    if lang is None:
        return environment_lang(otherwise)
    for known in LANGS:
        if lang == known:
            return known
    raise ResultError(not_one_of("lang", lang, LANGS))
