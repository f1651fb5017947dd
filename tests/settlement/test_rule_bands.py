"""The bands of a mode of any rule set, as `Bands` takes them."""

from __future__ import annotations

import pytest

from gridsim.errors import ScenarioError
from gridsim.rules import load
from gridsim.settlement.bands import Bands
from gridsim.settlement.rule_bands import bands_of_mode
from tests.markets import rule_file


def test_numbers_of_the_rule_file_and_its_values() -> None:
    five = load(rule_file("five-periods"))
    assert bands_of_mode(five, five.shape.mode_ids[0], None) == (((1.02, 0),), ((0.98, 12, 0),))
    assert Bands.from_rules(rule_file("one-period"), load(rule_file("one-period")).shape.mode_ids[0]) == Bands([(1, 0)])


def test_without_a_rule_set_the_products_are_those_of_the_first() -> None:
    split = Bands.henan_tou()
    assert Bands.by_product() == {"total": Bands.henan_conventional(), "peak": split, "flat": split, "valley": split}


def test_what_only_a_scenario_has_and_modes_that_are_not_there_are_faults() -> None:
    five = load(rule_file("five-periods"))
    with pytest.raises(ScenarioError, match="rests on more than values"):
        bands_of_mode(five, "split", None)
    with pytest.raises(ScenarioError, match=r"mode: unknown mode .*; nearest: split"):
        bands_of_mode(five, "splt", None)
