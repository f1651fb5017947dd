"""Settlement of positions in SQL, by DuckDB and all its threads: windows for the splits, results in its own tables."""

from __future__ import annotations

from typing import Any

from benchmarks.baselines.settle_frames import OF_CELL, OF_LEG, OF_POSITION, Tables

try:
    import duckdb
except ImportError:  # it is in the extra [bench], not in [dev]
    duckdb = None

# A share is a floor, and one more for the rows that come first by remainder. Sums are 128 bits wide in DuckDB unless
# told otherwise, and slow.
SETTLE = """
create or replace temp table banded as
select *, metered - in_band as overrun, greatest(lower - metered, 0) as shortfall
from (
  select *, least(metered, upper) as in_band
  from (
    select p.position, p.shortfall_price,
      coalesce(l.contract, 0) as contract,
      coalesce(c.metered, 0) as metered,
      (coalesce(l.contract, 0) * upper_ratio + 5000) // 10000 as upper,
      (coalesce(l.contract, 0) * lower_ratio + 5000) // 10000 as lower
    from positions p
    left join (select position, sum(energy)::bigint as contract from legs group by position) l using (position)
    left join (select position, sum(energy)::bigint as metered from cells group by position) c using (position)
  )
);

create or replace temp table legs_out as
with beside as (
  select l.row, l.position, l.price, b.shortfall_price, b.contract,
    b.in_band * l.energy as one, b.shortfall * l.energy as two, b.shortfall
  from legs l join banded b using (position)
), ranked as (
  select *,
    one // contract as one_share, two // contract as two_share,
    row_number() over (partition by position order by one % contract desc, row) as one_rank,
    sum(one % contract) over (partition by position)::bigint // contract as one_left
  from beside
), short as (
  select row,
    row_number() over (partition by position order by two % contract desc, row) as two_rank,
    sum(two % contract) over (partition by position)::bigint // contract as two_left
  from beside where shortfall > 0
), shared as (
  select row, position, price, shortfall_price,
    one_share + (one_rank <= one_left)::bigint as in_band,
    two_share + coalesce((two_rank <= two_left)::bigint, 0) as shortfall
  from ranked left join short using (row)
)
select row, position, in_band, in_band * price as energy_money,
  shortfall, shortfall * shortfall_price as shortfall_money
from shared;

create or replace temp table cells_out as
with beside as (
  select c.row, c.position, c.energy, c.over_price, b.metered, b.overrun, b.in_band * c.energy as product
  from cells c join banded b using (position)
), over_band as (
  select row,
    product // metered
      + (row_number() over (partition by position order by product % metered desc, row)
         <= sum(product % metered) over (partition by position)::bigint // metered)::bigint as share
  from beside where overrun > 0
), shared as (
  select row, position, energy, over_price, coalesce(share, energy) as in_band
  from beside left join over_band using (row)
)
select row, position, in_band, energy - in_band as over, (energy - in_band) * over_price as over_money from shared;

create or replace temp table positions_out as
select b.*,
  coalesce(l.energy_money, 0) as energy_money,
  coalesce(l.shortfall_money, 0) as shortfall_money,
  coalesce(c.overrun_money, 0) as overrun_money,
  (2 * coalesce(l.energy_money, 0) + greatest(in_band, 1)) // (2 * greatest(in_band, 1)) as average_price
from banded b
left join (
  select position, sum(energy_money)::bigint as energy_money, sum(shortfall_money)::bigint as shortfall_money
  from legs_out group by position
) l using (position)
left join (select position, sum(over_money)::bigint as overrun_money from cells_out group by position) c
  using (position);
"""


class Database:
    """The inputs as tables of an in-memory database, made before the clock starts."""

    def __init__(self, given: Tables) -> None:
        self._connection: Any = duckdb.connect()
        for name, table in zip(Tables._fields, given, strict=True):
            columns = dict(table)
            self._connection.register("given", columns)
            row = ", row_number() over () as row" if name != "positions" else ""
            self._connection.execute(f"create table {name} as select *{row} from given")
            self._connection.unregister("given")

    def settle(self) -> None:
        """Leaves its results in the database, where one who works with it would want them."""
        self._connection.execute(SETTLE)

    def results(self) -> Tables:
        """What the latest `settle` has left, in the order of the inputs."""

        def columns(table: str, names: tuple[str, ...], key: str) -> Any:
            found = self._connection.execute(f'select {", ".join(names)} from {table} order by "{key}"')
            return found.fetchnumpy()

        return Tables(
            columns("positions_out", OF_POSITION, "position"),
            columns("legs_out", OF_LEG, "row"),
            columns("cells_out", OF_CELL, "row"),
        )
