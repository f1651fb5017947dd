"""The whole text of some positions in both languages, as a reader gets it.

After a change that is meant: ``python -m tests.explain.test_golden`` writes the files anew; read them before they
are kept.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

import gridsim
from gridsim.templates import write_template
from tests.cases.reading import read_cases, scenario_of
from tests.properties.harness import gridsim_result

GOLDEN = Path(__file__).parent / "golden"
CASES = {
    # overrun; two tariffs, one user off the peak-valley tariff; a decomposition with a kWh left over
    "conventional": ("R1/conventional", "2021-04", None),
    # valley overrun, which pays the flat catalogue tariff
    "tou": ("R1/tou", "2021-05", "valley"),
}

TRANSFERS = {
    # two legs of which parts were given away, and one taken over by another generator
    "gave_away": ("R/conventional", "2021-07", None),
    # legs taken over from the retailer, one of which its generator gave away in part
    "took_over": ("B/conventional", "2021-07", None),
}


def transfers() -> gridsim.Result:
    """The worked case of transfers."""
    (case,) = (case for case in read_cases() if case["case"].startswith("intra-month transfers"))
    return gridsim_result(scenario_of(case))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", TRANSFERS)
def test_text_of_transfers(case, lang):
    expected = (GOLDEN / f"{case}.{lang}.txt").read_text("utf-8")
    assert str(transfers().explain(*TRANSFERS[case], lang=lang)) == expected


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", CASES)
def test_text(mini, case, lang):
    expected = (GOLDEN / f"{case}.{lang}.txt").read_text("utf-8")
    assert str(mini.explain(*CASES[case], lang=lang)) == expected


def test_it_does_not_depend_on_the_format_of_the_results(mini, tmp_path):
    expected = (GOLDEN / "conventional.zh.txt").read_text("utf-8")
    for format in ("csv", "parquet"):
        mini.save(tmp_path / format, format=format)
        loaded = gridsim.Result.load(tmp_path / format)
        assert str(loaded.explain(*CASES["conventional"], lang="zh")) == expected


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        write_template(Path(scratch) / "mini", "mini")
        result = gridsim.run(gridsim.load(Path(scratch) / "mini"))
    for cases, whose in ((CASES, result), (TRANSFERS, transfers())):
        for name, key in cases.items():
            for language in ("en", "zh"):
                (GOLDEN / f"{name}.{language}.txt").write_text(str(whose.explain(*key, lang=language)), "utf-8")
