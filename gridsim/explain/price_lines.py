"""How the price of a line comes about, for every tariff and period once: what each step about prices has in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsim.explain.arithmetic import Quotient
from gridsim.explain.places import form_in
from gridsim.explain.script import FIRST
from gridsim.explain.spelled import Named, is_computed, sources_of, worked_out
from gridsim.show.numbers import energy, money_in_full, price
from gridsim.words import msg, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gridsim.explain.cells import Cell
    from gridsim.explain.derivation import Derivation
    from gridsim.explain.places import Place
    from gridsim.explain.tariff_labels import Labels
    from gridsim.explain.words import Wording
    from gridsim.rules.expression import Expression

__all__ = ["PriceForm", "source_lines", "users_listed", "worked_lines", "worked_price"]

_MEAN = -(2**63)  # of users without a price of their own, below all of those
_MOST = 30  # so many calculations are shown one by one


@dataclass(frozen=True)
class PriceForm:
    """A price expression as it is in the month, and what it depends on.

    Attributes
    ----------
    item : str
    written : Expression
        As the rule set has it, with all its options.
    form : Expression
        Without options and dates.
    """

    item: str
    written: Expression
    form: Expression

    @classmethod
    def at(cls, item: str, written: Expression, place: Place) -> PriceForm:
        """The expression at a place."""
        return cls(item, written, form_in(written, place.values, place.month))

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing to compute."""
        return not is_computed(self.form)

    @property
    def by_tariff(self) -> bool:
        """Whether it differs from tariff to tariff, with some option."""
        return any(each.word == "tariff" for each in self.written.walk())

    def by_period(self, words: Wording) -> bool:
        """Whether it differs from period to period."""
        return any(
            each.word == "coefficient" or (each.word == "tariff" and words.is_by_period(each.arguments[0]))
            for each in self.form.walk()
        )

    @property
    def has_coefficient(self) -> bool:
        """Whether the coefficient of the period stands in it."""
        return any(each.word == "coefficient" for each in self.form.walk())

    def formula(self, words: Wording, place: Place, *, of_period: bool = False) -> tuple[str, str | None]:
        """The price in names, and what a computed price is called; None for one that is not.

        Parameters
        ----------
        words : Wording
        place : Place
        of_period : bool
            Whether a tariff that stands alone is told to be that of the period.
        """
        text = Named(words, place).of(self.form, of_period=of_period)
        if self.is_bare:
            return text, None
        if any(each.word == "product" and not each.is_ratio for each in self.form.walk()):
            text = words.say("{price}, half up to 0.001", price=text)
        return text, words.own(f"price.{self.item}") or words.say(within("formula", "price"))


def source_lines(
    words: Wording, form: Expression, place: Place, position: Derivation | None, step: int
) -> Iterator[str]:
    """Where the figures of an expression come from that no tariff and no rule has.

    Parameters
    ----------
    words : Wording
    form : Expression
        Of one month.
    place : Place
    position : Derivation or None
        None: of a user outside the market.
    step : int
        In which the average in-band price was found.
    """
    named = Named(words, place)
    for each in sources_of(form):
        name, found = named.of(each), _asked(each, place)
        if found is None:
            yield words.say("{name}: none there", name=name)
        elif each.word == "in_band_mean":
            yield words.say("average in-band price = {average} (step {step})", average=price(found), step=step)
        elif each.word == "contract_mean" and position is not None:
            money = sum(part.leg.energy * part.price for part in position.legs)
            yield words.say(
                "{name} = {money} ÷ {energy} = {result} yuan/MWh",
                name=name,
                money=money_in_full(money),
                energy=energy(position.contract),
                result=words.rounded_price(Quotient(money, position.contract)),
            )
        else:
            yield words.say("{name}: {price} yuan/MWh", name=name, price=price(found))


def _asked(each: Expression, place: Place) -> int | None:
    if each.word == "market":
        return place.market(each.arguments[0])
    if each.word == "mean":
        return place.mean(each.arguments)
    return place.transfers() if each.word == "transfers" else place.of_position(each.word, each.arguments)


def worked_lines(
    words: Wording, price_form: PriceForm, places: Iterable[Place], labels: Labels | None, own: Sequence[str] = ()
) -> list[str]:
    """The calculation of a price, once for each tariff and period that it differs by.

    Parameters
    ----------
    words : Wording
    price_form : PriceForm
    places : iterable of Place
        Of the cells that pay it.
    labels : Labels or None
        What tariffs are called; None: there is but one.
    own : sequence of str
        Names of the market's own sentence for it, ``worked.…``.
    """
    if price_form.is_bare:
        return []
    by_period, by_tariff = price_form.by_period(words), price_form.by_tariff and labels is not None
    own_prices = any(each.word == "in_band_mean" for each in price_form.form.walk())
    of_key: dict[tuple[int, int, int], Place] = {}
    for place in places:
        assert place.cell is not None, "charges are of cells"
        instead = by_period and place.instead is not None
        period = place.shape.periods.index(place.cell.period) if by_period and not instead else -1
        paid = place.own_price if own_prices and place.own_price is not None else _MEAN
        of_key.setdefault((place.cell.tariff.row if by_tariff else 0, period, paid), place)
    lines: list[str] = []
    keys = sorted(of_key)
    shown = keys if len(keys) <= _MOST else keys[:FIRST]
    for key in shown:
        place = of_key[key]
        assert place.cell is not None, "as above"
        worked = worked_out(price_form.form, place, words)
        lines += [line for line in worked.before if line not in lines]
        blanks = {
            "tariff": _label(words, place.cell, labels if by_tariff else None),
            "period": words.called("period", place.cell.period) if key[1] >= 0 else words.say("off the tariff"),
            "worked": worked.text,
            "result": words.rounded_price(worked.exact),
        }
        lines.append(words.own(*own, **blanks) or words.say(_WORKED[by_tariff, by_period], **blanks))
    if len(keys) > len(shown):
        lines.append(words.say("{count} more are computed in the same way.", count=f"{len(keys) - len(shown):,}"))
    return lines


_WORKED = {
    (True, True): msg("{tariff} {period}: {worked} = {result}"),
    (True, False): msg("{tariff}: {worked} = {result}"),
    (False, True): msg("{period}: {worked} = {result}"),
    (False, False): msg("{worked} = {result}"),
}
"""By whether it differs from tariff to tariff, and from period to period."""


def _label(words: Wording, cell: Cell, labels: Labels | None) -> str:
    return "" if labels is None else labels.of(cell)


def users_listed(words: Wording, users: Iterable[str]) -> str:
    """Users, each once; of many the first."""
    each = list(dict.fromkeys(users))
    more = [words.say("{count} more", count=f"{len(each) - FIRST:,}")] if len(each) > FIRST else []
    return words.listed([*each[:FIRST], *more])


def worked_price(words: Wording, form: PriceForm, place: Place) -> Iterator[str]:
    """The calculation of a price that is the same for all of a position, or of what a seller is settled for."""
    if not form.is_bare:
        worked = worked_out(form.form, place, words)
        yield from worked.before
        yield words.say(
            "{name} = {worked} = {result}",
            name=words.say(within("formula", "price")),
            worked=worked.text,
            result=words.rounded_price(worked.exact),
        )
