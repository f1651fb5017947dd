"""Price expressions of a batch as what its kernel pays by: a value and a mark each (`gridsim.core.draws.arrays`).

What of an expression does not rest on the mean price of the energy in band is worked out once, for each group of cells
or position; the rest becomes a program that the kernel runs in each draw.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from gridsim.core.draws import program as op
from gridsim.core.draws.arrays import FIXED, LACKING, LINEAR, MARK_BITS, PROGRAM, Programs
from gridsim.core.settlement.arrays import LIMIT
from gridsim.errors import InputOverflowError
from gridsim.settlement.figures import Figure, Where, figure
from gridsim.settlement.linear import linear, rests_on
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules.expression import Expression

    Ints = NDArray[np.int64]
    Range = tuple[int, int]

__all__ = ["ProgramBook", "marked", "rests_on_draws"]

_MEAN = "in_band_mean"
_CHOICES = {"first": op.FIRST, "least": op.LEAST, "greatest": op.GREATEST}


def rests_on_draws(expression: Expression) -> bool:
    """Whether it differs from draw to draw."""
    return rests_on(expression, (_MEAN,))


def marked(price: Figure, length: int) -> tuple[Ints, Ints]:
    """Values and marks of prices that are the same in every draw.

    Parameters
    ----------
    price : Figure
    length : int
    """
    values = np.broadcast_to(price.values, length).astype(np.int64)
    if price.is_there is None:
        return values, np.full(length, FIXED, dtype=np.int64)
    return values, np.where(np.broadcast_to(price.is_there, length), FIXED, LACKING).astype(np.int64)


@dataclass
class ProgramBook:
    """Programs as they are found, each once, and the constants of all places that run them.

    Attributes
    ----------
    mean : (int, int)
        Least and greatest that the mean price in band can be [micro-yuan/kWh].
    """

    mean: Range
    _numbers: dict[Expression, int] = field(default_factory=dict)
    _code: list[list[tuple[int, int]]] = field(default_factory=list)
    _constants: list[Ints] = field(default_factory=list)
    _there: list[Ints] = field(default_factory=list)
    _length: int = 0

    def marked(self, expression: Expression, where: Where, length: int, *, always_there: bool) -> tuple[Ints, Ints]:
        """Values and marks of a price that rests on the draws, in so many places.

        Parameters
        ----------
        expression : Expression
        where : Where
            The places, without the mean price in band.
        length : int
        always_there : bool
            Whether there is energy in band wherever the price is paid.
        """
        straight = linear(expression, where, (_MEAN,)) if always_there else None
        if straight is not None:
            base, swing = straight
            least, greatest = self.mean
            _check((int(base.min(initial=0)) + least, int(base.max(initial=0)) + greatest), _range(swing))
            mark = LINEAR + (np.broadcast_to(swing, length).astype(np.int64) << MARK_BITS)
            return np.broadcast_to(base, length).astype(np.int64), mark
        compiler = _Compiler(where, self.mean)
        compiler.compile(expression)
        number = self._numbers.setdefault(expression, len(self._code))
        if number == len(self._code):
            self._code.append(compiler.code)
        width = 1 + len(compiler.constants)
        block, there = np.zeros((length, width), dtype=np.int64), np.ones((length, width), dtype=np.int64)
        block[:, 0] = number
        for place, constant in enumerate(compiler.constants, 1):
            block[:, place] = constant.values
            if constant.is_there is not None:
                there[:, place] = constant.is_there
        self._constants.append(block.ravel())
        self._there.append(there.ravel())
        begin = self._length + width * np.arange(length, dtype=np.int64)
        self._length += width * length
        return np.zeros(length, dtype=np.int64), PROGRAM + (begin << MARK_BITS)

    def programs(self) -> Programs:
        """All that was found, for the kernel."""
        nothing = np.zeros(0, dtype=np.int64)
        code = np.array([each for program in self._code for each in program], dtype=np.int64).reshape(-1, 2)
        return Programs(
            start=np.cumsum([0, *map(len, self._code)]).astype(np.int64),
            code=np.ascontiguousarray(code[:, 0]),
            argument=np.ascontiguousarray(code[:, 1]),
            constant=np.concatenate([nothing, *self._constants]),
            is_there=np.concatenate([nothing, *self._there]),
        )


def _range(values: Ints) -> Range:
    return int(values.min(initial=0)), int(values.max(initial=0))


def _check(*factors: Range) -> Range:
    """What a product of figures in these ranges may be; an error if that may leave int64."""
    low, high = factors[0]
    for least, greatest in factors[1:]:
        ends = [one * other for one in (low, high) for other in (least, greatest)]
        low, high = min(ends), max(ends)
        if max(-low, high) > int(LIMIT):
            raise InputOverflowError(Sentence("the rules have prices and ratios with products that leave int64"))
    return low, high


class _Compiler:
    """An expression as operations on a stack; each method leaves one figure more there."""

    def __init__(self, where: Where, mean: Range) -> None:
        self.code: list[tuple[int, int]] = []
        self.constants: list[Figure] = []
        self._where, self._mean = where, mean
        self._known: dict[Expression, int] = {}

    def compile(self, expression: Expression) -> tuple[int, Range]:
        """Its decimals, and between what it lies."""
        if not rests_on_draws(expression):
            found = figure(expression, self._where)
            self.constants.append(found)
            self._do(op.CONSTANT, len(self.constants))
            return found.decimals, _range(np.asarray(found.values))
        if expression.word == _MEAN:
            self._do(op.MEAN)
            return 0, self._mean
        if expression.word == "steps":
            return self._steps(expression)
        if expression.word == "product":
            return self._product(expression)
        return self._combined(expression)

    def _do(self, code: int, argument: int = 0) -> None:
        self.code.append((code, argument))

    def _decimals(self, expression: Expression) -> int:
        if expression not in self._known:
            apart = _Compiler(self._where, self._mean)
            apart._known = self._known
            self._known[expression] = apart.compile(expression)[0]
        return self._known[expression]

    def _alike(self, expression: Expression, decimals: int) -> Range:
        """The same with so many decimals."""
        own, (low, high) = self.compile(expression)
        if own == decimals:
            return low, high
        scale = 10 ** (decimals - own)
        self._do(op.SCALE, scale)
        return _check((low, high), (scale, scale))

    def _product(self, expression: Expression) -> tuple[int, Range]:
        decimals, reach = self.compile(expression.parts[0])
        for part in expression.parts[1:]:
            more, other = self.compile(part)
            reach, decimals = _check(reach, other), decimals + more
            self._do(op.TIMES)
        if expression.is_ratio:
            return decimals, reach
        if decimals:
            self._do(op.ROUND, 10**decimals)
        return 0, (reach[0] // 10**decimals, -(-reach[1] // 10**decimals))

    def _combined(self, expression: Expression) -> tuple[int, Range]:
        decimals = max(map(self._decimals, expression.parts))
        low, high = self._alike(expression.parts[0], decimals)
        for part in expression.parts[1:]:
            least, greatest = self._alike(part, decimals)
            if expression.word == "sum":
                self._do(op.ADD)
                low, high = low + least, high + greatest
            elif expression.word == "less":
                self._do(op.LESS)
                low, high = low - greatest, high - least
            else:
                self._do(_CHOICES[expression.word])
                low, high = min(low, least), max(high, greatest)
        return decimals, (low, high)

    def _steps(self, expression: Expression) -> tuple[int, Range]:
        edges = expression.arguments
        of, *steps = expression.parts
        below, otherwise, absent = steps[: len(edges)], steps[len(edges)], steps[len(edges) + 1 :]
        decimals = max(map(self._decimals, steps))
        self.compile(of)
        reaches = [self._alike(otherwise, decimals)]
        for edge, step in zip(reversed(edges), reversed(below), strict=True):
            reaches.append(self._alike(step, decimals))
            self._do(op.STEP, edge)
        if absent:
            reaches.append(self._alike(absent[0], decimals))
            self._do(op.END_OR_ABSENT)
        else:
            self._do(op.END_STEPS)
        return decimals, (min(low for low, _ in reaches), max(high for _, high in reaches))
