"""What one heading says, whatever table it stands in: a word of a key, an amount, a month, a period, a unit.

A heading such as ``2021年1月峰段电量(kWh)`` is read word by word; one with a word that nobody knows says nothing. The
names of periods and products come from the rule set; all other words are those of meters and exchanges everywhere.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from gridsim.importing.heading_texts import SUM, heading_text, other_quantity
from gridsim.importing.meanings import HELPERS, NOTHING_SAID, Meaning
from gridsim.tables.heading_units import unit_of_heading

if TYPE_CHECKING:
    from gridsim.column import Table
    from gridsim.rules.shape import MarketShape

__all__ = ["Vocabulary"]

_KEYS: Mapping[str, str] = {
    "user_id": r"(?:营销|用电|用户|客户|电力用户)?(?:户号|编号|编码|代码|号)|电力用户|用户|客户"
    r"|(?:user|account|customer)(?: ?(?:id|no\.?|number))?",
    "date": r"(?:数据|用电|抄表|业务|采集|计量|统计)?(?:日期|日)|date|day",
    "time": r"(?:数据|采集|计量|抄表)?(?:时间|时刻|时点|点)|时段|time(?:stamp)?|datetime|interval|hour",
    "starts_at": r"(?:起始|开始)(?:时间|时刻)|start(?:s| time)?|from",
    "ends_at": r"(?:结束|截止|终止)(?:时间|时刻)|ends_at|end(?:s| time)?|until",
    "period": r"(?:费率|分时|峰谷|峰平谷)(?:时段|类型|类别|名称|标识|标志)?|时段(?:类型|名称|类别)|tariff period",
    "month": r"(?:结算|用电|电量|电费|计量|抄表|交易|执行|标的)?(?:月份|年月|月)|账期|month",
    "year": r"年份|年度|年|year",
    "tariff_class": r"(?:用电|电价)(?:分类|类别|性质|类型)",
    "voltage": r"电压(?:等级)?",
    "session": r"交易(?:名称|序列|批次|场次)(?:名称|编号)?|序列名称",
    "product": r"(?:交易|电量|标的|电能)?品种",
    "generator_id": r"(?:售电方|发电方|售方|卖方|发电企业)(?:名称|编号)?",
    "seller_id": r"(?:售电方|发电方|售方|卖方|发电企业)(?:名称|编号)?",
    "buyer_id": r"(?:购电方|购方|买方)(?:名称|编号)?",
    "participant_id": r"(?:市场主体|交易主体)(?:名称|编号)?",
    "meter": r"(?:电能表|电表|表计)(?:资产)?(?:编号|号)|(?:资产)?表号|计量点(?:编号|号|名称)?|meter(?: ?(?:id|no\.?))?",
    "multiplier": r"(?:综合|总|计量|电能表)?(?:倍率|乘率)|multiplier|factor",
    "reading": r"(?:表计|抄表|电表|电能表)?(?:示数|示值|表码|读数|表底|底码)|(?:meter )?reading",
}
"""What people call the keys of several tables, beside the names that `gridsim.columns` has."""

_ENERGY = r"电能量|用电量|电量|电能|电度|energy|usage|consumption"
_PRICE = r"(?:电度|电量|目录|销售|到户)?电价|价格|单价|均价|成交价|出清价|price"
_SHOWN = r"(?:示数|示值|表码|读数|表底|底码|止码|码| reading)"
_READINGS = {
    "reading_from": rf"(?:上期|上次|上月|期初|起始|起|previous|opening)止?{_SHOWN}",
    "reading_to": rf"(?:本期|本次|本月|期末|终止|止|current|closing){_SHOWN}",
    "reading": r"示数|示值|表码|读数|reading",
}
_IDLE = (
    r"实际|实用|实抄|有功|正向|结算|计量|抄见|交易|市场化|市场|网供|分时|时段|用户|用电|用|时|段|其中"
    r"|本月|当月|全|年|月|日|度|的|of|at|in|metered|active|[\s_\-/·、,，:：()]+"
)
_PLANNED = r"合同|成交|申报|中标|计划|预测|预计|偏差|考核|contracted|planned|forecast|nominated"
"""Of what users were to use, or used otherwise than planned: idle words of contracts, and no words of meters."""
_YEAR = r"(?P<year>(?:19|20)\d\d)(?: ?年度?|[-/.](?=\d)|(?=$))"
_MONTH = r"(?P<month>1[0-2]|0?[1-9]) ?(?:月份?|(?=$))"
_MONTH_NAMES = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_ACCOUNT = r"(?<!\d)(?!(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))\d{8,20}(?!\d)"  # and no day
_MOST_OF_A_CELL = 10.0**15
_COMPACT = re.compile(r"(20\d\d)(0[1-9]|1[0-2])", re.ASCII)
_NOT_ONE = re.compile(r"率|均|比|额|费|款|名|同比|环比|average|share|ratio|amount|name", re.IGNORECASE)
_CORNER = re.compile(r"\s*[\\/|]\s*")
_OF_ANOTHER_TIME = re.compile(r"同期|上年|去年|上月|累计|last (?:year|month)|year to date", re.IGNORECASE)
"""What is no amount of energy or price, however many words of one it has."""


@dataclass(frozen=True)
class Vocabulary:
    """The words that headings of one table are made of.

    Parameters
    ----------
    table : Table
        As the market has it.
    shape : MarketShape
    given : mapping of str to Meaning
        By heading, what a map says that it means.
    """

    table: Table
    shape: MarketShape
    given: Mapping[str, Meaning] = field(default_factory=dict)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The columns of the table by each of their names, in small letters."""
        found: dict[str, str] = {}
        for column in self.table:
            for name in (column.name, *column.zh):
                found.setdefault(heading_text(name).casefold(), column.name)
        return found

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The columns that hold amounts."""
        return tuple(column.name for column in self.table if column.kind in ("energy", "price"))

    @cached_property
    def keys(self) -> frozenset[str]:
        """What columns may say of their rows: columns of the table, and those from which its own are made."""
        days = ("month", "year") if self.has_intervals else ()  # whose days may stand side by side
        return frozenset((*HELPERS, *days, *(column.name for column in self.table)))

    @cached_property
    def has_users(self) -> bool:
        """Whether the rows are amounts of users, which may stand side by side."""
        return "energy_mwh" in self.measures and any(column.name == "user_id" for column in self.table)

    @cached_property
    def has_intervals(self) -> bool:
        """Whether the columns of a day may be its intervals."""
        return any(column.name == "starts_at" for column in self.table)

    @cached_property
    def periods(self) -> Mapping[str, str]:
        """The periods, or products, by each of their names."""
        of = "products" if any(column.of == "products" for column in self.table) else "periods"
        words, also = self.shape.words.get(of, {}), self.shape.also.get(of, {})
        ids = self.shape.product_ids if of == "products" else self.shape.periods
        found: dict[str, str] = {}
        for name in ids:
            spoken = (words[name].en, words[name].zh) if name in words else ()
            for word in (name, *spoken, *also.get(name, ())):
                found.setdefault(word.casefold(), name)
                found.setdefault(word.removesuffix("时段").removesuffix("段").casefold(), name)
        return {word: name for word, name in found.items() if word}

    def period_of(self, cell: object) -> str | None:
        """The period, or product, that a cell names: 峰段, or 峰段电量; None if it names none."""
        known = self.periods.get(heading_text(cell).casefold())
        return known or (self._spoken(heading_text(cell)) or NOTHING_SAID).period or None

    @cached_property
    def _tokens(self) -> re.Pattern[str]:
        periods = "|".join(map(re.escape, sorted(self.periods, key=len, reverse=True)))
        months = "|".join(sorted(_MONTH_NAMES, key=len, reverse=True))
        account = _ACCOUNT if self.has_users else "(?!)"
        readings = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _READINGS.items())
        idle = _IDLE if self.has_users else f"{_PLANNED}|{_IDLE}"
        return re.compile(
            rf"(?P<user>{account})|(?P<compact>{_COMPACT.pattern}(?:月|(?=$)))|{_YEAR}|{_MONTH}|(?P<named>{months})月份?|{readings}"
            rf"|(?P<sum>{SUM})|(?P<period>{periods})(?:时段|段)?|(?P<price>{_PRICE})|(?P<energy>{_ENERGY})|(?:{idle})",
            re.IGNORECASE,
        )

    @cached_property
    def _known(self) -> dict[tuple[type, object], Meaning]:
        """What was said before: rows are looked at several times, alone and with those above them."""
        return {}

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return frozenset(self.table[name].kind for name in self.measures)

    def is_something_else(self, text: str) -> bool:
        """Whether a heading is that of money, power, a ratio, a mean or a name: no amount that the table could lose."""
        unit = unit_of_heading(text)
        is_of_unit = unit is not None and unit.quantity not in self._kinds
        is_price = "price" not in self._kinds and re.search(_PRICE, text, re.IGNORECASE) is not None
        if is_of_unit or is_price or _NOT_ONE.search(text) is not None or _OF_ANOTHER_TIME.search(text) is not None:
            return True
        return self.has_users and (other_quantity(text) == "other" or re.search(_PLANNED, text) is not None)

    def may_be_energy(self, text: str) -> bool:
        """Whether a heading that is not understood speaks of energy all the same, by its unit or by a word."""
        unit = unit_of_heading(text)
        is_of_unit = unit is not None and unit.quantity == "energy"
        return "energy" in self._kinds and (is_of_unit or re.search(_ENERGY, text, re.IGNORECASE) is not None)

    def measured(self, said: Meaning) -> Meaning:
        """The same with the column of its amounts, where a price by period is that of one column alone."""
        if said.measure or said.kind != "price" or not said.period:
            return said
        found = [
            name for name in self.measures if name.endswith(f"_{said.period}") and self.table[name].kind == "price"
        ]
        return replace(said, measure=found[0], period="") if len(found) == 1 else said

    def meaning(self, cell: object) -> Meaning:
        """What one cell of a heading row says: nothing, if it is of amounts that the table has none of."""
        known = self._known.get((type(cell), cell))
        if known is None:
            known = self._known[type(cell), cell] = self._said_of_the_table(cell)
        return known

    def key_of(self, cell: object) -> str:
        """The key that a cell names: a label beside what it says; empty if it names none."""
        return self.meaning(cell).key

    def _said_of_the_table(self, cell: object) -> Meaning:
        said = self._said(cell)
        return (
            NOTHING_SAID if said.kind in ("energy", "price") and said.kind not in self._kinds else self.measured(said)
        )

    def _said(self, cell: object) -> Meaning:
        if isinstance(cell, dt.datetime | dt.date):
            return Meaning(year=cell.year, month=cell.month) if cell.day == 1 else NOTHING_SAID
        text = heading_text(cell)
        if isinstance(cell, float) and abs(cell) >= _MOST_OF_A_CELL:
            return NOTHING_SAID  # a spreadsheet has put zeros for its last digits
        if text in self.given:
            return self.given[text]
        named = self._named(text)
        if named is not None:
            return named
        unit = unit_of_heading(text)
        if unit is not None:
            quantity = unit.quantity if unit.quantity in ("energy", "price", "power") else ""
            named = self._named(unit.name)
            if named is not None and (named.key or not quantity):
                return named
            if not quantity:
                return NOTHING_SAID
            said = named if named is not None else self._spoken(unit.name)
            if said is None:
                return NOTHING_SAID
            return replace(said, unit=unit, kind=said.kind or ("" if said.measure else quantity))
        return self._spoken(text) or NOTHING_SAID

    def _named(self, text: str) -> Meaning | None:
        """A heading that is the name of a column, or what people call one."""
        lower = text.casefold().strip()
        column = self.names.get(lower)
        has_unit = unit_of_heading(text) if column is not None else None
        if column in self.measures:
            kind = self.table[column].kind
            return Meaning(measure=column, kind=kind, unit=has_unit)
        if column is not None:
            return Meaning(key=column)
        for key, pattern in _KEYS.items():
            if key in self.keys and re.fullmatch(pattern, lower):
                return Meaning(reading=key, kind="energy") if key == "reading" else Meaning(key=key)
        pieces = _CORNER.split(lower)
        if self.has_intervals and len(pieces) == 2 and all(pieces):  # 时段\\日期: times below, and days beside them
            keys = {self._key_of_word(piece) for piece in pieces}
            if "date" in keys and keys & {"time", "starts_at", "ends_at"}:
                return Meaning(key="time")
        return None

    def _key_of_word(self, word: str) -> str:
        return next((key for key, pattern in _KEYS.items() if key in self.keys and re.fullmatch(pattern, word)), "")

    def _spoken(self, text: str) -> Meaning | None:
        """A heading that is made of words: None if one of them is unknown."""
        if not text:
            return NOTHING_SAID
        if _NOT_ONE.search(text) and not re.search(_PRICE, text):
            return None
        said: dict[str, object] = {}
        place = 0
        while place < len(text):
            match = self._tokens.match(text, place)
            if match is None or match.end() == place:
                return None
            place = match.end()
            if not self._take(match, said):
                return None
        if not said:
            return None
        made = Meaning(**said)  # type: ignore[arg-type]
        return replace(made, kind="energy") if made.reading or (made.user and not made.kind) else made

    def _take(self, match: re.Match[str], said: dict[str, object]) -> bool:
        """Note what one word says; False if the heading says another already."""
        groups = {name: text for name, text in match.groupdict().items() if text}
        found: dict[str, object] = {}
        if "user" in groups:
            found = {"user": groups["user"]}
        elif "compact" in groups:
            found = {"year": int(groups["compact"][:4]), "month": int(groups["compact"][4:6])}
        elif "year" in groups:
            found = {"year": int(groups["year"])}
        elif "month" in groups:
            found = {"month": int(groups["month"])}
        elif "named" in groups:
            found = {"month": _MONTH_NAMES.index(groups["named"]) + 1}
        elif "sum" in groups:
            found = {"is_sum": True}
        elif "period" in groups:
            found = {"period": self.periods[groups["period"].casefold()]}
        elif "energy" in groups:
            found = {"kind": "energy"}
        elif "price" in groups:
            found = {"kind": "price"}
        else:
            reading = next((name for name in _READINGS if name in groups), None)
            found = {} if reading is None else {"reading": reading}
        if any(name in said and said[name] != value for name, value in found.items()):
            return False
        said.update(found)
        return True
