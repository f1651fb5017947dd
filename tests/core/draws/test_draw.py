"""Philox against its published vectors, quantiles against exact arithmetic, and the ends of everything."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from gridsim.batch.drawn_load import LoadModel, LoadTables, compile_load
from gridsim.core.draws import draw
from gridsim.core.draws.draw import FACTOR_BITS, FACTOR_ONE, OCTAVES, SEGMENTS, TERM, Z_BITS, CommonDraws

ONES = 2**32 - 1
# From the authors' own test vectors (Random123, kat_vectors): counter, key, words.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES, ONES, ONES, ONES), (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
EDGES = sorted(
    {word for k in range(32) for word in (2**k - 1, 2**k, 2**k + 1, ONES - 2**k, ONES - 2**k + 1) if word <= ONES}
    | {0, ONES, 2**31 - 1, 2**31, 2**31 - 2}
)


def tables_of(**parts: object) -> LoadTables:
    return compile_load(LoadModel.model_validate(parts))


def quantiles(words: list[int] | np.ndarray, table: np.ndarray) -> np.ndarray:
    row = np.array([words], dtype=np.int64)
    draw.quantile_row(row, 0, table, np.zeros_like(row[0]), row.shape[1])
    return row[0]


def quantile_by_hand(word: int, table: list[int]) -> int:
    """The table's definition, in fractions: between two nodes of the octave, half up."""
    probability = Fraction(2 * word + 1, 2**33)
    is_upper = probability > Fraction(1, 2)
    tail = 1 - probability if is_upper else probability
    octave = 0
    while tail >= Fraction(2 ** (octave + 1), 2**33):
        octave += 1
    place = (tail / Fraction(2**octave, 2**33) - 1) * SEGMENTS
    node = octave * SEGMENTS + int(place) + (OCTAVES * SEGMENTS if is_upper else 0)
    value, rise = table[node] >> 32, table[node] & ONES
    step = int((place - int(place)) * rise + Fraction(1, 2))
    return value - step if is_upper else value + step


@pytest.mark.parametrize("philox", [draw.philox_rows, draw._philox_rows], ids=["compiled", "plain"])
@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_philox_gives_the_published_words(philox: object, counter: tuple, key: tuple, words: tuple) -> None:
    found = np.zeros((5, 1), dtype=np.int64)
    philox(*key, *counter, found, 1, 1)
    assert found[1:, 0].tolist() == list(words)
    assert found[0, 0] == 0


def test_a_lane_is_the_counter_of_its_draw() -> None:
    many, one = np.zeros((4, 100), dtype=np.int64), np.zeros((4, 1), dtype=np.int64)
    draw.philox_rows(1, 2, 1000, 3, 4, 5, many, 0, 100)
    for lane in (0, 1, 63, 64, 99):
        draw.philox_rows(1, 2, 1000 + lane, 3, 4, 5, one, 0, 1)
        assert many[:, lane].tolist() == one[:, 0].tolist()
    assert len(np.unique(many)) == 400


PARTS = [
    {"common": {"distribution": "lognormal", "sigma": 0.3}},
    {"common": {"distribution": "normal", "sigma": 0.5}},
    {"common": {"distribution": "gamma", "parameters": {"a": 2.5, "scale": 0.4}}},
]


@pytest.mark.parametrize("part", PARTS, ids=["lognormal", "normal", "gamma"])
def test_quantiles_are_those_of_the_table(part: dict) -> None:
    table = tables_of(**part).common
    random = np.random.default_rng(1).integers(0, 2**32, 400).tolist()
    small = np.random.default_rng(2).integers(0, 2**16, 100).tolist()
    words = [*EDGES, *random, *small, *(ONES - word for word in small)]
    expected = [quantile_by_hand(word, table.tolist()) for word in words]
    assert quantiles(words, table).tolist() == expected
    plain = np.array([words], dtype=np.int64)
    draw._quantile_row(plain, 0, table, np.zeros_like(plain[0]), len(words))
    assert plain[0].tolist() == expected


@pytest.mark.parametrize("part", PARTS, ids=["lognormal", "normal", "gamma"])
def test_no_word_gives_a_negative_or_an_endless_factor(part: dict) -> None:
    found = quantiles(EDGES, tables_of(**part).common)
    assert found.min() >= 0
    assert found.max() <= tables_of(**part).largest < 2**31
    assert (np.diff(found) >= 0).all()


def test_normal_scores_are_right_to_the_last_word_and_symmetric() -> None:
    own = {"distribution": "normal", "sigma": 1, "correlation": "industry"}
    table = tables_of(own=own).factors.own
    words = np.array(EDGES)
    found = quantiles(words, table)
    exact = stats.norm.ppf((2 * np.minimum(words, ONES - words) + 1) / 2**33)
    exact = np.where(words > 2**31 - 1, -exact, exact)
    assert np.abs(found / 2**Z_BITS - exact).max() < 1e-5
    assert (quantiles(ONES - words, table) == -found).all()
    assert found[0] == -found[-1] == round(stats.norm.ppf(2.0**-33) * 2**Z_BITS)


def test_factors_have_the_distribution_asked_for() -> None:
    rng = np.random.default_rng(3)
    words = rng.integers(0, 2**32, 40_000)
    for part, frozen in (
        (PARTS[0]["common"], stats.lognorm(0.3, scale=np.exp(-0.045))),
        ({"distribution": "lognormal", "sigma": 0.3, "centre": "median"}, stats.lognorm(0.3)),
        (PARTS[2]["common"], stats.gamma(2.5, scale=0.4)),
        ({"distribution": "uniform", "parameters": {"loc": 0.5, "scale": 1}}, stats.uniform(0.5, 1)),
    ):
        found = quantiles(words, tables_of(common=part).common) / FACTOR_ONE
        exact = frozen.ppf((2 * words + 1) / 2**33)
        assert np.abs(found - exact).max() < 5e-5 * frozen.std() + 2.0**-23


def factors(tables: LoadTables, classes: list[int], draws: int, seed: int = 5) -> np.ndarray:
    """(users, 12, draws) factors."""
    from gridsim.batch.meter_draws import common_draws

    shared = common_draws(tables, max(classes) + 1, seed, 0, draws)
    found = np.zeros((len(classes), 12, draws))
    rows, scratch = (
        np.zeros((len(classes) * TERM, draws), dtype=np.int64),
        np.zeros((draw.DRAW_ROWS, draws), dtype=np.int64),
    )
    users, of_user = np.arange(len(classes)), np.array(classes, dtype=np.int64)
    for term in range(3):
        draw.draw_factors(
            seed, 0, 0, term, users, 0, len(classes), of_user, tables.factors, shared, 0, 3, rows, scratch, draws
        )
        found[:, term * TERM : (term + 1) * TERM] = rows.reshape(len(classes), TERM, draws) / FACTOR_ONE
    return found


def test_users_of_a_class_go_together_and_others_do_not() -> None:
    own = {"distribution": "lognormal", "sigma": 0.1, "correlation": {"by": "tariff_class", "share": 0.6}}
    found = np.log(factors(tables_of(own=own), [0, 0, 1], 4_000))
    correlation = np.corrcoef(found.reshape(36, -1)).reshape(3, 12, 3, 12)
    same_month = np.array([correlation[:, month, :, month] for month in range(12)])
    assert np.abs(same_month[:, 0, 1] - 0.6).max() < 0.06
    assert np.abs(same_month[:, 0, 2]).max() < 0.06
    assert np.abs(correlation[0, 0, 0, 1:]).max() < 0.06  # one month tells nothing of another
    assert abs(found.std() - 0.1) < 0.001


def test_all_or_nothing_in_common() -> None:
    own = {"distribution": "lognormal", "sigma": 0.1, "correlation": {"share": 1}}
    found = factors(tables_of(own=own), [0, 0, 1], 50)
    assert (found[0] == found[1]).all()
    assert (found[0] != found[2]).all()
    own["correlation"] = {"share": 0}
    alone = factors(tables_of(own={"distribution": "lognormal", "sigma": 0.1}), [0, 0, 1], 50)
    assert np.abs(factors(tables_of(own=own), [0, 0, 1], 50) - alone).max() < 2e-5  # another table, the same draws


def test_a_factor_of_one_changes_nothing() -> None:
    rows = np.array([[0, 1, 12345, 2**31 - 1, 2**36]], dtype=np.int64)
    ones = np.full((1, 5), FACTOR_ONE, dtype=np.int64)
    into = np.zeros((1, 5), dtype=np.int64)
    draw.multiply_row(rows, 0, ones, 0, 0, into, 0, 5)
    assert (into == rows).all()


def test_the_largest_scores_stay_inside_their_table() -> None:
    own = {"distribution": "lognormal", "sigma": 0.1, "correlation": {"share": 0.5}}
    tables = tables_of(own=own)
    row = quantiles([0, ONES], tables.factors.own)[None, :].copy()
    shared = CommonDraws(np.zeros((0, 2), dtype=np.int64), row.copy(), np.ones(12, dtype=bool))
    draw.blend_rows(row, 0, shared.score, 0, 0, *tables.factors.blend, 2)
    reach = np.sqrt(2) * stats.norm.isf(2.0**-33)
    assert np.abs(row / 2**Z_BITS - [[-reach, reach]]).max() < 1e-6
    draw.score_row(row, 0, tables.factors.own_by_score, np.zeros(2, dtype=np.int64), 2)
    assert np.abs(row / 2**FACTOR_BITS - np.exp([[-0.1 * reach - 0.005, 0.1 * reach - 0.005]])).max() < 1e-5
    assert row[0, 1] <= tables.largest
