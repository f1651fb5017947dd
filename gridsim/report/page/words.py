"""The words of the report in both languages."""

from __future__ import annotations

from gridsim.analysis.charts.words import ChartWords
from gridsim.report.page.words_en import CHECKS_EN, NAMES_EN, TEXTS_EN
from gridsim.report.page.words_zh import CHECKS_ZH, NAMES_ZH, TEXTS_ZH

__all__ = ["PageWords"]

_TEXTS = {"en": TEXTS_EN, "zh": TEXTS_ZH}
_NAMES = {"en": NAMES_EN, "zh": NAMES_ZH}
_CHECKS = {"en": CHECKS_EN, "zh": CHECKS_ZH}


class PageWords(ChartWords):
    """Says the texts of the report in one language; names and months as the charts do.

    Parameters
    ----------
    lang : {"en", "zh"}
    """

    def say(self, text: str, **blanks: object) -> str:
        found = _TEXTS[self.lang].get(text)
        return super().say(text, **blanks) if found is None else found.format(**blanks)

    def name(self, code: str) -> str:
        return _NAMES[self.lang].get(code) or super().name(code)

    def check(self, check: str, measure: str | None) -> str:
        """What a compliance check holds against what."""
        return _CHECKS[self.lang].get((check, measure or ""), measure or "")

    def texts(self) -> dict[str, str]:
        """What the page's own script says."""
        return {name.removeprefix("js_"): text for name, text in _TEXTS[self.lang].items() if name.startswith("js_")}
