"""Rulebook 16: corrections of earlier months that a statement contains, a line each, behind all others."""

from __future__ import annotations

from typing import Any

from .ledger import Settlement
from .market import Market, Row
from .shape import Shape, is_none, list_of

OF_CONTRACTS = ("energy", "shortfall", "transfer")
"""Paid to sellers, of whom a correction names none: MARKET stands for them."""
OF_BILLS = ("capacity", "demand", "power_factor")


def correct(market: Market, settlement: Settlement, rows: list[Row]) -> None:
    """The lines of all rows in their order; each amount as it stands, in yuan of six decimals."""
    for row in rows:
        item, unit, user = row["item"], row.get("unit_id", ""), row.get("user_id", "")
        buyer, _, mode = unit.rpartition("/")
        payer = user if user and pays_itself(market.shape, item) else buyer
        settlement.pay_share(
            "correction",
            payer,
            paid_by_whom(market.shape, item, mode),
            micro_yuan(row["amount_yuan"]),
            "rulebook 16",
            month=row["month"],
            unit_id=unit,
            user_id=user,
            corrects_month=row["corrects_month"],
            corrects_item=item,
        )


def micro_yuan(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    whole, _, rest = text.lstrip("+-").partition(".")
    return sign * (int(whole) * 10**6 + int((rest + "000000")[:6]))


def charges_inside(shape: Shape, item: str, mode: str = "") -> list[dict[str, Any]]:
    return [
        charge
        for name, of_mode in shape["modes"].items()
        for charge in list_of(of_mode.get("charges"))
        if charge["item"] == item and mode in ("", name)
    ]


def charges_outside(shape: Shape, item: str) -> list[dict[str, Any]]:
    return [entry for entries in shape["outside"].values() for entry in list_of(entries) if entry.get("item") == item]


def fees_of(shape: Shape) -> dict[str, str]:
    """Items of fees and what returns of them, with who collects them."""
    fees = shape.get("fees")
    if fees is None:
        return {}
    returned = fees.get("returned")
    items = [fees["item"], *([] if is_none(returned) else [returned["item"]])]
    return dict.fromkeys(items, fees["payee"])


def pays_itself(shape: Shape, item: str) -> bool:
    """The user that a row names pays what users pay: charges, bills, and what the statement does not say."""
    return not (item in OF_CONTRACTS or item == "overrun" or item in fees_of(shape))


def paid_by_whom(shape: Shape, item: str, mode: str) -> str:
    """The account that the item itself pays."""
    if item in OF_CONTRACTS or item == "correction":
        return "MARKET"
    if item in fees_of(shape):
        return fees_of(shape)[item]
    if item in OF_BILLS:
        return "GRID"
    if item == "overrun":
        return list_of(shape["modes"][mode]["over"])[0]["payee"]
    return [
        *(charges_inside(shape, item, mode) if mode else charges_outside(shape, item)),
        *charges_inside(shape, item),
    ][0]["payee"]
