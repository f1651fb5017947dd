"""Lists of a rule file's own: what they may say, every fault with its line, and files that change another's lists."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsim.errors import Fault, ScenarioError
from gridsim.rules import RuleSet, load
from gridsim.rules.day_hours import periods_of_day
from gridsim.rules.shape_model import ShapeFile
from tests.markets import lists_of
from tests.oracle.shape import load_shape
from tests.properties.draws import SeededChooser
from tests.properties.shapes import random_shape

HEAD = """\
id: own
title: {en: Made up, zh: 虚构}
document: {number: X1, en: Made-up rules, zh: 虚构规则}
in_force: {from: 2023-01, to: 2023-12}
values: {}
"""
PLAIN: dict[str, Any] = {
    "id": "own",
    "title": {"en": "Made up", "zh": "虚构"},
    "document": {"number": "X1", "en": "Made-up rules", "zh": "虚构规则"},
    "in_force": {"from": "2023-01", "to": "2023-12"},
    "values": {},
}
SHAPE = """\
shape:
  periods: {day: {en: day, zh: 日}, night: {en: night, zh: 夜}}
  hours:
    - {days: days_off, use: {day: ["10:00-16:00"], night: ["16:00-10:00"]}}
    - {use: {day: ["06:30-21:15"], night: ["21:15-06:30"]}}
  coefficients: {day: 1.2, night: 0.6}
  products: {all: [day, night]}
  accounts: [GRID, GOVERNMENT]
  tariff: {list: by_period, wires: one}
  modes:
    plain:
      products: [all]
      over:
        - {edge: 1.02, price: {tariff: list}, payee: GRID}
        - {edge: 1.1, price: {times: [1.5, {tariff: list}]}, payee: GRID}
      under:
        - {edge: 0.98, price: 5}
      charges:
        - {item: wires, price: {product: [{tariff: wires}, coefficient]}, payee: GRID}
  definitions: {K: {steps: {of: {market: coal}, below: {800: 0.9}, else: 1}}}
  sessions:
    auction: {how: uniform, takers: any}
  checks: [credit]
"""


def loaded(folder: Path, text: str) -> RuleSet:
    (folder / "own.yaml").write_text(text, "utf-8")
    return load("own.yaml", base_dir=folder)


def faults_of(folder: Path, text: str) -> tuple[Fault, ...]:
    with pytest.raises(ScenarioError) as caught:
        loaded(folder, text)
    return caught.value.faults


def with_shape(folder: Path, shape: dict[str, Any]) -> RuleSet:
    return loaded(folder, json.dumps(PLAIN | {"shape": shape}, ensure_ascii=False))


# ------------------------------------------------------------------------------------------------- what a file may say


def test_a_set_of_ones_own(tmp_path: Path) -> None:
    rules = loaded(tmp_path, HEAD + SHAPE)
    shape = rules.shape
    assert shape.periods == ("day", "night") and shape.words["periods"]["night"].zh == "夜"
    assert [band.edge.arguments for band in shape.modes[0].over if band.edge] == [(10_200,), (11_000,)]
    working, off = (periods_of_day(shape, rules.values, "2023-05", days) for days in ("working_days", "days_off"))
    assert working.count("day") == 59 and working[26] == "day" and working[85] == "night" and working[25] == "night"
    assert off.count("day") == 24 and off[0] == off[95] == "night"
    assert not hasattr(rules.values, "settlement")
    assert rules.hash != load("henan-2021").hash


def test_a_manifest_carries_the_lists(tmp_path: Path) -> None:
    rules = loaded(tmp_path, HEAD + SHAPE)
    data = json.loads(json.dumps(rules.to_dict(), ensure_ascii=False))
    again = RuleSet.from_dict(data)
    assert (again, again.hash, again.shape) == (rules, rules.hash, rules.shape)
    assert again.to_dict() == rules.to_dict()
    data["shape"]["modes"]["plain"]["over"][0]["edge"] = "1.03"
    with pytest.raises(ScenarioError, match="don't match their hash"):
        RuleSet.from_dict(data)


def test_henans_manifest_says_what_it_said_before() -> None:
    assert load("henan-2021").to_dict()["format"] == 2
    assert "shape" not in load("henan-2021", {"settlement.tou.upper": 1.05}).to_dict()


def test_names_and_clauses_change_no_hash(tmp_path: Path) -> None:
    rules = loaded(tmp_path, HEAD + SHAPE)
    named = loaded(
        tmp_path, HEAD + SHAPE.replace("payee: GRID}\n      under", "payee: GRID, clause: '7'}\n      under")
    )
    assert named.hash == rules.hash
    assert (rules.cited("ledger.overrun.plain"), named.cited("ledger.overrun.plain")) == ("unstated", "7")


def test_jiangsus_lists_are_taken(tmp_path: Path) -> None:
    rules = with_shape(tmp_path, {key: each for key, each in load_shape("jiangsu-2023").items() if key != "id"})
    assert rules.cited("ledger.overrun.market") == "117.2"
    assert rules.cited("ledger.over_generation.sellers") == "123.4"
    assert rules.cited("ledger.funds.left_market") == "45"
    assert not rules.shape.direct
    assert RuleSet.from_dict(rules.to_dict()) == rules


@pytest.mark.parametrize("seed", range(60))
def test_random_lists_are_taken(seed: int, tmp_path: Path) -> None:
    shape = lists_of(random_shape(SeededChooser(seed)))
    try:
        rules = with_shape(tmp_path, shape)
    except ScenarioError as error:  # charges of a mode that rest on a contract, for users who have none
        faults = error.faults
    else:
        faults = ()
        assert RuleSet.from_dict(json.loads(json.dumps(rules.to_dict()))) == rules
        assert rules.shape.periods == tuple(shape["periods"])
        assert all(rules.cited(name) for name in rules.citations)
    assert all("only where a line is of a position" in fault.message for fault in faults)


# -------------------------------------------------------------------------------------------------- values of its own


def test_values_of_ones_own_with_their_kinds(tmp_path: Path) -> None:
    said = 'clause: "7", origin: notice, verified: true, en: "{value}", zh: "{value}"'
    values = f"""\
values:
  bands.upper: {{value: 1.02, unit: ratio, most: 2, {said}}}
  bands: {{price: {{value: -5, unit: yuan/MWh, least: -100, most: 100, {said}}}}}
  bands.of_night: {{value: day, unit: option, names: [day, night], {said}}}
"""
    shape = SHAPE.replace("edge: 1.02", "edge: {value: bands.upper}").replace("price: 5", "price: {value: bands.price}")
    text = HEAD.replace("values: {}\n", values) + shape.replace(
        "price: {tariff: list}", "price: {tariff: list, period: {night: {value: bands.of_night}}}", 1
    )
    rules = loaded(tmp_path, text)
    assert (rules.values.bands.upper, rules.values.bands.price) == (10_200, -5_000)
    assert rules.cited("ledger.overrun.plain") == "7"
    changed = rules.with_overrides(
        {"bands.upper": [{"from": "2023-01", "value": 1}, {"from": "2023-05", "value": 1.1}]}
    )
    assert [changed.at(month).bands.upper for month in ("2023-04", "2023-05")] == [10_000, 11_000]
    assert RuleSet.from_dict(json.loads(json.dumps(changed.to_dict()))) == changed
    with pytest.raises(ScenarioError, match=r"bands.upper: the edges of the bands are out of order"):
        rules.with_overrides({"bands.upper": 1.2})
    with pytest.raises(ScenarioError, match=r"nearest: bands.upper"):
        rules.with_overrides({"bands.uper": 1.2})
    with pytest.raises(ScenarioError, match=r"a number from -100 to 100"):
        rules.with_overrides({"bands.price": 200})


@pytest.mark.parametrize(
    ("entry", "column", "message", "allowed"),
    [
        ("{value: 1}", "unit", "the unit is missing", "one of option, ratio"),
        ("{value: 1, unit: ratoi}", "unit", "unknown unit", "nearest: ratio"),
        ("{value: 1, unit: ratio, names: [a]}", "names", "not a key of a value with this unit", "most, may_be_open"),
        ("{value: 1, unit: ratio, most: many}", "most", "not a whole number", "a whole number"),
        ("{value: 1, unit: option}", "unit", "the options of the value are missing", ""),
    ],
)
def test_faults_of_a_kind(tmp_path: Path, entry: str, column: str, message: str, allowed: str) -> None:
    found = faults_of(tmp_path, HEAD.replace("values: {}", f"values: {{own.one: {entry}}}") + SHAPE)
    assert any(
        fault.column == f"values.own.one.{column}" and message in fault.message and allowed in fault.allowed
        for fault in found
    )


def test_gridsims_own_groups_are_whole(tmp_path: Path) -> None:
    said = 'clause: "7", origin: choice, en: "{value}", zh: "{value}"'
    found = faults_of(
        tmp_path,
        HEAD.replace(
            "values: {}", f"values: {{matching.k: {{value: 0.5, unit: ratio, most: 3, {said}}}, matching.q: 1}}"
        )
        + SHAPE,
    )
    told = {(fault.column, str(fault.message)) for fault in found}
    assert ("values.matching.ties", "the value is missing") in told
    assert ("values.matching.k.most", "a value that gridsim reads itself has the kind that it needs") in told
    assert ("values.matching.q", "there is no such value in a rule set") in told


# ---------------------------------------------------------------------------------------------------------- its faults

S, P = "shape.", "shape.modes.plain."
WRONG = [
    ("accounts: [GRID, GOVERNMENT]", "acounts: [GRID]", S + "acounts", "unknown key", "nearest: accounts"),
    ("edge: 1.1,", "edge: 1.01,", P + "over[1].edge", "out of order", "ascending"),
    ("products: [all]", "products: [al]", P + "products[0]", "no such name", "nearest: all"),
    ("price: {tariff: list}, payee: GRID", "price: {tariff: list}, payee: GRIT",
     P + "over[0].payee", "no such name", "nearest: GRID"),
    ("{edge: 0.98, price: 5}", "{edge: 0.98, prise: 5}", P + "under[0].price", "missing key", "'prise' is not it"),
    ("price: 5}", "price: coefficient}", P + "under[0].price", "a price is needed", "a number"),
    ("price: 5}", "price: {tariff: list}}", P + "under[0].price", "of a user's period", "same for all"),
    ('"21:15-06:30"', '"21:15-06:00"', S + "hours[1].use", "06:00-06:30 is in no period", "exactly one period"),
    ('"06:30-21:15"', '"06:35-21:15"', S + "hours[1].use.day[0]", "at a quarter-hour", "08:00-11:30"),
    ('"06:30-21:15"', '"630-21:15"', S + "hours[1].use.day[0]", "not a range", "08:00-11:30"),
    ("coefficients: {day: 1.2, night: 0.6}", "coefficients: {day: 1.2}",
     P + "charges[0].price", "not every period", "each period"),
    ("how: uniform", "how: high_low", S + "sessions.auction.takers", "only in uniform", "how: uniform"),
    ("how: uniform", "how: unifrom", S + "sessions.auction.how", "no such name", "nearest: uniform"),
    ("{K: {steps", "{L: {sum: [1, M]}, M: {sum: [1, L]}, K: {steps",
     S + "definitions.L", "in a circle: L → M → L", "rests on it"),
    ("products: {all: [day, night]}", "products: {all: [day, night], rest: [day]}",
     S + "products.rest", "0 modes trade", "one mode"),
    ("products: {all: [day, night]}", "products: {all: [day]}",
     P + "products", "no product of the mode covers night", "every period once"),
    ("day: {en: day, zh: 日}, night", "a/b: {}, night", S + "periods.a/b", "can't be an id", "without blanks"),
    ("accounts: [GRID, GOVERNMENT]", "accounts: [GRID]\n  items: [MARKET]",
     S + "items.MARKET", "this name is taken", "another id"),
    ("{item: wires,", "{item: energy,", P + "charges[0].item", "gridsim's own", "another name"),
    ("price: 5}", "price: 5, fee: 1}", P + "under[0].fee", "who collects fees", "the section fees"),
    ("checks: [credit]", "checks: 5", S + "checks", "wrong type", "names of checks"),
    ("checks: [credit]", "off_tariff: {period: dai}", S + "off_tariff.period", "no such name", "nearest: day"),
    ("checks: [credit]", "scale: {contracts: {tariff: lisst, period: day}}",
     S + "scale.contracts.tariff", "no such name", "nearest: list"),
    ("checks: [credit]", "scale: {contracts: {tariff: list, period: dai}}",
     S + "scale.contracts.period", "no such name", "nearest: day"),
    ("checks: [credit]", "scale: {contracts: {tariff: wires, period: day}}",
     S + "scale.contracts.period", "no such name", ""),
    ("checks: [credit]", "scale: {contains: {list: [wires, wire]}}",
     S + "scale.contains.list[1]", "no such name", "nearest: wires"),
    ("checks: [credit]", "order_of_legs: [time, prise]", S + "order_of_legs[1]", "no such name", "nearest: price"),
    ("checks: [credit]", "counterparty: both", S + "counterparty", "unknown name", "direct"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "column", "message", "allowed"), WRONG, ids=lambda each: str(each)[:30])
def test_a_fault_has_its_line_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, column: str, message: str, allowed: str
) -> None:
    assert old in SHAPE
    text = HEAD + SHAPE.replace(old, new, 1)
    found = {fault.column: fault for fault in faults_of(tmp_path, text)}
    assert column in found, list(found)
    fault = found[column]
    key = re.split(r"[.\[]", re.sub(r"\[\d+\]", "", column))[-1]
    line = text.splitlines()[(fault.row or 0) - 1]
    assert key in line or (fault.message == "missing key" and "prise" in line)
    assert message in fault.message
    assert allowed in fault.allowed


def test_every_fault_at_once(tmp_path: Path) -> None:
    text = HEAD + SHAPE
    for old, new in (
        ("edge: 1.02", "egde: 1.02"),
        ("takers: any", "takers: all"),
        ("{tariff: wires}", "{tariff: wire}"),
    ):
        text = text.replace(old, new, 1)
    assert [fault.column for fault in faults_of(tmp_path, text + "values2: 1\n")] == [
        "values2",
        "shape.modes.plain.over[0].edge",
        "shape.modes.plain.over[0].egde",
        "shape.sessions.auction.takers",
        "shape.modes.plain.charges[0].price.product[0].tariff",
    ]


def test_what_rests_on_sound_parts_is_told_beside_the_faults_of_others(tmp_path: Path) -> None:
    """Hours, products and names are held against each other although a payee, a price and two values are wrong."""
    text = (
        HEAD.replace(
            "values: {}",
            """values:
  near.edge: {value: 1.05, clause: "1", origin: choice, en: E., zh: 甲。}
  near.times: {value: 1.1, unit: procent, clause: "1", origin: choice, en: T., zh: 乙。}""",
        )
        + """\
shape:
  periods: {sun: , rest: }
  hours: [{use: {sun: ["09:00-16:00"], rest: ["16:00-08:00"]}}]
  products: {sun: [sun], rest: [rest]}
  accounts: {GRID: }
  modes:
    plain:
      products: [sun]
      over:
        - edge: {value: near.edge}
          price: {times: [{value: near.times}, {sum: [contract_mean, {tariff: list}]}]}
          payee: GRD
"""
    )
    band = "shape.modes.plain.over[0]."
    told = {fault.column: (fault.message, fault.allowed) for fault in faults_of(tmp_path, text)}
    assert [told.pop(f"values.near.{name}.unit")[0] for name in ("edge", "times")] == [
        "the unit is missing",
        "unknown unit",
    ]
    assert told == {
        f"{band}price.times[1].sum[1].tariff": ("there is no such name", "a name under tariff, where none stands yet"),
        f"{band}payee": ("there is no such name", "GRID; nearest: GRID"),
        "shape.modes.plain.products": (
            "no product of the mode covers rest",
            "products that together cover every period once",
        ),
        "shape.products.rest": ("0 modes trade this product", "each product in one mode"),
        "shape.hours[0].use": (
            "the periods do not make up the day: 08:00-09:00 is in no period",
            "every quarter-hour from 00:00 to 24:00 in exactly one period",
        ),
    }


def test_names_may_be_left_out(tmp_path: Path) -> None:
    listed = HEAD + SHAPE
    bare = listed.replace("accounts: [GRID, GOVERNMENT]", "accounts: {GRID: , GOVERNMENT: }")
    assert bare != listed
    assert loaded(tmp_path, bare).shape == loaded(tmp_path, listed).shape


ODD = [None, 5, True, "x", "", [], {}, [[]], [{}], {"x": 1}, {"value": []}, {"value": "x"}, [1], "none", {"tariff": []}]


def _places(node: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [place, *(found for key, each in inner for found in _places(each, (*place, key)))]


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 300), data=st.data())
def test_whatever_stands_there_is_taken_or_told(seed: int, data: st.DataObject, tmp_path_factory: Any) -> None:
    shape = {key: each for key, each in random_shape(SeededChooser(seed)).items() if key != "id"}
    shape = copy.deepcopy(shape)
    *way, last = data.draw(st.sampled_from(_places(shape)[1:]))
    node: Any = shape
    for key in way:
        node = node[key]
    node[last] = data.draw(st.sampled_from(ODD))
    folder = tmp_path_factory.mktemp("odd")
    try:
        with_shape(folder, shape)
    except ScenarioError as error:
        faults = error.faults
    else:
        return
    assert faults and all(fault.message for fault in faults)


# ------------------------------------------------------------------------------- files that change the lists of another


def test_a_file_changes_pieces_of_henans_lists(tmp_path: Path) -> None:
    rules = loaded(
        tmp_path,
        """\
id: own
extends: henan-2021
values: {settlement.tou.upper: 1.05}
shape:
  coefficients: {peak: 1.7}
  modes:
    tou:
      under:
        - {edge: {value: settlement.tou.lower}, price: {value: settlement.shortfall_price}}
        - {edge: 0.8, price: 30}
  sessions: {half_year: none}
""",
    )
    henan = load("henan-2021")
    assert rules.shape.coefficients[0].arguments == (17_000,)
    assert rules.shape.coefficients[1] == henan.shape.coefficients[1]
    assert [len(mode.under) for mode in rules.shape.modes] == [1, 2]
    assert rules.shape.modes[0] == henan.shape.modes[0]
    assert "half_year" not in [kind.id for kind in rules.shape.sessions]
    assert rules.values.settlement.tou.upper == 10_500
    assert rules.hash != henan.with_overrides({"settlement.tou.upper": "1.05"}).hash
    assert rules.cited("ledger.transmission.transition") == "N4"
    again = RuleSet.from_dict(json.loads(json.dumps(rules.to_dict(), ensure_ascii=False)))
    assert again == rules and again.hash == rules.hash
    changed = again.with_overrides({"settlement.tou.lower": 0.9})
    assert changed.values.settlement.tou.lower == 9_000 and changed.shape == rules.shape


def test_a_file_may_have_periods_that_henan_has_not(tmp_path: Path) -> None:
    rules = loaded(
        tmp_path,
        """\
id: own
extends: henan-2021
shape:
  periods: {sharp: {en: sharp peak, zh: 尖峰}}
  hours:
    - months: [7, 8]
      use:
        sharp: ["10:30-11:30"]
        peak: ["08:00-10:30", "11:30-12:00", "18:00-22:00"]
        flat: ["12:00-18:00", "22:00-24:00"]
        valley: ["00:00-08:00"]
    - use: {peak: {value: periods.peak}, flat: {value: periods.flat}, valley: {value: periods.valley}}
  coefficients: {sharp: 1.9}
  products:
    total: {periods: [peak, flat, valley, sharp]}
    sharp: {periods: [sharp], en: sharp peak, zh: 尖峰}
  modes: {tou: {products: [peak, flat, valley, sharp]}}
""",
    )
    assert rules.shape.periods == ("peak", "flat", "valley", "sharp")
    july, june = (periods_of_day(rules.shape, rules.at(month), month) for month in ("2021-07", "2021-06"))
    assert july.count("sharp") == 4 and june.count("sharp") == 0 and july[42] == "sharp"
    with pytest.raises(ScenarioError, match="08:00-09:00 is in no period"):
        rules.with_overrides({"periods.peak": [[9, 12], [18, 22]]})


def test_faults_of_a_piece(tmp_path: Path) -> None:
    text = "id: own\nextends: henan-2021\nshape:\n  modes:\n    tou: {products: [peak, flat]}\n"
    (fault,) = [each for each in faults_of(tmp_path, text) if each.column == "shape.modes.tou.products"]
    assert (fault.row, str(fault.message)) == (5, "no product of the mode covers valley")


# ------------------------------------------------------------------------------------------------------- what docs show

PAGES = Path(__file__).parents[2] / "docs" / "rules"


@pytest.mark.parametrize("page", ["language.md", "language.zh.md"])
def test_the_examples_of_the_page_are_taken(tmp_path: Path, page: str) -> None:
    whole, _, piece = re.findall(r"```yaml\n(.*?)```", (PAGES / page).read_text("utf-8"), re.DOTALL)
    rules = loaded(tmp_path, HEAD + whole)
    assert rules.cited("ledger.overrun.plain") == "12"
    sections = {line.split(":")[0].strip() for line in whole.splitlines() if re.match(r"  \w+:", line)}
    assert sections >= set(ShapeFile.model_fields) - {"transfers", "market_prices", "notes", "explained"}
    assert [len(mode.under) for mode in loaded(tmp_path, piece).shape.modes] == [1, 2]
