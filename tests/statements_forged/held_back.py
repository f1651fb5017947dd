"""Ten kinds of change that are held back.

**Whoever builds `reconcile` does not read this file until the end.** They are run once all that was to be found in
`kinds` is found: what is named right here was not built towards.
"""

from __future__ import annotations

from .edits import (
    YUAN,
    ClockFast,
    Extra,
    InTable,
    LinesRounded,
    OtherRule,
    Swapped,
    TrialForReal,
    WithoutLines,
    more,
    times,
)
from .forging import Change, Kind
from .lines import Line

_REFUND = Line("2021-04", "correction", "R1/conventional", "U1", "total", "", "", 0, None, -45_600_120_000)
_CHARGE = Line("2021-06", "correction", "R1/conventional", "U3", "total", "", "", 0, None, 7_300_450_000)

HELD_BACK = (
    Kind(
        "swapped_periods", "one user's peak and valley readings stand in each other's place",
        (Change("swapped_periods", {"user": "U5", "month": "2021-04", "periods": ("peak", "valley")},
                (Swapped("meter", {"user_id": "U5", "month": "2021-04", "period": "peak"},
                         {"user_id": "U5", "month": "2021-04", "period": "valley"}, "energy_mwh"),)),),
        "grid_periods_beside", 4, "0", "7542.015806",
    ),
    Kind(
        "clock_fast", "one user's meter runs an hour fast: energy moves over the edges of the periods",
        (Change("shifted_periods", {"user": "U1", "month": "2021-05"}, (ClockFast("U1"),)),),
        "exchange_with_hours", 1, "0", "-1652.44712", prices=(("639.263", "633.341"),), market="hourly",
    ),
    Kind(
        "multiplier_lost", "the multiplier of ten of one user's meter is lost",
        (Change("scale", {"user": "U3", "month": "2021-04", "factor": "0.1"},
                (InTable("meter", {"user_id": "U3", "month": "2021-04"}, {"energy_mwh": times("0.1")}),)),),
        "long", 7, "-261.735", "-165152.605305",
    ),
    Kind(
        "meters_exchanged", "two users' readings stand under each other's number",
        (Change("meters_exchanged", {"users": ("U2", "U3"), "month": "2021-06"},
                (Swapped("meter", {"user_id": "U2", "month": "2021-06"}, {"user_id": "U3", "month": "2021-06"},
                         "energy_mwh"),)),),
        "sheet_per_user", 15, "0", "19448.62226",
    ),
    Kind(
        "contract_prices_exchanged", "two contracts of a month carry each other's price",
        (Change("contract_price", {"contract": ("C-1", "C-2"), "month": "2021-04"},
                (Swapped("bilateral", {"contract_id": "C-1", "month": "2021-04"},
                         {"contract_id": "C-2", "month": "2021-04"}, "price_yuan_per_mwh"),)),),
        "exchange_by_contract", 2, "0", "2595.43284", prices=(("368.125", "372.415"), ("372.415", "368.125")),
    ),
    Kind(
        "rounding_yuan_lines", "each line is rounded to the yuan before it is added up",
        (Change("rounding_lines", {"to": "yuan"}, (LinesRounded(YUAN),)),),
        "user_months_beside", 28, "0", "-1.481",
    ),
    Kind(
        "trial_ledger", "the trial settlement of February was sent instead of the real one",
        (Change("trial_ledger", {"month": "2021-02"}, (TrialForReal("2021-02"),)),),
        "long", 15, "-150.611", "-107027.775028",
    ),
    Kind(
        "shortfall_price", "a shortfall costs 2 fen, and no longer 1",
        (Change("rule_price", {"item": "shortfall", "ours": "10", "theirs": "20"},
                (OtherRule("settlement.shortfall_price", "20"),)),),
        "exchange_gb18030", 2, "0", "5477.42", prices=(("10", "20"),),
    ),
    Kind(
        "corrections_apart", "a refund to one user and a charge to another, for other months, and no funds in April",
        (Change("correction", {"user": "U1", "month": "2021-04"}, (Extra(_REFUND),)),
         Change("correction", {"user": "U3", "month": "2021-06"}, (Extra(_CHARGE),)),
         Change("item_missing", {"item": "funds", "side": "theirs", "month": "2021-04"},
                (WithoutLines({"item": "funds", "month": "2021-04"}),))),
        "grid_money_beside", 8, "0", "-276046.86044",
    ),
    Kind(
        "several_in_one", "in one position at once: a band of 106 %, more metered, another price of a contract",
        (Change("band_edge", {"mode": "conventional", "side": "over", "ours": "1.05", "theirs": "1.06"},
                (OtherRule("settlement.conventional.upper", "1.06"),)),
         Change("metered_energy", {"user": "U2", "month": "2021-05", "periods": ("flat",)},
                (InTable("meter", {"user_id": "U2", "month": "2021-05", "period": "flat"},
                         {"energy_mwh": more("61.777")}),)),
         Change("contract_price", {"contract": "C-2", "month": "2021-05"},
                (InTable("bilateral", {"contract_id": "C-2", "month": "2021-05"}, {"price_yuan_per_mwh": "375"}),))),
        "long", 38, "61.777", "43184.939229",
    ),
)  # fmt: skip
