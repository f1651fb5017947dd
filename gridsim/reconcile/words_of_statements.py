"""What headings and cells of a statement say: keys, measures with their units, items, products, months, ids."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from gridsim.importing.cells import month_of
from gridsim.importing.heading_rows import BETWEEN
from gridsim.importing.heading_texts import heading_text, is_sum_word
from gridsim.rules.shape import CORRECTION, ENERGY, OVERRUN, SHORTFALL, TRANSFER, unit_id
from gridsim.tables.heading_units import unit_of_heading

if TYPE_CHECKING:
    from gridsim.reconcile.statement_map import StatementMap
    from gridsim.rules.shape import MarketShape
    from gridsim.scenario import Scenario
    from gridsim.tables.heading_units import HeadingUnit

__all__ = ["NO_MEANING", "Said", "Speech"]

_KEYS: Mapping[str, str] = {
    "unit_id": r"(?:结算|交易)?单元(?:编号|名称)?|settlement unit|unit(?:_id)?",
    "user_id": r"(?:营销|用电|用户|客户|电力用户)?(?:户号|编号|编码|代码)|用户|客户|user(?:_id)?|account(?: no\.?)?",
    "month": r"(?:结算|用电|电量|电费|计量|抄表|交易|执行|标的)?(?:月份|年月|月)|账期|month",
    "product": r"(?:交易|电量|合同)?(?:品种|产品)|product",
    "period": r"(?:分时)?时段|峰平谷|period",
    "item": r"(?:结算|费用|电费)?(?:科目|项目)(?:编码|代码|名称)?|费用名称|item",
    "contract_id": r"合同(?:编号|号|序列号|编码)|contract(?:_id| no\.?)?",
    "corrects_month": r"(?:退补|差错|清算)(?:月份|年月)|corrects_month|month corrected",
    "date": r"(?:数据|用电|抄表|计量)?日期|date",
    "": r"序号|行号|no\.?|#|备注|说明|remarks?|notes?",
}
_MEASURES: Mapping[str, str] = {
    "energy": r"(?:结算|合同|实际|计量|用)?电量|电能量|energy(?:_mwh)?",
    "price": r"(?:结算|合同|平均)?(?:电价|单价|价格)|(?:average )?price",
    "amount": r"(?:结算|应付|应收|应结)?(?:电费|费用|金额)|amount|money|fee",
}
_MEASURE_OF = {"energy": "energy", "price": "price", "money": "amount"}
_NO_PERIOD = ("不分时段", "全时段", "总", "all")
_OWN_WORDS = {
    ENERGY: ("合同电量电费", "合同电费", "市场化购电费", "市场化电费"),
    SHORTFALL: ("少用电量偏差费用", "负偏差考核电费", "负偏差电费", "少用偏差费用", "少用偏差电费"),
    OVERRUN: ("超用电量电费", "正偏差电费", "超用电费"),
    TRANSFER: ("合同转让差价费用", "转让差价", "合同转让费用", "转让差价费用"),
}
"""What statements call gridsim's own items."""


_CORRECTIONS = ("以前月份退补电费", "退补电费", "退补电量电费", "往月退补电费", "差错退补")


_SECTIONS = {"item": "items", "unit_id": "units", "user_id": "users", "product": "products", "period": "periods"}
"""The part of a map that says what the names below a key mean."""

_DIMENSIONS = {"unit_id": "unit", "user_id": "user"}


@dataclass(frozen=True)
class Said:
    """What a heading says of the column below it.

    Attributes
    ----------
    key : str
        The name of a key; ``date``.
    measure : {"", "energy", "price", "amount"}
    unit : HeadingUnit or None
    item, period, month : str
        Of all that stands below.
    is_sum : bool
    is_idle : bool
        A column that says nothing of a line: a number of rows, remarks.
    """

    key: str = ""
    measure: str = ""
    unit: HeadingUnit | None = None
    item: str = ""
    period: str = ""
    month: str = ""
    has_value: bool = False
    is_sum: bool = False
    is_idle: bool = False

    @property
    def is_known(self) -> bool:
        return bool(self.key or self.measure or self.has_value or self.is_sum or self.is_idle)

    @property
    def is_figure(self) -> bool:
        """Whether figures stand beneath, that add up no others."""
        return bool(self.measure or self.has_value) and not (self.is_sum or self.key)

    def under(self, upper: Said) -> Said | None:
        """With what the heading above says of several columns; None if the two contradict each other."""
        if (self.key or upper.key) and upper != NO_MEANING:
            return self if self == upper else None
        return replace(
            self,
            item=self.item or upper.item,
            period=self.period or upper.period,
            month=self.month or upper.month,
            has_value=self.has_value or upper.has_value,
            is_sum=self.is_sum or upper.is_sum,
            measure=self.measure or upper.measure,
            unit=self.unit or upper.unit,
            key=self.key or upper.key,
        )


NO_MEANING = Said()


class Speech:
    """The words of one scenario's statements.

    Parameters
    ----------
    scenario : Scenario
    given : StatementMap
        What the user says that names mean.
    """

    def __init__(self, scenario: Scenario, given: StatementMap) -> None:
        self.scenario, self.given = scenario, given
        self.shape: MarketShape = scenario.rules.shape
        self.used: dict[str, dict[str, str]] = {name: {} for name in _SECTIONS.values()}
        """What names of the statement were taken for, as a map says it."""

    # ---- headings

    def heading(self, cell: object) -> Said:
        """What a cell of a heading row says."""
        month = self._month_heading(cell)
        if month:
            return Said(month=month, has_value=True)
        text = heading_text(cell)
        if not text:
            return NO_MEANING
        said = self._spoken(text)
        if said.is_known:
            return said
        unit = unit_of_heading(text)
        if unit is None or unit.quantity not in _MEASURE_OF:
            return NO_MEANING
        measure = _MEASURE_OF[unit.quantity]
        month = self._month_heading(unit.name)
        said = Said(month=month, has_value=True) if month else self._spoken(unit.name) if unit.name else Said()
        return replace(said, unit=unit, measure=said.measure or measure)

    def stacked(self, stack: Sequence[object]) -> Said:
        """What headings above each other say together; nothing, if one of them says nothing."""
        said = NO_MEANING
        for cell in stack:
            one = self.heading(cell)
            joined = one.under(said) if one.is_known else None
            if joined is None:
                return NO_MEANING
            said = joined
        return said

    def key_of(self, cell: object) -> str:
        """The key that a label names; empty if it names none."""
        return self.heading(cell).key

    def _month_heading(self, cell: object) -> str:
        text = heading_text(cell)
        if re.fullmatch(r"\d+(\.\d+)?", text) and len(text) != 6:  # a number is no month, but for 202105
            return ""
        return month_of(cell, self.scenario.year) or ""

    def _spoken(self, text: str) -> Said:
        plain = text.strip()
        for key, pattern in _KEYS.items():
            if re.fullmatch(pattern, plain, re.IGNORECASE):
                return Said(key=key, is_idle=not key)
        for measure, pattern in _MEASURES.items():
            if re.fullmatch(pattern, plain, re.IGNORECASE):
                return Said(measure=measure)
        if plain in _NO_PERIOD:
            return Said(has_value=True)
        item = self.items.get(plain.casefold())
        if item is not None:
            return Said(item=item, has_value=True)
        period = self._value("periods", plain)
        if period:
            return Said(period=period, has_value=True)
        if is_sum_word(plain) or re.fullmatch(r".*(?:合计|总计|小计)", plain):
            return Said(is_sum=True)
        for measure, words in (("energy", "电量"), ("amount", "电费")):
            stem = plain.removesuffix(words)
            if stem != plain and stem:
                period = self._value("periods", stem)
                if period:
                    return Said(period=period, measure=measure, has_value=True)
                if stem in ("总", "日", "合计"):
                    return Said(is_sum=True, measure=measure)
        return NO_MEANING

    # ---- cells

    @cached_property
    def items(self) -> Mapping[str, str]:
        """Items by what they are called, in small letters; one that gridsim lacks by its own name."""
        found: dict[str, str] = {}
        words, also = self.shape.words.get("items", {}), self.shape.also.get("items", {})
        for item in self.shape.items_with(self.scenario.given):
            spoken = (words[item].en, words[item].zh) if item in words else ()
            for word in (item, *spoken, *also.get(item, ()), *_OWN_WORDS.get(item, ())):
                found.setdefault(heading_text(word).casefold(), item)
        found |= dict.fromkeys((CORRECTION, *_CORRECTIONS), CORRECTION)
        for word, item in self.given.items.items():
            found[heading_text(word).casefold()] = item or heading_text(word)
        return found

    @cached_property
    def _values(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for of, ids in (("periods", self.shape.periods), ("products", self.shape.product_ids)):
            words, also = self.shape.words.get(of, {}), self.shape.also.get(of, {})
            known = found.setdefault(of, {})
            for name in ids:
                spoken = (words[name].en, words[name].zh) if name in words else ()
                for word in (name, *spoken, *also.get(name, ())):
                    known.setdefault(heading_text(word).casefold(), name)
            given = self.given.periods if of == "periods" else self.given.products
            known.update({heading_text(word).casefold(): name for word, name in given.items()})
        return found

    def _value(self, of: str, text: str) -> str:
        return self._values[of].get(text.casefold(), "")

    def value(self, key: str, cell: object) -> str | None:
        """What a cell below a key names: an id of gridsim's; None if it names none that there is."""
        if key == "month":
            return month_of(cell, self.scenario.year)
        text = heading_text(cell)
        if not text or text in ("-", "—", "/"):
            return ""
        if key == "corrects_month":
            return month_of(cell, self.scenario.year)
        if key == "item":
            return self.items.get(text.casefold())
        if key == "period":
            return "" if text in _NO_PERIOD else self._value("periods", text) or None
        if key == "product":
            return self._value("products", text) or None
        if key in ("unit_id", "user_id"):
            given = self.given.units if key == "unit_id" else self.given.users
            meant = self.scenario.meant.value(_DIMENSIONS[key], given.get(text, text), self._ids[key])
            return meant if meant in self._ids[key] else None
        return text

    @cached_property
    def _ids(self) -> Mapping[str, Mapping[str, None]]:
        """Units and users."""
        tables = self.scenario.tables
        users, retailers = (
            tables[of][key].astype(str) for of, key in (("users", "user_id"), ("retailers", "retailer_id"))
        )
        buyers = [*users, *retailers]
        units = dict.fromkeys(unit_id(buyer, mode) for buyer in buyers for mode in self.shape.mode_ids)
        return {"unit_id": units, "user_id": dict.fromkeys(users)}

    def note(self, key: str, cell: object, value: str) -> None:
        """Keep what a name of the statement was taken for; one that is an id already says nothing.

        Parameters
        ----------
        key : str
        cell : object
        value : str
        """
        text = heading_text(cell)
        if key in _SECTIONS and value and (text != value or value not in self.allowed(key)):
            is_lacking = key == "item" and value != CORRECTION and value not in self.allowed(key)
            self.used[_SECTIONS[key]][text] = "" if is_lacking else value

    def note_heading(self, heading: str, said: Said) -> None:
        """The same of a heading that names an item or a period of all below it."""
        for word in heading.split(BETWEEN):
            if said.item and self.items.get(word.casefold()) == said.item:
                self.note("item", word, said.item)
            elif said.period and self._value("periods", word) == said.period:
                self.note("period", word, said.period)

    def allowed(self, key: str) -> tuple[str, ...]:
        """What a cell below a key may be, to be shown."""
        if key == "item":
            return tuple(self.shape.items_with(self.scenario.given))
        if key == "period":
            return self.shape.periods
        if key == "product":
            return self.shape.product_ids
        return tuple(self._ids[key]) if key in self._ids else ()
