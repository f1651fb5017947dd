"""Small scenarios as text rows, for the tests that are worked by hand."""

from __future__ import annotations

from typing import Any

Row = dict[str, str]
KEY = {"tariff_class": "large", "voltage": "110kV"}
CATALOGUE = {
    "catalogue_peak": "900",
    "catalogue_flat": "600",
    "catalogue_valley": "300",
    "transmission": "100",
    "funds": "30",
}
CHARGES = {"line_loss": "10", "transmission": "150", "system_operation": "20", "funds": "30"}


def user(name: str, mode: str = "", **more: str) -> Row:
    return {"user_id": name, **KEY, "mode": mode, **more}


def filed(
    contract: str, seller: str, buyer: str, energy: str, price: str, *, month: str, product: str = "total",
    session: str = "A", **more: str,
) -> Row:  # fmt: skip
    """A bilateral row that stands, filed and confirmed before the year."""
    year = int(month[:4]) - 1
    return {
        "session": session, "contract_id": contract, "generator_id": seller, "buyer_id": buyer, "product": product,
        "month": month, "energy_mwh": energy, "price_yuan_per_mwh": price, "filed_at": f"{year}-12-01T09:00",
        "confirmed_at": f"{year}-12-01T10:00", **more,
    }  # fmt: skip


def ordered(
    who: str, side: str, energy: str, price: str, at: str, *, month: str, product: str = "total", session: str = "M",
    transfer: bool = False, **more: str,
) -> Row:  # fmt: skip
    """A row of `orders`; `at` is the clock on the day of the session."""
    return {
        "session": session, "participant_id": who, "side": side, "product": product, "month": month,
        "price_yuan_per_mwh": price, "energy_mwh": energy, "submitted_at": f"{month[:4]}-01-01T{at}",
        "transfer": "true" if transfer else "", **more,
    }  # fmt: skip


def lines(results: dict[str, list[dict[str, Any]]], item: str, **where: Any) -> list[tuple[str, str, int, int]]:
    """(payer, payee, energy, amount) of an item's ledger lines, in their order."""
    return [
        (line["payer"], line["payee"], line["energy_kwh"], line["amount_micro_yuan"])
        for line in results["ledger"]
        if line["item"] == item and all(line[name] == value for name, value in where.items())
    ]


def trades(results: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str, int, int]]:
    """(seller, buyer, energy, price) in MWh and yuan/MWh, where these are whole."""
    return [
        (t["seller_id"], t["buyer_id"], t["energy_kwh"] // 1000, t["price_micro_yuan_per_kwh"] // 1000)
        for t in results["trades"]
    ]


def rejected(results: dict[str, list[dict[str, Any]]]) -> dict[int, str]:
    """Row of `orders` → reason."""
    return {row["row"]: row["reason"] for row in results["rejected"] if row["table"] == "orders"}


def legs(results: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str, str, int, int, str]]:
    """(leg, unit, seller, MWh, yuan/MWh, cut from)."""
    return [
        (
            leg["leg_id"], leg["unit_id"], leg["seller_id"], leg["energy_kwh"] // 1000,
            leg["price_micro_yuan_per_kwh"] // 1000, leg["from_leg_id"],
        )
        for leg in results["legs"]
    ]  # fmt: skip


def accounts(results: dict[str, list[dict[str, Any]]]) -> dict[str, int]:
    """What each participant and account holds in the real ledger."""
    held: dict[str, int] = {}
    for line in results["ledger"]:
        if not line["trial"]:
            held[line["payer"]] = held.get(line["payer"], 0) - line["amount_micro_yuan"]
            held[line["payee"]] = held.get(line["payee"], 0) + line["amount_micro_yuan"]
    return held


_LARGE = {"tariff_class": "large", "funds": "30"}
_BY_VOLTAGE = {
    "10kV": ("700", "200"),
    "110kV": ("600", "150"),
}

CHANGING: dict[str, list[Row]] = {
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
        {**_LARGE, "voltage": voltage, "transmission": transmission,
         **{f"catalogue_{period}": catalogue for period in ("peak", "flat", "valley")}}
        for voltage, (catalogue, transmission) in _BY_VOLTAGE.items()
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
