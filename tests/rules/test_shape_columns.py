"""Lists of a shape that would give a table two columns of one name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gridsim.rules import load
from gridsim.rules.shape_columns import equal_columns
from gridsim.rules.shipped import available

HENAN = load("henan-2021").shape


@pytest.mark.parametrize("name", available())
def test_shipped_sets_have_none(name: str) -> None:
    assert list(equal_columns(load(name).shape)) == []


def test_an_item_of_the_tariff_that_is_called_as_another_at_a_period() -> None:
    first = next(item for item in HENAN.tariff if item.by_period)
    other = first._replace(id=f"{first.id}_{HENAN.periods[0]}", by_period=False)
    (found,) = equal_columns(replace(HENAN, tariff=(*HENAN.tariff, other)))
    assert found[0] == ("tariff", other.id)
    assert str(found[1]) == f"the table tariffs would have two columns {other.id}"


def test_an_item_of_the_tariff_that_is_called_as_a_column_of_gridsim() -> None:
    item = HENAN.tariff[0]._replace(id="voltage", by_period=False)
    assert [place for place, *_ in equal_columns(replace(HENAN, tariff=(item,)))] == [("tariff", "voltage")]


def test_a_charge_that_is_called_as_an_amount_of_gridsim() -> None:
    mode = HENAN.modes[0]
    charge = replace(mode.charges[0], item="overrun")
    changed = replace(HENAN, modes=(replace(mode, charges=(charge, *mode.charges)), *HENAN.modes[1:]))
    assert [place for place, *_ in equal_columns(changed)] == [("items", "overrun")]
