"""The mini template: one small market that holds one of everything in the rulebook, in figures to check by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.calendar import months_of
from gridsim.columns import PERIODS
from gridsim.templates.mini_trading import BILATERAL, ORDERS, SESSIONS
from gridsim.templates.writing import Row, template_text, write_rows, write_text

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_mini"]

GENERATORS: tuple[Row, ...] = (
    ("G1", "合成第一发电厂", "coal", "false"),
    ("G2", "合成热电厂", "coal_heat", "true"),  # wins ties of price (N3)
    ("G3", "合成燃气电厂", "gas", "false"),
)

RETAILERS: tuple[Row, ...] = (("R1", "合成售电公司"),)

USERS: tuple[Row, ...] = (
    # R1/conventional: two users of different tariff class; U2 is off the peak-valley tariff.
    ("U1", "合成化工厂", "large_industry", "110kV", "true", "conventional", "R1", "", "false"),
    ("U2", "合成商场", "general_commercial", "10kV", "false", "conventional", "R1", "", "false"),
    # R1/tou: so that the retailer has two settlement units (N4).
    ("U3", "合成机械厂", "large_industry", "35kV", "true", "tou", "R1", "", "false"),
    # Direct and tou, though too small to buy directly: direct_access fails (N1), mode does not.
    ("U4", "合成食品厂", "large_industry", "35kV", "true", "tou", "", "", "false"),
    # Direct and conventional at 216 GWh a year: mode fails (N4). It leaves the market in August (N6).
    ("U5", "合成钢厂", "large_industry", "110kV", "true", "conventional", "", "2021-08", "false"),
    # Priority purchase: in no unit, all its energy at the catalogue price (N6).
    ("U6", "合成医院", "general_commercial", "10kV", "true", "conventional", "", "", "true"),
)

# U3 has two years only: the mean is over the years given. R1: 48,000 + 4,800 + 24,000 = 76,800 MWh.
HISTORY: dict[str, dict[int, str]] = {
    "U1": {2018: "47000", 2019: "48000", 2020: "49000"},
    "U2": {2018: "4700", 2019: "4800", 2020: "4900"},
    "U3": {2019: "23500", 2020: "24500"},
    "U4": {2018: "4700", 2019: "4800", 2020: "4900"},
    "U5": {2018: "221000", 2019: "216000", 2020: "211000"},
    "U6": {2018: "2800", 2019: "2900", 2020: "3000"},
}

# Catalogue at peak, flat, valley; transmission; funds. Two of the three classes change in July.
TARIFFS: tuple[Row, ...] = (
    ("large_industry", "110kV", "900", "600", "320", "160", "30", "", "synthetic"),
    ("large_industry", "35kV", "915", "610", "325", "175", "30", "", "synthetic"),
    ("general_commercial", "10kV", "1000", "650", "350", "220", "40", "", "synthetic"),
    ("large_industry", "110kV", "885", "590", "315", "152.5", "30", "2021-07", "synthetic"),
    ("general_commercial", "10kV", "970", "630", "340", "205.5", "40", "2021-07", "synthetic"),
)

# One triple of MWh at peak, flat and valley for each month; what each is there for stands behind it.
_LEFT = ("3200", "2900", "2900")
_PRIORITY = ("100", "80", "60")
METER: dict[str, tuple[tuple[str, str, str], ...]] = {
    "U1": (
        ("1300", "1150", "1000"),
        ("1100", "1000", "850"),
        ("1350", "1200", "1050"),  # R1/conventional: overrun in the trial settlement alone
        ("1500", "1300", "1200"),  # R1/conventional: overrun; the README works this position out
        ("1300", "1150", "1050"),  # between the edges
        ("1080", "950", "850"),  # R1/conventional: shortfall
        ("1300", "1150", "1050"),
        ("1400", "1250", "1150"),  # R1/conventional: overrun
        ("1350", "1200", "1080"),  # R1/conventional: metered = contracted
        ("1300", "1150", "1000"),
        ("1230", "1100", "970"),  # R1/conventional: shortfall of 5 MWh
        ("1380", "1230", "1070"),
    ),
    "U2": (
        ("160", "120", "70"),
        ("160", "120", "70"),
        ("180", "140", "80"),
        ("180", "140", "80"),
        ("180", "140", "80"),
        ("200", "140", "80"),
        ("240", "170", "90"),
        ("240", "170", "90"),
        ("200", "140", "80"),
        ("180", "140", "80"),
        ("180", "140", "80"),
        ("190", "150", "80"),
    ),
    "U3": (
        ("780", "640", "630"),
        ("650", "560", "540"),
        ("800", "660", "700"),
        ("830", "560", "648"),  # R1/tou: peak overrun, flat shortfall, valley exactly at its upper edge
        ("775", "640", "700"),  # R1/tou: valley overrun, which pays the flat catalogue price
        ("690", "630", "552"),  # R1/tou: peak shortfall, valley exactly at its lower edge
        ("760", "650", "610"),
        ("820", "700", "650"),
        ("700", "640", "640"),
        ("760", "640", "600"),
        ("740", "620", "610"),
        ("790", "670", "640"),
    ),
    "U4": (
        ("130", "125", "80"),  # U4/tou: no valley contract until April, so C = 0 and all valley energy is overrun
        ("115", "110", "75"),
        ("130", "125", "80"),
        ("150", "125", "70"),
        ("140", "130", "60"),  # U4/tou: peak overrun, valley shortfall
        ("125", "135", "80"),
        ("215", "150", "80"),
        ("220", "160", "85"),
        ("200", "145", "75"),
        ("190", "150", "75"),  # U4/tou: peak shortfall
        ("210", "150", "75"),
        ("215", "155", "80"),
    ),
    "U5": (
        ("5600", "5000", "5000"),
        ("5000", "4600", "4400"),
        ("5600", "5000", "4900"),
        ("5655", "5100", "5100"),  # U5/conventional: exactly at the upper edge
        ("5600", "5000", "4900"),
        ("4950", "4700", "4600"),  # U5/conventional: exactly at the lower edge
        ("5600", "5000", "4900"),
        _LEFT,  # U5 has left: fallback price; its contract goes on, with A = 0
        _LEFT,
        _LEFT,
        _LEFT,
        _LEFT,
    ),
    "U6": (_PRIORITY,) * 12,
}

SCENARIO_YAML = """\
# Every number in this folder is SYNTHETIC, made up to be checked by hand: see README.md.
# 本目录中的全部数字均为合成数据，便于手工核对，见 README.zh.md。
name: henan-2021-mini (synthetic)
year: 2021
rules: henan-2021
"""


def write_mini(folder: Path) -> None:
    """Write the mini scenario into an empty folder.

    Parameters
    ----------
    folder : Path
    """
    write_rows(folder, "generators", GENERATORS)
    write_rows(folder, "retailers", RETAILERS)
    write_rows(folder, "users", USERS)
    write_rows(
        folder,
        "history",
        ((user, str(year), energy) for user, years in HISTORY.items() for year, energy in years.items()),
    )
    write_rows(folder, "tariffs", TARIFFS)
    write_rows(folder, "sessions", SESSIONS)
    write_rows(folder, "bilateral", BILATERAL)
    write_rows(folder, "orders", ORDERS)
    write_rows(
        folder,
        "meter",
        (
            (user, month, period, energy)
            for user, triples in METER.items()
            for month, triple in zip(months_of(2021), triples, strict=True)
            for period, energy in zip(PERIODS, triple, strict=True)
        ),
    )
    write_text(folder / "README.md", template_text("mini.en.md"))
    write_text(folder / "README.zh.md", template_text("mini.zh.md"))
    # Last of all: a folder whose writing broke off has no scenario.yaml, so nothing takes it for a scenario.
    write_text(folder / "scenario.yaml", SCENARIO_YAML)
