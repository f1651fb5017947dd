"""Thirty kinds of change, as data. `held_back` has ten more, of which the builder of `reconcile` knows nothing.

`energy_mwh` and `money_yuan` are theirs less ours, over the whole statement in the kind's layout.
"""

from __future__ import annotations

from .edits import (
    FEN,
    YUAN,
    Doubled,
    Extra,
    InTable,
    LinesRounded,
    OtherRule,
    PriceRounded,
    ScaleSlipped,
    SignTurned,
    TotalRounded,
    WithoutLines,
    WithoutRows,
    more,
    times,
)
from .forging import Change, Kind
from .lines import Line

_U1_APRIL, _U1_MAY = ({"user_id": "U1", "month": month} for month in ("2021-04", "2021-05"))
_FOUR_HOURS = tuple(f"2021-05-12T{hour:02}*" for hour in (8, 9, 10, 11))
_U4_MAY_PEAK = {"user_id": "U4", "month": "2021-05", "period": "peak"}

_CORRECTION = Line("2021-05", "correction", "R1/conventional", "U2", "total", "", "", 0, None, -12_345_670_000)
_ANCILLARY = Line("2021-05", "ancillary", "R1/conventional", "", "total", "", "", 0, None, 8_800_000_000)

_SEVERAL_APART = (
    Change(
        "metered_energy",
        {"user": "U3", "month": "2021-04", "periods": ("peak",)},
        (InTable("meter", {"user_id": "U3", "month": "2021-04", "period": "peak"}, {"energy_mwh": more("7.5")}),),
    ),
    Change(
        "tariff_price",
        {"tariff_class": "large_industry", "voltage": "35kV", "column": "funds"},
        (InTable("tariffs", {"voltage": "35kV"}, {"funds": "31.5"}),),
    ),
)

KINDS = (
    Kind(
        "metered_month", "the exchange metered one user otherwise in a whole month",
        (Change("metered_energy", {"user": "U1", "month": "2021-05", "periods": ("peak", "flat", "valley")},
                (InTable("meter", _U1_MAY, {"energy_mwh": times("1.01")}),)),),
        "long", 36, "43.509", "27477.713828",
    ),
    Kind(
        "metered_hours", "the exchange's meter lost four hours of one user",
        (Change("metered_energy", {"user": "U4", "month": "2021-05", "periods": ("peak",),
                                   "hours": ("2021-05-12T08:00", "2021-05-12T12:00")},
                (InTable("load", {"user_id": "U4", "starts_at": _FOUR_HOURS}, {"energy_mwh": "0"}),)),),
        "exchange_with_hours", 1, "-10.969", "-9826.87847", prices=(("896.171", "896.25"),), market="hourly",
    ),
    Kind(
        "metered_period", "one period of one user is metered otherwise",
        (Change("metered_energy", {"user": "U4", "month": "2021-05", "periods": ("peak",)},
                (InTable("meter", _U4_MAY_PEAK, {"energy_mwh": more("20.25")}),)),),
        "exchange_with_meter", 1, "20.25", "18137.2719", prices=(("896.171", "896.029"),),
    ),
    Kind(
        "metered_nothing", "the other side has no reading of one user in one month",
        (Change("metered_energy", {"user": "U2", "month": "2021-04", "periods": ("peak", "flat", "valley")},
                (WithoutRows("meter", {"user_id": "U2", "month": "2021-04"}),)),),
        "exchange_with_meter", 2, "-1050.946", "-381524.20377",
    ),
    Kind(
        "tariff_transmission", "another T&D price of one tariff class and voltage",
        (Change("tariff_price", {"tariff_class": "large_industry", "voltage": "35kV", "column": "transmission"},
                (InTable("tariffs", {"voltage": "35kV"}, {"transmission": "178.92"}),)),),
        "grid_codes", 34, "0", "23598.58965",
    ),
    Kind(
        "tariff_catalogue", "another catalogue price, which overrun energy pays",
        (Change("tariff_price", {"tariff_class": "large_industry", "voltage": "110kV", "column": "catalogue_peak"},
                (InTable("tariffs", {"voltage": "110kV", "effective_from": "2021-05"},
                         {"catalogue_peak": "902.37"}),)),),
        "exchange_gb18030", 2, "0", "1518.82458", prices=(("639.263", "642.904"), ("896.171", "905.913")),
    ),
    Kind(
        "tariff_funds", "another price of the government funds",
        (Change("tariff_price", {"tariff_class": "general_commercial", "voltage": "10kV", "column": "funds"},
                (InTable("tariffs", {"voltage": "10kV"}, {"funds": "43.05"}),)),),
        "sheet_per_user", 27, "0", "4638.886252",
    ),
    Kind(
        "tariff_old_row", "the tariff row in force from May is not used, the one before it stands",
        (Change("tariff_row", {"tariff_class": "large_industry", "voltage": "110kV", "effective_from": "2021-05"},
                (WithoutRows("tariffs", {"voltage": "110kV", "effective_from": "2021-05"}),)),),
        "long", 20, "0", "60551.806879",
    ),
    Kind(
        "contract_price", "another price of one contract in one month",
        (Change("contract_price", {"contract": "C-1", "month": "2021-05"},
                (InTable("bilateral", {"contract_id": "C-1", "month": "2021-05"}, {"price_yuan_per_mwh": "371.5"}),)),),
        "exchange_by_contract", 2, "0", "10622.0565", prices=(("368.125", "371.5"), ("-0.25", "3.125")),
    ),
    Kind(
        "contract_energy", "another energy of one contract, which moves the band",
        (Change("contract_energy", {"contract": "C-2", "month": "2021-06"},
                (InTable("bilateral", {"contract_id": "C-2", "month": "2021-06"}, {"energy_mwh": "2200.003"}),)),),
        "exchange_by_contract", 4, "0", "-2323.15702",
    ),
    Kind(
        "contract_lost", "one contract of one month is lost on their side",
        (Change("contract_missing", {"contract": "C-4", "month": "2021-05", "product": "valley"},
                (WithoutRows("bilateral", {"contract_id": "C-4", "month": "2021-05"}),)),),
        "exchange_by_contract", 3, "0", "115176.587917",
    ),
    Kind(
        "band_over", "the band ends at 106 %, not at 105 %",
        (Change("band_edge", {"mode": "conventional", "side": "over", "ours": "1.05", "theirs": "1.06"},
                (OtherRule("settlement.conventional.upper", "1.06"),)),),
        "exchange_items_beside", 2, "0", "-14536.07173", prices=(("639.263", "639.264"),),
    ),
    Kind(
        "band_under", "the band by periods ends at 90 %, not at 92 %",
        (Change("band_edge", {"mode": "tou", "side": "under", "ours": "0.92", "theirs": "0.9"},
                (OtherRule("settlement.tou.lower", "0.9"),)),),
        "exchange_gb18030", 1, "0", "-150",
    ),
    Kind(
        "coefficient_peak", "another coefficient of the peak",
        (Change("coefficient", {"period": "peak", "ours": "1.57", "theirs": "1.6"},
                (OtherRule("tariff.coefficient.peak", "1.6"),)),),
        "grid_periods_beside", 19, "0", "138514.434757",
    ),
    Kind(
        "other_voltage", "one user is billed by another row of the tariff",
        (Change("tariff_class", {"user": "U2", "ours": "35kV", "theirs": "110kV"},
                (InTable("users", {"user_id": "U2"}, {"voltage": "110kV"}),)),),
        "grid_money_beside", 8, "0", "-74023.991778",
    ),
    Kind(
        "foreign_user", "a user of another retailer is counted in our unit",
        (Change("foreign_user", {"user": "U8"}, (InTable("users", {"user_id": "U8"}, {"retailer_id": "R1"}),)),),
        "long", 141, "9626.054", "6084709.142911",
    ),
    Kind(
        "left_user", "a user that has left the market is still counted",
        (Change("left_user", {"user": "U6", "month": "2021-06"},
                (InTable("users", {"user_id": "U6"}, {"exit_month": ""}),)),),
        "long", 17, "0", "-35560.412008",
    ),
    Kind(
        "priority_purchase", "a user on priority purchase is counted in the unit",
        (Change("priority_purchase", {"user": "U7"},
                (InTable("users", {"user_id": "U7"}, {"priority_purchase": ""}),)),),
        "long", 88, "0", "-12322.426904",
    ),
    Kind(
        "transfer_missing", "a transfer of contracts is not settled: the unit keeps what it gave away",
        (Change("transfer_missing", {"month": "2021-05", "product": "total"},
                (WithoutRows("orders", {"session": "I-05", "participant_id": "R1"}),)),),
        "sheet_per_month", 3, "0", "-28435.89936",
    ),
    Kind(
        "rounding_fen_lines", "each line is rounded to the fen before it is added up",
        (Change("rounding_lines", {"to": "fen"}, (LinesRounded(FEN),)),),
        "totals_only", 4, "0", "0.012974",
    ),
    Kind(
        "rounding_yuan_total", "no line differs; the total is rounded to the yuan",
        (Change("rounding_total", {"to": "yuan"}, (TotalRounded(YUAN),)),),
        "exchange_gb18030", 0, "0", "0",
    ),
    Kind(
        "price_decimals", "prices of contracts are rounded to the fen per kWh before they meet the energy",
        (Change("price_decimals", {"item": "energy", "decimals": 2}, (PriceRounded({"item": "energy"}, 2),)),),
        "exchange_by_contract", 24, "0", "-19061.735316",
    ),
    Kind(
        "item_they_lack", "their bill has no government funds",
        (Change("item_missing", {"item": "funds", "side": "theirs"}, (WithoutLines({"item": "funds"}),)),),
        "grid_money_beside", 24, "0", "-890040.03829",
    ),
    Kind(
        "item_we_lack", "their statement has an item that no ledger line is of",
        (Change("item_missing", {"item": "ancillary", "side": "ours"}, (Extra(_ANCILLARY),)),),
        "exchange_items_beside", 1, "0", "8800",
    ),
    Kind(
        "correction", "a refund for another month stands among the lines",
        (Change("correction", {"user": "U2", "month": "2021-05"}, (Extra(_CORRECTION),)),),
        "grid_codes", 1, "0", "-12345.67",
    ),
    Kind(
        "energy_shifted", "energy of one user moved from peak to valley, its month in all the same",
        (Change("shifted_periods", {"user": "U1", "month": "2021-04", "from": "peak", "to": "valley"},
                (InTable("meter", _U1_APRIL | {"period": "peak"}, {"energy_mwh": more("-35.125")}),
                 InTable("meter", _U1_APRIL | {"period": "valley"}, {"energy_mwh": more("35.125")}))),),
        "grid_periods_beside", 6, "0", "-19936.001625",
    ),
    Kind(
        "factor_1000", "kWh are printed as MWh in one user's lines of one month",
        (Change("scale", {"user": "U3", "month": "2021-06", "factor": 1000},
                (ScaleSlipped({"user": "U3", "month": "2021-06"}, 1000),)),),
        "grid_codes", 6, "0", "0",
    ),
    Kind(
        "sign_turned", "the valley's credit is printed as a charge",
        (Change("sign", {"item": "tou_adjustment", "period": "valley", "month": "2021-04"},
                (SignTurned({"item": "tou_adjustment", "period": "valley", "month": "2021-04"}),)),),
        "grid_periods_beside", 3, "0", "777660.775986",
    ),
    Kind(
        "double_line", "one user's T&D of a month is charged twice",
        (Change("double_line", {"item": "transmission", "user": "U5", "month": "2021-06"},
                (Doubled({"item": "transmission", "user": "U5", "month": "2021-06"}),)),),
        "sheet_per_user", 3, "0", "100651.879203",
    ),
    Kind(
        "several_apart", "two causes in different months: one user's meter in April, another price of the funds",
        _SEVERAL_APART,
        "long", 27, "7.5", "13109.02478", prices=(("30.17", "31.5"),),
    ),
)  # fmt: skip
