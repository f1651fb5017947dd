"""Random contracts as they stand (rulebook part 12): two-sided, one-sided, with a kind and a day and without."""

from __future__ import annotations

from collections.abc import Sequence

from tests.properties.draws import ENERGIES, PRICES, Chooser, Row, mwh, yuan_per_mwh


def deal_rows(
    choose: Chooser, generators: list[str], buyers: dict[str, list[str]], deliveries: Sequence[str], *,
    kinds: Sequence[str], varieties: Sequence[str] = (), most: int = 4,
) -> list[Row]:  # fmt: skip
    """A few rows: mostly none is there at all, so that the other markets stay what they were.

    Parameters
    ----------
    choose : Chooser
    generators : list of str
    buyers : dict
        By product, who may buy it.
    deliveries : sequence of str
    kinds, varieties : sequence of str
        What may stand there.
    most : int
    """
    tradable = [product for product, names in buyers.items() if names]
    rows: list[Row] = []
    for number in range(choose.number(1, most)):
        sides = choose.one(("both", "both", "no seller", "no seller", "no buyer"))
        if not tradable:
            sides = "no buyer"
        product = choose.one(tradable if sides != "no buyer" else list(buyers))
        contract = choose.one(("", "", "K1", "D0", "001"))
        rows.append(
            {
                "deal_id": choose.one((f"D{number}", "")),
                "contract": contract,
                "session": choose.one(("", "年度双边", "some talk")),
                "kind": choose.one(("", *kinds)),
                **({"variety": choose.one(("", *varieties))} if varieties else {}),
                "concluded_on": choose.one(("", "2020-12-20", "2020-12-21")),
                "buyer_id": "" if sides == "no buyer" else choose.one(buyers[product]),
                "seller_id": "" if sides == "no seller" else choose.one(generators),
                "product": product,
                "month": choose.one(deliveries),
                "energy_mwh": mwh(choose, choose.one(ENERGIES)),
                "price_yuan_per_mwh": yuan_per_mwh(choose, choose.one(PRICES)),
                "note": choose.one(("", "as agreed")),
            }
        )
    return rows
