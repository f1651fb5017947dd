"""Settlement of positions with polars and all its threads: one lazy query a table, windows for the splits."""

from __future__ import annotations

from typing import Any

from benchmarks.baselines.settle_frames import OF_CELL, OF_LEG, OF_POSITION, Tables

try:
    import polars as pl
except ImportError:  # it is in the extra [bench], not in [dev]
    pl = None

RATIO_ONE = 10_000


def as_frames(given: Tables) -> tuple[Any, Any, Any]:
    """The inputs as frames, made before the clock starts."""
    positions, legs, cells = (pl.DataFrame(dict(table)) for table in given)
    # Told that the rows stand in the order of positions, polars groups without hashing.
    return tuple(frame.with_columns(pl.col("position").set_sorted()) for frame in (positions, legs, cells))


def split(rows: Any, total: str, weight_sum: str, share: str) -> Any:
    """Shares of each position's total over its rows by largest remainder; the frame has the totals beside its rows."""
    product = pl.col(total) * pl.col("energy")
    rows = rows.with_columns((product // pl.col(weight_sum)).alias(share))
    rows = rows.with_columns(rest=product - pl.col(share) * pl.col(weight_sum))
    # Not yet handed out are as many as the remainders come to.
    left = pl.col("rest").sum().over("position") // pl.col(weight_sum)
    rank = pl.col("rest").rank("ordinal", descending=True).over("position")
    return rows.with_columns(pl.col(share) + (rank.cast(pl.Int64) <= left).cast(pl.Int64)).drop("rest")


def settle(positions: Any, legs: Any, cells: Any) -> Tables:
    """Totals by group, bands by column, splits only for the positions that need one."""
    half = RATIO_ONE // 2
    contract = legs.group_by("position", maintain_order=True).agg(contract=pl.col("energy").sum())
    metered = cells.group_by("position", maintain_order=True).agg(metered=pl.col("energy").sum())
    totals = (
        positions.lazy()
        .join(contract.lazy(), on="position", how="left", maintain_order="left")
        .join(metered.lazy(), on="position", how="left", maintain_order="left")
        .with_columns(pl.col("contract", "metered").fill_null(0))
        .with_columns(
            upper=(pl.col("contract") * pl.col("upper_ratio") + half) // RATIO_ONE,
            lower=(pl.col("contract") * pl.col("lower_ratio") + half) // RATIO_ONE,
        )
        .with_columns(in_band=pl.min_horizontal("metered", "upper"))
        .with_columns(
            overrun=pl.col("metered") - pl.col("in_band"),
            shortfall=pl.max_horizontal(pl.col("lower") - pl.col("metered"), 0),
        )
        .collect()
    )

    def beside(rows: Any, *names: str) -> Any:
        """Columns of the positions, gathered beside their rows: the number of a position is its row."""
        return rows.with_columns(**{name: totals[name].gather(rows["position"]) for name in names})

    rows = beside(legs.with_row_index("row"), "contract", "in_band", "shortfall", "shortfall_price")
    rows = rows.rename({"in_band": "total"})
    shared = split(rows.lazy(), "total", "contract", "in_band")
    short = split(rows.lazy().filter(pl.col("shortfall") > 0), "shortfall", "contract", "share").select("row", "share")
    legs_out = (
        shared.join(short, on="row", how="left", maintain_order="left")
        .with_columns(shortfall=pl.col("share").fill_null(0))
        .with_columns(
            energy_money=pl.col("in_band") * pl.col("price"),
            shortfall_money=pl.col("shortfall") * pl.col("shortfall_price"),
        )
        .select("position", *OF_LEG)
        .collect()
    )

    rows = beside(cells.with_row_index("row"), "metered", "in_band", "overrun").rename({"in_band": "total"})
    over = split(rows.lazy().filter(pl.col("overrun") > 0), "total", "metered", "share").select("row", "share")
    cells_out = (
        rows.lazy()
        .join(over, on="row", how="left", maintain_order="left")
        .with_columns(in_band=pl.col("share").fill_null(pl.col("energy")))
        .with_columns(over=pl.col("energy") - pl.col("in_band"))
        .with_columns(over_money=pl.col("over") * pl.col("over_price"))
        .select("position", *OF_CELL)
        .collect()
    )

    money = legs_out.group_by("position", maintain_order=True).agg(pl.col("energy_money", "shortfall_money").sum())
    overrun_money = cells_out.group_by("position", maintain_order=True).agg(overrun_money=pl.col("over_money").sum())
    energy = pl.max_horizontal("in_band", 1)
    totals = (
        totals.lazy()
        .join(money.lazy(), on="position", how="left", maintain_order="left")
        .join(overrun_money.lazy(), on="position", how="left", maintain_order="left")
        .with_columns(pl.col("energy_money", "shortfall_money", "overrun_money").fill_null(0))
        .with_columns(average_price=(2 * pl.col("energy_money") + energy) // (2 * energy))
        .collect()
    )
    return Tables(
        {name: totals[name].to_numpy() for name in OF_POSITION},
        {name: legs_out[name].to_numpy() for name in OF_LEG},
        {name: cells_out[name].to_numpy() for name in OF_CELL},
    )
