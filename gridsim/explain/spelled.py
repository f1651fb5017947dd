"""A price expression written out for a reader: with its names, with its numbers, and where the numbers come from.

What can't stand within a calculation, such as the smallest of several prices or a price that is rounded inside
another one, is worked out on a line of its own before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from gridsim.explain.arithmetic import Quotient, cut_off, price_quotient
from gridsim.explain.worth import chosen_part, exact_worth, worth
from gridsim.rules.expression import POSITION_WORDS
from gridsim.show.numbers import price
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.explain.words import Wording
    from gridsim.explain.worth import PricePlace
    from gridsim.rules.expression import Expression

__all__ = ["CHOICES", "Named", "Worked", "is_computed", "one_period", "sources_of", "worked_out"]

CHOICES = ("first", "least", "greatest", "steps")
"""Words that take one of several parts."""
_COMPUTED = ("product", "sum", "less", *CHOICES)
_TERM, _FACTOR, _ATOM = range(3)
_RATIO_DECIMALS = 12
_BESIDE_BRACKETS = re.compile("(?<=[（）]) | (?=[（）])")


def is_computed(expression: Expression) -> bool:
    """Whether it is more than one figure as it stands."""
    return expression.word in _COMPUTED


def is_of_extension(expression: Expression) -> bool:
    """Whether an extension computes it, of its parts (`gridsim.extensions.price`)."""
    return bool(expression.parts) and expression.word not in (*_COMPUTED, "dated", "choose")


class Worked(NamedTuple):
    """An expression in numbers, its result before it is rounded, and the lines that go before."""

    text: str
    exact: Quotient
    before: tuple[str, ...]


def worked_out(expression: Expression, place: PricePlace, words: Wording) -> Worked:
    """Work an expression out with its numbers.

    Parameters
    ----------
    expression : Expression
        Of one month. It is there.
    place : PricePlace
    words : Wording
    """
    writer = _Numbers(place, words, Named(words, place), [])
    exact = exact_worth(expression, place)
    assert exact is not None, "only what is there is worked out"
    if expression.word in CHOICES or is_of_extension(expression):
        text = writer.choice(expression)
    else:
        text = _brackets(writer.of(expression).text, words)
    return Worked(text, Quotient(exact.numerator, exact.denominator), tuple(writer.before))


def _brackets(text: str, words: Wording) -> str:
    """Brackets as a language has them; Chinese ones bring their own space."""
    if words.lang != "zh":
        return text
    return _BESIDE_BRACKETS.sub("", text.replace("(", "（").replace(")", "）"))


class _Text(NamedTuple):
    text: str
    level: int

    def within(self, level: int) -> str:
        """In brackets where it binds less."""
        is_negative = self.text.startswith("-") and level > _TERM
        return f"({self.text})" if self.level < level or is_negative else self.text


def _priced_first(parts: tuple[Expression, ...]) -> list[Expression]:
    """Factors with the price in front."""
    return sorted(parts, key=lambda part: part.is_ratio)


def _joined(expression: Expression, of: Callable[[Expression], _Text]) -> _Text:
    """A sum, a difference or a product of what its parts are written as."""
    if expression.word == "product":
        return _Text(" × ".join(of(part).within(_FACTOR) for part in _priced_first(expression.parts)), _FACTOR)
    texts = [of(part) for part in expression.parts]
    if expression.word == "sum":
        return _Text(" + ".join(each.within(_TERM) for each in texts), _TERM)
    return _Text(f"{texts[0].within(_TERM)} − {texts[1].within(_FACTOR)}", _TERM)


@dataclass(frozen=True)
class _Numbers:
    """Writes an expression with its numbers; `before` collects what is worked out on lines of its own."""

    place: PricePlace
    words: Wording
    named: Named
    before: list[str]

    def of(self, expression: Expression, *, inside: bool = False) -> _Text:
        if expression.word in CHOICES:
            return self._apart(expression)
        if is_of_extension(expression):
            return self._apart(expression)
        if expression.word not in _COMPUTED:
            return _Text(self.figure(expression), _ATOM)
        if inside and expression.word == "product" and not expression.is_ratio:
            exact = exact_worth(expression, self.place)
            if exact is None or exact.denominator != 1:
                return self._apart(expression)
        return _joined(expression, lambda part: self.of(part, inside=True))

    def figure(self, expression: Expression) -> str:
        found = worth(expression, self.place)
        return self.words.say("none there") if found is None else _figure(found, is_ratio=expression.is_ratio)

    def choice(self, expression: Expression) -> str:
        """One of several: what there is to choose from."""
        if expression.word == "steps":
            return self._step(expression)
        for part in expression.parts:
            if is_computed(part) or is_of_extension(part):
                self._apart(part)
        if is_of_extension(expression):
            parts = self.words.parted(self.figure(part) for part in expression.parts)
            return self.words.say("{word} of [{parts}]", word=self.words.called("prices", expression.word), parts=parts)
        return self.words.say(
            _CHOICES[expression.word], parts=self.words.parted(self.figure(part) for part in expression.parts)
        )

    def _apart(self, expression: Expression) -> _Text:
        """A line that works it out; where it is used stands its result."""
        found = worth(expression, self.place)
        name = self.named.of(expression)
        if found is None:
            line = self.words.say("{name}: none there", name=name)
        elif expression.word in CHOICES or is_of_extension(expression):
            line = self.words.say(
                "{name}: {worked} → {result}", name=name, worked=self.choice(expression), result=self.figure(expression)
            )
        else:
            exact = exact_worth(expression, self.place)
            assert exact is not None, "its rounded value is there"
            result = (
                _figure(exact, is_ratio=True)
                if expression.is_ratio
                else self.words.rounded_price(Quotient(exact.numerator, exact.denominator))
            )
            text = _brackets(_joined(expression, lambda part: self.of(part, inside=True)).text, self.words)
            line = self.words.say("{name}: {worked} = {result}", name=name, worked=text, result=result)
        if line not in self.before:
            self.before.append(line)
        return _Text(self.figure(expression), _ATOM)

    def _step(self, expression: Expression) -> str:
        of, edges = expression.parts[0], expression.arguments
        number = chosen_part(expression, self.place)
        blanks = {"name": self.named.of(of), "value": self.figure(of)}
        if worth(of, self.place) is None:
            return self.words.say("the month has no {name}", name=blanks["name"])
        if number is not None and number <= len(edges):
            return self.words.say("{name} {value} is below {edge}", edge=price(edges[number - 1]), **blanks)
        return self.words.say("{name} {value} is not below {edge}", edge=price(edges[-1]), **blanks)


def _figure(value: Fraction, *, is_ratio: bool) -> str:
    quotient = Quotient(value.numerator, value.denominator)
    return cut_off(quotient, _RATIO_DECIMALS, least=0) if is_ratio else price_quotient(quotient)


class Named:
    """Writes an expression with its names; a value of the rules stays a number.

    Parameters
    ----------
    words : Wording
    place : PricePlace
        What the values are asked of.
    """

    def __init__(self, words: Wording, place: PricePlace) -> None:
        self._words, self._place = words, place

    def of(self, expression: Expression, *, of_period: bool = False) -> str:
        """The expression in names.

        Parameters
        ----------
        expression : Expression
        of_period : bool
            Whether a tariff that stands alone is told to be that of the period.
        """
        apart = self._mentions_periods(expression) or (of_period and expression.word == "tariff")
        return _brackets(self._text(expression, apart).text, self._words)

    def _mentions_periods(self, expression: Expression) -> bool:
        """Whether a tariff of another period than its own stands in it, so that its own must be told apart."""
        return any(each.word == "tariff" and one_period(each, self._words) for each in expression.walk())

    def _text(self, expression: Expression, apart: bool) -> _Text:
        words, word = self._words, expression.word
        if word in ("product", "sum", "less"):
            return _joined(expression, lambda part: self._text(part, apart))
        if word in CHOICES:
            return _Text(self._choice(expression, apart), _ATOM)
        if is_of_extension(expression):
            parts = words.parted(self._text(part, apart).text for part in expression.parts)
            return _Text(words.say("{word} of [{parts}]", word=words.called("prices", word), parts=parts), _ATOM)
        if word == "tariff":
            return _Text(self._tariff(expression, apart), _ATOM)
        if word in ("number", "value"):
            value = worth(expression, self._place)
            assert value is not None, "a number is there"
            return _Text(_figure(value, is_ratio=expression.is_ratio), _ATOM)
        if word == "market":
            return _Text(words.called("market_prices", expression.arguments[0]), _ATOM)
        if word == "mean":
            kinds = words.listed(words.called("kind", kind) for kind in expression.arguments)
            return _Text(words.say("mean price of {kinds}", kinds=kinds), _ATOM)
        if word == "mean_of_product":
            product = words.called("product", expression.arguments[0])
            return _Text(words.say("mean price of the unit's {product} legs", product=product), _ATOM)
        return _Text(words.own(word) or words.say(_NAMES[word]), _ATOM)

    def _tariff(self, expression: Expression, apart: bool) -> str:
        item, mapping = expression.arguments
        tariff, period = self._words.called("tariff", item), one_period(expression, self._words)
        if not self._words.is_by_period(item):
            return tariff
        if period is not None:
            return self._words.say("{period} {tariff}", period=self._words.called("period", period), tariff=tariff)
        return self._words.say("{tariff} of the period", tariff=tariff) if apart and mapping is None else tariff

    def _choice(self, expression: Expression, apart: bool) -> str:
        if expression.word == "steps":
            return self._words.say("step by {name}", name=self._text(expression.parts[0], apart).text)
        parts = self._words.parted(self._text(part, apart).text for part in expression.parts)
        return self._words.say(_CHOICES[expression.word], parts=parts)


def one_period(expression: Expression, words: Wording) -> str | None:
    """The period whose tariff is asked for in every period; None if there is none such."""
    mapping = expression.arguments[1] or ()
    periods = {to for _, to in mapping}
    period = next(iter(periods), None)
    return period if len(periods) == 1 and len(mapping) == words.period_count and isinstance(period, str) else None


_CHOICES: Mapping[str, str] = MappingProxyType(
    {
        "first": msg("the first that is there of [{parts}]"),
        "least": msg("the smallest of [{parts}]"),
        "greatest": msg("the largest of [{parts}]"),
    }
)
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "coefficient": msg("coefficient"),
        "contract_mean": msg("mean contract price"),
        "in_band_mean": msg("average in-band price"),
        "transfers": msg("mean price of the sellers' transfers"),
    }
)


def sources_of(expression: Expression) -> Iterator[Expression]:
    """The figures in an expression that are not of its tariff or its rules, each once."""
    seen = set()
    for each in expression.walk():
        if each.word in ("market", "mean", "transfers", *POSITION_WORDS) and each not in seen:
            seen.add(each)
            yield each
