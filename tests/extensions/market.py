"""A small market whose rule set uses extensions (synthetic), with a scenario of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

import gridsim

Rows = list[dict[str, Any]]
Data = dict[str, Any]

_RATE = {"tariff_class": "works", "voltage": "10kV"}
_OPEN = {"opens_at": "2021-01-01T00:00:00", "closes_at": "2021-12-31T00:00:00"}


def shape(**changes: Any) -> Data:
    """The lists of the market; `changes` replace some of them."""
    made: Data = {
        "periods": {"day": {"en": "day", "zh": "白天"}, "night": {"en": "night", "zh": "夜间"}},
        "hours": [{"use": {"day": ["08:00-20:00"], "night": ["20:00-08:00"]}}],
        "products": {"all": {"periods": ["day", "night"], "en": "all", "zh": "全部"}},
        "accounts": {
            "GRID": {"en": "grid company", "zh": "电网企业"},
            "POOL": {"en": "pool", "zh": "资金池"},
        },
        "tariff": {"list_price": {"by": "period", "en": "list price", "zh": "挂牌价"}},
        "items": {"wires": {"en": "wires", "zh": "过网费"}},
        "modes": {
            "only": {
                "en": "only",
                "zh": "唯一",
                "products": ["all"],
                "over": [{"edge": "1.1", "price": {"halfway": [{"tariff": "list_price"}, 300]}, "payee": "GRID"}],
                "under": [{"edge": "0.9", "price": {"halfway": ["contract_mean", 20]}}],
                "charges": [
                    {"item": "wires", "price": {"halfway": [{"tariff": "list_price"}, 100]}, "payee": "GRID"},
                ],
            }
        },
        "sessions": {
            "filed": {"how": "filings", "en": "filed", "zh": "双边"},
            "auction": {"how": "largest_first", "en": "auction", "zh": "竞价"},
        },
        "checks": ["small_sellers", "credit"],
        "closing": ["levy", "pooling"],
    }
    return {name: each for name, each in {**made, **changes}.items() if each is not None}


def rules_of(lists: Data, folder: Path) -> Path:
    """A rule file of these lists."""
    words = {"en": "extended (synthetic)", "zh": "扩展示例（虚构）"}
    content = {
        "id": "extended",
        "title": words,
        "document": {"number": "synthetic", **words},
        "in_force": {"from": "2021-01", "to": "2021-12"},
        "values": {},
        "shape": lists,
    }
    path = folder / "extended.yaml"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def tables() -> dict[str, Rows]:
    """Two generators, two users, a filing and an auction of one month."""
    order = {"session": "A", "product": "all", "month": "2021-05", "submitted_at": "2021-04-20T10:00:00"}
    return {
        "generators": [{"generator_id": "G1"}, {"generator_id": "G2"}],
        "users": [{"user_id": user, **_RATE, "mode": "only"} for user in ("U1", "U2")],
        "tariffs": [_RATE | {"list_price_day": 500, "list_price_night": 301}],
        "sessions": [{"session": "F", "kind": "filed", **_OPEN}, {"session": "A", "kind": "auction", **_OPEN}],
        "bilateral": [
            {
                "session": "F", "contract_id": "C1", "generator_id": "G1", "buyer_id": "U1", "product": "all",
                "month": "2021-05", "energy_mwh": 40, "price_yuan_per_mwh": 333,
                "filed_at": "2021-04-20T10:00:00", "confirmed_at": "2021-04-20T11:00:00",
            }
        ],
        "orders": [
            order | {"participant_id": who, "side": side, "energy_mwh": energy, "price_yuan_per_mwh": price}
            for who, side, energy, price in (
                ("G1", "sell", 10, 300), ("G2", "sell", 80, 310), ("U1", "buy", 30, 350), ("U2", "buy", 60, 340),
            )
        ],
        "meter": [
            {"user_id": user, "month": "2021-05", "period": period, "energy_mwh": energy}
            for user, period, energy in (
                ("U1", "day", 50), ("U1", "night", 10), ("U2", "day", 50), ("U2", "night", 25),
            )
        ],
    }  # fmt: skip


def folder_of(lists: Data, folder: Path) -> Path:
    """A scenario folder of the market."""
    folder.mkdir(exist_ok=True)
    rules_of(lists, folder)
    settings = "name: extended\nyear: 2021\nrules: extended.yaml\n"
    (folder / "scenario.yaml").write_text(settings, encoding="utf-8")
    for name, rows in tables().items():
        pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False)
    return folder


def run_of(lists: Data, folder: Path) -> gridsim.Result:
    """A scenario of the market, run."""
    return gridsim.run(folder_of(lists, folder))
