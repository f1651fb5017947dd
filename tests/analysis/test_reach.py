"""What a value or a price of a tariff can move follows from the bands and charges of the market."""

from __future__ import annotations

import pytest

from gridsim.analysis.reach import Reach
from gridsim.rules.loader import shipped
from tests.other_names import NEW, OTHER

HENAN = Reach(shipped("henan-2021").shape)


@pytest.mark.parametrize(
    ("path", "items"),
    [
        ("settlement.conventional.upper", "energy overrun transmission tou_adjustment funds transfer"),
        ("settlement.tou.lower", "shortfall"),
        ("settlement.tou.overrun_catalogue.peak", "overrun"),
        ("settlement.shortfall_price", "shortfall"),
        ("settlement.tou_adjustment_base", "tou_adjustment"),
        ("tariff.coefficient.valley", "transmission tou_adjustment"),
        ("fallback.multiple", "fallback"),
        ("compliance.annual_cover", ""),
    ],
)
def test_a_value_moves_what_rests_on_it(path: str, items: str) -> None:
    assert HENAN.of_value(path) == set(items.split())


def test_what_decides_trades_moves_all_of_units() -> None:
    assert HENAN.of_units == HENAN.everything - {"fallback", "catalogue"}
    for path in ("matching.mechanism", "bilateral.window", "decomposition.annual", "transition.months"):
        assert HENAN.of_value(path) == HENAN.of_units, path
    assert HENAN.of_value("periods.peak") == HENAN.everything


def test_a_tariff_moves_the_items_whose_price_takes_it() -> None:
    assert HENAN.of_tariff("catalogue_peak") == {"overrun", "fallback", "catalogue", "tou_adjustment"}
    assert HENAN.of_tariff("transmission") == {"transmission", "tou_adjustment"}
    assert HENAN.of_tariff("funds") == {"funds", "fallback"}
    assert HENAN.of_tariff("source") is None
    assert HENAN.of_tariffs == HENAN.everything - {"energy", "shortfall", "transfer"}


def test_it_is_so_whatever_the_items_are_called() -> None:
    other = Reach(OTHER)
    assert other.of_value("fallback.multiple") == {NEW["items"]["fallback"]}
    assert len(other.of_units) == len(HENAN.of_units)


def test_bills_follow_from_all_that_is_settled() -> None:
    """Where there are bills, what moves anything moves the base of the power factor; and what is of bills alone."""
    shape = shipped("henan-2021").shape
    billed, plain = Reach(shape, {"billing"}), Reach(shape)
    assert billed.everything - plain.everything == {"capacity", "demand", "power_factor"}
    assert billed.of_value("billing.surcharge_near") == {"power_factor"}
    assert plain.of_value("billing.surcharge_near") == frozenset()
    assert billed.of_value("settlement.shortfall_price") >= {"shortfall", "power_factor"}
    assert billed.of_tariff("capacity_yuan_per_kva") == {"capacity", "power_factor"}
    assert "power_factor" in (billed.of_tariff("transmission") or ())


@pytest.mark.parametrize(
    ("place", "items"),
    [
        ("modes.tou.under[1].price", "shortfall"),
        ("modes.tou.over[0].edge", "energy overrun transmission tou_adjustment funds transfer"),
        ("modes.tou.charges[0].price", "transmission funds"),
        ("modes.new.charges[0].price", ""),
        ("checks", ""),
    ],
)
def test_a_place_in_the_lists_moves_what_rests_on_it(place: str, items: str) -> None:
    assert HENAN.of_list(place) == set(items.split())


def test_any_other_place_in_the_lists_may_move_all() -> None:
    for place in ("hours[0].use.peak", "modes.tou.products", "sessions.monthly.k", "fees.payee", "modes"):
        assert HENAN.of_list(place) == HENAN.everything, place
