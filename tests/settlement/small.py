"""Small frames of legs and cells."""

from __future__ import annotations

import pandas as pd

from gridsim import Bands

OVERRUN = "overrun_price_yuan_per_mwh"


CONVENTIONAL = Bands(over=[(1.05, 0)], under=[(0.95, 10, 0)])


def legs_of(*rows, columns=("unit_id", "month", "product", "energy_mwh", "price_yuan_per_mwh")) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))


def cells_of(*rows, columns=("unit_id", "month", "product", "energy_mwh", OVERRUN)) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))
