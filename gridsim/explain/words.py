"""The texts of an explanation in one language, and how names, months and lists are written in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from gridsim.explain import words_en, words_zh
from gridsim.explain.numbers import price, price_quotient
from gridsim.rules.citations import clause_text

if TYPE_CHECKING:
    import datetime as dt

    from gridsim.explain.arithmetic import Quotient
    from gridsim.explain.model import Lang

__all__ = ["Words"]

_SPACE = "\0"
_SPACE_AT_PUNCTUATION = re.compile(r"(?<=[，。；：、（）【】“”])\0|\0(?=[，。；：、（）【】“”])")

_TEXTS = {"en": (words_en.TEXTS, words_en.NAMES), "zh": (words_zh.TEXTS, words_zh.NAMES)}


class Words:
    """Says things in one language.

    Parameters
    ----------
    lang : {"en", "zh"}
    """

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self._texts, self._names = _TEXTS[lang]

    def say(self, key: str, **blanks: object) -> str:
        """A text with its blanks filled."""
        template = self._texts[key]
        if self.lang == "en":
            return template.format(**blanks)
        # Chinese has a space between its own and other signs, but none beside its punctuation: which of the two
        # a blank begins with shows only when it is filled. Spaces inside of what fills it stay.
        text = template.replace(" ", _SPACE).format(**blanks)
        return _SPACE_AT_PUNCTUATION.sub("", text).replace(_SPACE, " ")

    def name(self, code: str) -> str:
        """The name of a product, period, item, session kind, reason or party; ids stay as they are."""
        return self._names.get(code, code)

    def named(self, who: str, name: str | None) -> str:
        """An id with its name behind it, if it has one."""
        return self.say("named", id=who, name=name) if name and name != who else who

    def listed(self, items: Iterable[str]) -> str:
        """Texts as a list."""
        return self.say("comma").join(items)

    def month(self, month: str) -> str:
        """A month ``YYYY-MM``."""
        return self.say("month", year=month[:4], month=self._number(month))

    def short_month(self, month: str) -> str:
        """A month ``YYYY-MM`` where its year is plain."""
        return self.say("short_month", month=self._number(month))

    def delivery(self, delivery: str) -> str:
        """A year, its second half, or a month."""
        if len(delivery) == len("YYYY"):
            return self.say("year", year=delivery)
        if delivery.endswith("-H2"):
            return self.say("second_half", year=delivery[:4])
        return self.month(delivery)

    def instant(self, time: dt.datetime) -> str:
        """A time of day, to the second only where there are any."""
        return time.strftime("%Y-%m-%d %H:%M:%S" if time.second else "%Y-%m-%d %H:%M")

    def clauses(self, clauses: str) -> str:
        """Clauses as they stand behind a title; ``choice`` in words."""
        return self.say("clause_of_step", clauses=self.clause_list(clauses))

    def clause_list(self, clauses: str) -> str:
        """Clauses as a list; ``choice`` in words."""
        return clause_text(clauses, self.lang)

    def rounded_price(self, exact: Quotient) -> str:
        """A price, before and after it is rounded if that changes it."""
        before = price_quotient(exact)
        return before if exact.is_whole else self.say("rounded", before=before, after=price(exact.rounded))

    def _number(self, month: str) -> str:
        return str(int(month[5:])) if self.lang == "zh" else month[5:]
