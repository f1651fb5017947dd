"""The worked case of rulebook 15 through the oracle, to the yuan."""

from __future__ import annotations

from typing import Any

from tests.oracle import settle_market
from tests.oracle.scenarios_by_hand import filed, lines

_TARIFF = {"tariff_class": "large", "funds": "30"}
_PRICES = {
    "10kV": ("700", "200"),
    "110kV": ("600", "150"),
}

WORKED: dict[str, list[dict[str, str]]] = {
    "generators": [{"generator_id": "G"}],
    "retailers": [{"retailer_id": "R1"}, {"retailer_id": "R2"}],
    "users": [
        {"user_id": "U", "tariff_class": "large", "voltage": "10kV", "peak_valley_tariff": "false",
         "mode": "conventional", "retailer_id": "R1", "effective_from": ""},
        {"user_id": "V", "tariff_class": "large", "voltage": "10kV", "peak_valley_tariff": "false",
         "mode": "conventional", "retailer_id": "R1", "effective_from": ""},
        {"user_id": "U", "tariff_class": "large", "voltage": "110kV", "peak_valley_tariff": "false",
         "mode": "conventional", "retailer_id": "R2", "effective_from": "2021-07"},
    ],
    "tariffs": [
        {**_TARIFF, "voltage": voltage, "transmission": transmission,
         **{f"catalogue_{period}": catalogue for period in ("peak", "flat", "valley")}}
        for voltage, (catalogue, transmission) in _PRICES.items()
    ],
    "bilateral": [
        filed("C1", "G", "R1", "100", "400", month="2021-06"),
        filed("C2", "G", "R1", "100", "400", month="2021-07"),
        filed("C3", "G", "R2", "60", "410", month="2021-07"),
    ],
    "meter": [
        {"user_id": user, "month": month, "period": "flat", "energy_mwh": energy}
        for month in ("2021-06", "2021-07")
        for user, energy in (("U", "100"), ("V", "50"))
    ],
}  # fmt: skip
"""What part 15 works by hand, as tables of text rows."""


def money(results: dict[str, list[dict[str, Any]]], item: str, **where: Any) -> list[tuple[str, int, int]]:
    """(payer, MWh, yuan) of an item's lines."""
    return [(payer, kwh // 1000, amount // 10**6) for payer, _, kwh, amount in lines(results, item, **where)]


def test_the_worked_case() -> None:
    results = settle_market({"year": 2021, "rules": {}, "tables": WORKED})
    assert money(results, "energy") == [("R1", 105, 42_000), ("R1", 50, 20_000), ("R2", 63, 25_830)]
    assert money(results, "transmission", user_id="U") == [("U", 70, 14_000), ("U", 63, 9_450)]
    assert money(results, "overrun", month="2021-06") == [("R1", 30, 21_000), ("R1", 15, 10_500)]
    assert money(results, "overrun", month="2021-07") == [("R2", 37, 22_200)]
    assert money(results, "shortfall") == [("R1", 45, 450)]
    assert money(results, "funds", user_id="U", month="2021-07") == [("U", 63, 1_890)]
