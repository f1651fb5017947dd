"""All checks across rows and tables: a list of small functions, each from a `Draft` to faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gridsim.errors import Fault
from gridsim.scenario.checks_billing import billed_charges, billed_once
from gridsim.scenario.checks_bounds import (
    contract_products,
    energy_sums,
    meter_products,
    money_of_the_run,
    retail_money,
)
from gridsim.scenario.checks_changes import changes_in_the_year, first_rows, what_stays
from gridsim.scenario.checks_corrections import corrected_before, corrected_lines, corrected_units
from gridsim.scenario.checks_deals import products_of_deals, sides_of_deals
from gridsim.scenario.checks_decomposition import typical_curves
from gridsim.scenario.checks_history import calendar_years, whole_years
from gridsim.scenario.checks_ids import duplicate_keys, ids_across_tables, ids_of_units, reserved_ids
from gridsim.scenario.checks_market import needed_sessions, prices_of_months, users_outside, varieties
from gridsim.scenario.checks_parts import parts_of_their_months
from gridsim.scenario.checks_periods import own_periods, pairs_of_periods, units_agree
from gridsim.scenario.checks_references import references, session_names, tables_that_are_named
from gridsim.scenario.checks_retail import (
    nominations_needed,
    prices_by_period,
    prices_of_kinds,
    retail_months,
    retail_users,
    terms_of_deviation,
)
from gridsim.scenario.checks_sessions import (
    filings_agree,
    one_segment,
    orders_at_any_price,
    segment_deliveries,
    session_kinds,
    sessions_that_count,
    transfer_deliveries,
    windows,
)
from gridsim.scenario.checks_tariffs import tariffs_in_force
from gridsim.scenario.draft import Draft

__all__ = ["CHECKS", "VALUE_CHECKS", "Check", "check"]

Check = Callable[[Draft], Iterable[Fault]]

VALUE_CHECKS: tuple[Check, ...] = (
    sessions_that_count,
    typical_curves,
    terms_of_deviation,
    prices_by_period,
    parts_of_their_months,
    contract_products,
    meter_products,
    energy_sums,
    money_of_the_run,
    retail_money,
)
"""Those that look at rules, energies or prices: all that can fail where nothing else of a scenario was varied."""

CHECKS: tuple[Check, ...] = (
    duplicate_keys,
    ids_across_tables,
    reserved_ids,
    ids_of_units,
    references,
    session_names,
    tables_that_are_named,
    first_rows,
    changes_in_the_year,
    what_stays,
    users_outside,
    own_periods,
    units_agree,
    pairs_of_periods,
    needed_sessions,
    prices_of_months,
    varieties,
    sides_of_deals,
    products_of_deals,
    session_kinds,
    orders_at_any_price,
    segment_deliveries,
    transfer_deliveries,
    sessions_that_count,
    one_segment,
    typical_curves,
    windows,
    filings_agree,
    calendar_years,
    whole_years,
    tariffs_in_force,
    parts_of_their_months,
    billed_once,
    billed_charges,
    retail_users,
    retail_months,
    prices_of_kinds,
    terms_of_deviation,
    prices_by_period,
    nominations_needed,
    corrected_units,
    corrected_lines,
    corrected_before,
    contract_products,
    meter_products,
    energy_sums,
    money_of_the_run,
    retail_money,
)


def check(draft: Draft, checks: Iterable[Check] = CHECKS) -> list[Fault]:
    """Every fault that shows only when rows or tables are held against each other.

    Parameters
    ----------
    draft : Draft
        Tables and cells that could not be read are passed over: their faults are known.
    checks : iterable of Check
    """
    return [fault for one in checks for fault in one(draft)]
