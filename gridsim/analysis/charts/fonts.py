"""Fonts with Chinese characters for matplotlib, which draws boxes until it is handed one.

Matplotlib knows the fonts that were there when it first ran; one that was installed later has to be found and added.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridsim.errors import SentenceError
from gridsim.words import Sentence, environment_lang

if TYPE_CHECKING:
    from matplotlib.font_manager import FontEntry

__all__ = ["MissingFontError", "MissingFontWarning", "chinese_family", "families_for", "has_chinese"]

# Made for simplified Chinese first; then those that have its characters in another region's shapes.
_PREFERRED = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Heiti SC",
    "STHeiti",
    "Noto Serif CJK SC",
    "SimSun",
    "Noto Sans CJK JP",
    "Source Han Sans",
    "Droid Sans Fallback",
    "Arial Unicode MS",
)
_LIKELY = re.compile(
    r"cjk|sourcehan|notosanssc|yahei|msyh|pingfang|hiragino|heiti|wqy|wenquanyi|simhei|simsun|droidsansfallback"
    r"|arial ?unicode",
    re.IGNORECASE,
)
_PROBE = "电量结算偏差售谷"  # a font that has these has the words of the charts
_CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003134f]")
_LATIN = "DejaVu Sans"  # comes with matplotlib
_WHAT_TO_DO = Sentence(
    "install one, such as Noto Sans CJK (Debian, Ubuntu: apt install fonts-noto-cjk; Fedora: dnf install "
    "google-noto-sans-cjk-fonts), or take backend='plotly', for which the browser brings its own"
)

_found: list[str] = []


class MissingFontError(SentenceError, RuntimeError):
    """No font with Chinese characters was found, so that all words of a chart would be boxes."""


class MissingFontWarning(UserWarning):
    """No font with Chinese characters was found, so that some names of a chart are boxes."""


def has_chinese(text: str) -> bool:
    """Whether a text needs a font with Chinese characters."""
    return _CHINESE.search(text) is not None


def families_for(lang: str, texts: Iterable[str]) -> list[str]:
    """The font families for a chart, in order of preference.

    Parameters
    ----------
    lang : {"en", "zh"}
    texts : iterable of str
        What comes from the scenario: an English chart may show Chinese names.

    Raises
    ------
    MissingFontError
        The chart is Chinese, and no font with Chinese characters is there.
    """
    family = chinese_family()
    if family is not None:
        return [family, _LATIN] if lang == "zh" else [_LATIN, family]
    if lang == "zh":
        raise MissingFontError(Sentence("no font with Chinese characters was found: {what}", what=_WHAT_TO_DO))
    if any(map(has_chinese, texts)):
        warnings.warn(
            Sentence(
                "no font with Chinese characters was found, so that some names are boxes: {what}", what=_WHAT_TO_DO
            ).told(environment_lang()),
            MissingFontWarning,
            stacklevel=2,
        )
    return [_LATIN]


def chinese_family() -> str | None:
    """The family of a font that has Chinese characters, made known to matplotlib; None if there is none."""
    if not _found:
        family = _known() or _added(likely=True) or _added(likely=False)
        if family is None:
            return None
        _found.append(family)
    return _found[0]


def _known() -> str | None:
    """The best of the fonts that matplotlib knows."""
    from matplotlib.font_manager import fontManager

    entries = {entry.name: entry for entry in reversed(fontManager.ttflist)}
    return next((name for name in _PREFERRED if name in entries and _covers(entries[name])), None)


def _added(*, likely: bool) -> str | None:
    """The best of the fonts that matplotlib did not know; first those with a name that promises something."""
    from matplotlib.font_manager import findSystemFonts, fontManager

    known = {entry.fname for entry in fontManager.ttflist}
    before = len(fontManager.ttflist)
    for path in sorted(findSystemFonts()):
        if path not in known and (_LIKELY.search(Path(path).name) is not None) == likely:
            try:
                fontManager.addfont(path)
            except (RuntimeError, OSError, ValueError):  # a file that only looks like a font
                continue
    family = _known()
    if family is not None or likely:
        return family
    every = fontManager.ttflist[before:] + fontManager.ttflist[:before]
    return next((entry.name for entry in every if _covers(entry)), None)


def _covers(entry: FontEntry) -> bool:
    """Whether a font draws Chinese characters.

    Matplotlib itself brings a font of last resort: its map has every character, and one box for a whole block of them.
    """
    from matplotlib.ft2font import FT2Font

    options: dict[str, Any] = {}
    if getattr(entry, "index", 0):  # matplotlib 3.11 knows the other faces of a collection
        options["face_index"] = entry.index
    try:
        font = FT2Font(entry.fname, **options)
    except (RuntimeError, OSError):
        return False
    glyphs = {font.get_char_index(ord(sign)) for sign in _PROBE}
    return 0 not in glyphs and len(glyphs) == len(_PROBE)
