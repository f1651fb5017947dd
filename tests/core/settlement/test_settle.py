from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.core.jit import NO_ROOM, OK
from gridsim.core.settlement import settle as kernel
from gridsim.core.settlement.arrays import (
    NO_EDGE,
    OPEN_EDGE,
    BandTables,
    Cells,
    CellShares,
    Legs,
    LegShares,
    PositionTotals,
    allocate,
)
from gridsim.core.settlement.bounds import LIMIT, MAX_ENERGY, check_positions
from gridsim.core.split import scratch_size
from tests.core.naive import Set
from tests.core.naive import settle as settle_naively
from tests.shared import ints

JUNK = -7


@dataclass
class Position:
    legs: list[tuple[int, int]]
    cells: list[tuple[int, list[int]]]
    row: int = 0


def starts(runs) -> np.ndarray:
    return np.concatenate([[0], np.cumsum([len(run) for run in runs], dtype=np.int64)])


def ratio(edge: Fraction | None) -> int:
    return OPEN_EDGE if edge is None else int(edge * 10_000)


def pack(positions: list[Position], sets: list[Set]) -> tuple[Legs, Cells, BandTables]:
    """The kernel's arrays; a set with fewer bands than another is filled up with bands that do not exist."""
    over = max(len(bands.over) for bands in sets)
    under = max(len(bands.under) for bands in sets)
    cells = [cell for position in positions for cell in position.cells]
    over_price = np.full((over, len(cells)), 10**12, dtype=np.int64)  # of no band, so never paid
    for i, (_, prices) in enumerate(cells):
        over_price[: len(prices), i] = prices
    tables = BandTables(
        of_position=ints([position.row for position in positions]),
        over_edge=np.full((len(sets), over), OPEN_EDGE, dtype=np.int64),
        over_fee=np.full((len(sets), over), 10**12, dtype=np.int64),
        under_edge=np.full((len(sets), under), NO_EDGE, dtype=np.int64),
        under_price=np.full((len(sets), under), 10**12, dtype=np.int64),
        under_fee=np.full((len(sets), under), 10**12, dtype=np.int64),
    )
    for row, bands in enumerate(sets):
        for b, (edge, fee) in enumerate(bands.over):
            tables.over_edge[row, b] = ratio(edge)
            tables.over_fee[row, b] = fee
        for u, (edge, price, fee) in enumerate(bands.under):
            tables.under_edge[row, u] = ratio(edge)
            tables.under_price[row, u] = price
            tables.under_fee[row, u] = fee
    legs = [leg for position in positions for leg in position.legs]
    return (
        Legs(
            starts([position.legs for position in positions]),
            ints([energy for energy, _ in legs]),
            ints([price for _, price in legs]),
        ),
        Cells(starts([position.cells for position in positions]), ints([energy for energy, _ in cells]), over_price),
        tables,
    )


Outputs = tuple[PositionTotals, LegShares, CellShares]


def settle(positions: list[Position], sets: list[Set], kernel_function=kernel.settle_positions, cuts=()) -> Outputs:
    legs, cells, tables = pack(positions, sets)
    outputs = allocate(
        len(positions), len(legs.energy), len(cells.energy), tables.over_edge.shape[1], tables.under_edge.shape[1]
    )
    for output in outputs:
        for array in output:
            array[...] = JUNK
    longest = max(np.diff(legs.start).max(initial=0), np.diff(cells.start).max(initial=0))
    scratch = np.empty(scratch_size(longest), dtype=np.int64)
    bounds = [0, *cuts, len(positions)]
    for first, last in pairwise(bounds):
        assert kernel_function(first, last, legs, cells, tables, *outputs, scratch) == OK
    return outputs


def assert_as_worded(positions: list[Position], sets: list[Set], outputs: Outputs) -> None:
    totals, leg_shares, cell_shares = outputs
    leg = cell = 0
    for p, position in enumerate(positions):
        bands = sets[position.row]
        expected = settle_naively(position.legs, position.cells, bands)
        for name in PositionTotals._fields:
            assert getattr(totals, name)[p] == getattr(expected, name), (p, name)
        legs = slice(leg, leg + len(position.legs))
        assert leg_shares.in_band[legs].tolist() == expected.leg_in_band
        assert leg_shares.energy_money[legs].tolist() == expected.leg_energy_money
        assert leg_shares.shortfall[: len(bands.under), legs].tolist() == expected.leg_shortfall
        assert not leg_shares.shortfall[len(bands.under) :, legs].any()
        assert leg_shares.shortfall_money[legs].tolist() == expected.leg_shortfall_money
        cells = slice(cell, cell + len(position.cells))
        assert cell_shares.in_band[cells].tolist() == expected.cell_in_band
        assert cell_shares.over[: len(bands.over), cells].tolist() == expected.cell_over
        assert not cell_shares.over[len(bands.over) :, cells].any()
        assert cell_shares.over_money[cells].tolist() == expected.cell_over_money
        leg, cell = legs.stop, cells.stop


ratios = st.one_of(st.integers(0, 20_000), st.sampled_from([0, 9200, 9500, 9700, 10_000, 10_300, 10_500, 10_800])).map(
    lambda number: Fraction(number, 10_000)
)
prices = st.integers(-500_000, 2_000_000)
fees = st.sampled_from([0, 0, 10_000, 39_100])


@st.composite
def band_sets(draw) -> Set:
    over = sorted(draw(st.lists(ratios, min_size=1, max_size=4)))
    if draw(st.booleans()) and len(over) == 1:
        over = [None]
    under = sorted(draw(st.lists(ratios, max_size=3)), reverse=True)
    return Set([(edge, draw(fees)) for edge in over], [(edge, draw(prices), draw(fees)) for edge in under])


@st.composite
def markets(draw) -> tuple[list[Position], list[Set]]:
    sets = draw(st.lists(band_sets(), min_size=1, max_size=3))
    energies = draw(st.sampled_from([st.integers(0, 3), st.integers(0, 2000), st.integers(0, 10**9)]))
    positions = []
    for _ in range(draw(st.integers(0, 4))):
        row = draw(st.integers(0, len(sets) - 1))
        legs = draw(st.lists(st.tuples(energies, prices), max_size=4))
        per_band = st.lists(prices, min_size=len(sets[row].over), max_size=len(sets[row].over))
        metered = draw(st.lists(energies, max_size=5))
        contract = sum(energy for energy, _ in legs)
        edges = [edge for edge, *_ in [*sets[row].over, *sets[row].under] if edge is not None]
        if edges and metered and draw(st.booleans()):
            # Meter exactly an edge, or a kWh beside it.
            aim = int(contract * draw(st.sampled_from(edges)) + Fraction(1, 2)) + draw(st.integers(-1, 1))
            metered = [*metered[:-1], max(aim - sum(metered[:-1]), 0)]
        positions.append(Position(legs, [(energy, draw(per_band)) for energy in metered], row))
    return positions, sets


@given(markets())
def test_every_number_is_as_the_rulebook_words_it(market):
    positions, sets = market
    legs, cells, tables = pack(positions, sets)
    cells.over_price[cells.over_price == 10**12] = 0  # the prices of no band would count in the check
    for table in (tables.over_fee, tables.under_price, tables.under_fee):
        table[table == 10**12] = 0
    assert check_positions(0, len(positions), legs, cells, tables) == (OK, 0)
    assert_as_worded(positions, sets, settle(positions, sets))


@given(markets(), st.data())
def test_ranges_and_plain_python_give_the_same_bytes(market, data):
    positions, sets = market
    cut = data.draw(st.integers(0, len(positions)))
    whole = settle(positions, sets)
    for other in (settle(positions, sets, cuts=[cut]), settle(positions, sets, kernel._settle_positions)):
        for one, two in zip(whole, other, strict=True):
            for first, second in zip(one, two, strict=True):
                assert first.tobytes() == second.tobytes()


@given(st.data())
def test_numbers_at_the_bounds(data):
    """As large as the check lets through: nothing may wrap."""
    edge = Fraction(data.draw(st.sampled_from([10_000, 10_500, 10_800])), 10_000)
    contract = data.draw(st.integers(1, int(LIMIT / float(edge) / 10_000) - 1))
    cut = data.draw(st.integers(0, contract))
    metered = data.draw(st.integers(1, MAX_ENERGY))
    left = data.draw(st.integers(0, metered))
    top = int(LIMIT / max(metered, contract)) - 1
    price = st.integers(-top, top)
    prices = [data.draw(price) for _ in range(4)]
    position = Position(
        [(cut, prices[0]), (contract - cut, prices[1])],
        [(left, [prices[2]] * 2), (metered - left, [prices[3]] * 2)],
    )
    # What is missing lies below the first under edge, which is below the contract.
    sets = [Set([(edge, top // 3), (edge + 1, top // 5)], [(Fraction(95, 100), top // 3, top // 2)])]
    legs, cells, tables = pack([position], sets)
    status, _ = check_positions(0, 1, legs, cells, tables)
    if status == OK:
        assert_as_worded([position], sets, settle([position], sets))
    else:
        fees = metered * (top // 3) + (contract + 1) * (top // 2)
        money = metered * max(map(abs, prices))
        assert max(contract * (edge + 1) * 10_000, fees, money) > 0.99 * LIMIT


def test_long_positions():
    random = np.random.default_rng(3)
    energies = random.integers(0, 5000, 700).tolist()
    legs = [(int(energy), 350_000) for energy in random.integers(0, 9000, 60)]
    contract = sum(energy for energy, _ in legs)
    cells = [(energy * contract // sum(energies) * 6 // 5, [600_000, 700_000, 800_000]) for energy in energies]
    sets = [
        Set(
            [(Fraction(1), 0), (Fraction(103, 100), 5), (Fraction(107, 100), 9)],
            [(Fraction(97, 100), 10_000, 0), (Fraction(9, 10), 20_000, 0)],
        )
    ]
    positions = [
        Position(legs, cells),
        Position(legs, [(energy // 2, price) for energy, price in cells]),
    ]
    outputs = settle(positions, sets)
    assert_as_worded(positions, sets, outputs)
    assert (outputs[2].over > 0).any(axis=1).all()
    assert (outputs[1].shortfall > 0).any(axis=1).all()


def test_more_positions_than_a_block():
    positions = [Position([(n, 7), (3, 11)], [(n * 9 // 8, [5]), (2, [6])]) for n in range(600)]
    sets = [Set([(Fraction(105, 100), 0)], [(Fraction(95, 100), 10_000, 0)])]
    assert_as_worded(positions, sets, settle(positions, sets))


def test_an_open_edge_holds_all_while_there_is_a_contract():
    sets = [Set([(None, 0)], [])]
    with_contract, without = settle([Position([(1, 5)], [(40, [9])]), Position([], [(40, [9])])], sets)[0].in_band
    assert (with_contract, without) == (40, 0)


def test_a_scratch_that_is_too_short_is_refused_before_anything_is_written():
    positions = [Position([(1, 5)], [(4, [9]), (5, [9])])]
    sets = [Set([(Fraction(1), 0)], [])]
    legs, cells, tables = pack(positions, sets)
    outputs = allocate(1, 1, 2, 1, 0)
    for output in outputs:
        for array in output:
            array[...] = JUNK
    scratch = np.empty(scratch_size(2) - 1, dtype=np.int64)
    assert kernel.settle_positions(0, 1, legs, cells, tables, *outputs, scratch) == NO_ROOM
    assert all((array == JUNK).all() for output in outputs for array in output)


@pytest.mark.parametrize(
    ("metered", "in_band", "shortfall", "overrun"),
    [
        (1100, [630, 420], [0, 0], 50),
        (1050, [630, 420], [0, 0], 0),
        (950, [570, 380], [0, 0], 0),
        (900, [540, 360], [30, 20], 0),
    ],
)
def test_the_conventional_case_worked_by_hand(metered, in_band, shortfall, overrun):
    legs = [(600_000, 350_000), (400_000, 360_000)]
    sets = [Set([(Fraction(105, 100), 0)], [(Fraction(95, 100), 10_000, 0)])]
    totals, leg_shares, _ = settle([Position(legs, [(metered * 1000, [600_000])])], sets)
    assert leg_shares.in_band.tolist() == [energy * 1000 for energy in in_band]
    assert leg_shares.shortfall[0].tolist() == [energy * 1000 for energy in shortfall]
    assert totals.overrun[0] == overrun * 1000
    assert totals.overrun_money[0] == overrun * 600 * 10**6
