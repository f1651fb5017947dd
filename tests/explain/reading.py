"""Reads an explanation back as its reader does: calculations with a pocket calculator, tables by headings."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import floor

import gridsim
from gridsim.explain import Explanation, Grid, ListItem, Step
from gridsim.explain.script import HEADINGS
from gridsim.explain.words import Wording

# An expression with at least one sign, what it comes to (cut off if … follows), and what that is rounded to.
CALCULATION = re.compile(
    r"(?<!\w)(?P<expression>[-(（\d][-\d,.() （）×÷+−]*[×÷+−][-\d,.() （）×÷+−]*?)\s*=\s*"
    r"(?P<result>-?[\d,]+(?:\.\d+)?)(?P<more>…?)"
    r"(?: → (?P<after>-?[\d,]+\.\d+)(?P<half_up> \(half up\)|（四舍五入）)?)?"
)
_SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def all_unit_months(result: gridsim.Result) -> list[tuple[str, str]]:
    """Every unit with a position in a month, and every user outside the market."""
    units = zip(result.positions["unit_id"], result.positions["month"], strict=True)
    cells = result.cell_settlement[result.cell_settlement["unit_id"].isna()]
    return sorted({*units, *zip(cells["user_id"], cells["month"], strict=True)})


def texts(step: Step) -> Iterator[str]:
    """Every sentence of a step."""
    for block in step.lines:
        if isinstance(block, ListItem):
            yield block.head
            yield from block.lines
        elif isinstance(block, str):
            yield block


def grids(step: Step) -> Iterator[tuple[Grid, list[dict[str, str]], dict[str, str]]]:
    """Every table of a step, its rows and its foot by heading."""
    for block in step.lines:
        if isinstance(block, Grid):
            rows = [dict(zip(block.headings, row, strict=True)) for row in block.rows]
            foot = dict(zip(block.headings, block.foot, strict=True)) if block.foot else {}
            yield block, rows, foot


def headings(lang: str) -> Callable[[str], str]:
    """What the columns of the tables are called in a language, by name."""
    return lambda name: Wording(lang).say(HEADINGS[name])


def number(text: str) -> Fraction:
    return Fraction(text.replace(",", ""))


def step_called(explanation: Explanation, english: str) -> Step:
    """The first step of a title, given in English."""
    title = Wording(explanation.lang).say(english)
    return next(step for step in explanation.steps if step.title == title)


def check_calculations(text: str) -> int:
    """Every calculation in a text must be right to the last digit shown; how many there were."""
    count = 0
    for match in CALCULATION.finditer(text):
        exact = _evaluated(match["expression"])
        shown = number(match["result"])
        if match["more"]:
            unit = Fraction(1, 10 ** len(match["result"].partition(".")[2]))
            assert abs(shown) <= abs(exact) < abs(shown) + unit, text
        else:
            assert shown == exact, text
        if match["half_up"]:
            assert number(match["after"]) == _half_up(exact), text
        elif match["after"]:
            # rounded down; to the largest remainders a kWh is added
            assert number(match["after"]) - Fraction(floor(exact * 1000), 1000) in (0, Fraction(1, 1000)), text
        count += 1
    return count


def _half_up(value: Fraction) -> Fraction:
    rounded = floor(abs(value) * 1000 + Fraction(1, 2))
    return Fraction(rounded if value >= 0 else -rounded, 1000)


def _evaluated(expression: str) -> Fraction:
    plain = expression.translate(str.maketrans({"×": "*", "÷": "/", "−": "-", "（": "(", "）": ")", ",": None}))
    quoted = re.sub(r"\d+(?:\.\d+)?", lambda match: repr(match[0]), plain.strip())  # no float touches a number
    return _value(ast.parse(quoted, mode="eval").body)


def _value(node: ast.expr) -> Fraction:
    if isinstance(node, ast.BinOp):
        result: Fraction = _SIGNS[type(node.op)](_value(node.left), _value(node.right))
        return result
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand)
    assert isinstance(node, ast.Constant)
    return Fraction(str(node.value))
