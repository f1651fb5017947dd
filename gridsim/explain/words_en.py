"""The English texts of an explanation. `words_zh` has the same keys with the same blanks."""

from __future__ import annotations

__all__ = ["NAMES", "TEXTS"]

NAMES = {
    # products and periods
    "total": "total (conventional mode)",
    "peak": "peak",
    "flat": "flat",
    "valley": "valley",
    # items of the ledger
    "energy": "energy",
    "shortfall": "shortfall fee",
    "overrun": "overrun",
    "transmission": "T&D",
    "tou_adjustment": "peak-valley adjustment",
    "funds": "funds and surcharges",
    "fallback": "fallback",
    "catalogue": "catalogue",
    # parties
    "GRID": "grid company (GRID)",
    "GOVERNMENT": "government (GOVERNMENT)",
    # sessions
    "annual_bilateral": "annual bilateral",
    "annual_matched": "annual matched",
    "half_year": "half-year",
    "monthly": "monthly",
    "intra_month": "intra-month",
    "bilateral": "bilateral",
    "matched": "matched",
    "mid": "middle ten days",
    "late": "last ten days",
    # why a row was not used
    "superseded": "superseded",
    "outside_window": "outside the window",
    "unconfirmed": "never confirmed",
    "product_not_allowed": "product not allowed to this buyer",
    # weights of a decomposition
    "calendar_days": "calendar days",
    "equal": "equal parts",
    "typical_curve": "the typical curve",
    # clauses
}

TEXTS = {
    # signs
    "comma": ", ",
    "year": "the year {year}",
    "second_half": "July to December {year}",
    "month": "{year}-{month}",
    "short_month": "{month}",
    "clause_of_step": "[{clauses}]",
    "segment": "{delivery}, {segment}",
    "named": "{id} ({name})",
    # head
    "title": "Settlement of unit {unit} in {month}",
    "title_product": "Settlement of unit {unit} in {month}, {product}",
    "title_user": "Settlement of user {user} in {month}, outside the market",
    "retailer_conventional": "Settlement unit: the users of retailer {buyer} in conventional mode.",
    "retailer_tou": "Settlement unit: the users of retailer {buyer} that trade by periods (tou mode).",
    "direct_conventional": "Settlement unit: user {buyer}, who buys directly, in conventional mode.",
    "direct_tou": "Settlement unit: user {buyer}, who buys directly and trades by periods (tou mode).",
    "rules": "Rules: {title} ({id}; notice {number}).",
    "units": "Energy is in MWh to the kWh (3 decimals), prices in yuan/MWh, money in yuan. Where something is "
    "rounded, the number before and after stand side by side with an arrow; half up means away from zero for a "
    "negative number. All else is exact. “…” means that a decimal goes on: it is cut off for reading, never for "
    "computing.",
    "clauses": "In brackets: the clause that a step follows. {how_to_read}; “choice” is a "
    "reading of the rule set where the notice is silent (listed in the last step).",
    "clauses_plain": "In brackets: the clause that a step follows; “choice” is a "
    "reading of the rule set where the notice is silent (listed in the last step).",
    "clauses_unstated": "“No clause stated”: the rule set has a value of its own there and names no clause for it.",
    "one_product": "Only the product {product} is explained here; the unit's month also has: {others}.",
    # sections
    "section": "Position {product}",
    "section_trial": "TRIAL SETTLEMENT, position {product}",
    "section_all": "All positions together",
    "section_all_trial": "TRIAL SETTLEMENT, all positions together",
    "section_ground": "What this rests on",
    "section_user": "User {user}",
    "trial_step": "Trial: {title}",
    "trial_lead": "The new rules beside the older method, to be shown to the parties ({clause}). Nothing of it is "
    "paid. Contracts and metered energy are those of steps {contracts} and {metered}.",
    # headings of columns
    "h_product": "product",
    "h_contract": "contract C",
    "h_metered": "metered A",
    "h_in_band": "in band",
    "h_overrun": "overrun",
    "h_shortfall": "shortfall",
    "h_all_money": "yuan in all",
    "h_leg": "leg",
    "h_seller": "seller",
    "h_price": "price",
    "h_money": "yuan",
    "h_line": "line",
    "h_lines": "ledger lines",
    "h_user": "user",
    "h_name": "name",
    "h_period": "period",
    "h_tariff": "tariff",
    "h_energy": "MWh",
    "h_contract_energy": "contract",
    "h_share": "share",
    "h_exact_share": "exact share",
    "h_extra": "+kWh",
    "h_tariff_class": "class",
    "h_voltage": "voltage",
    "h_peak": "peak",
    "h_flat": "flat",
    "h_valley": "valley",
    "h_transmission": "T&D",
    "h_funds": "funds",
    "h_row": "row",
    "h_since": "since",
    "h_catalogue": "catalogue",
    "h_item": "item",
    "h_from": "from",
    "h_to": "to",
    "h_payee": "payee",
    "h_received": "yuan received",
    "h_on_tariff": "peak-valley tariff",
    "sum": "sum",
    "sum_contract": "C",
    "sum_metered": "A",
    "yes": "yes",
    "no": "no",
    "others": "{count} more",
    "line_count": "{count} lines",
    "parties": "{count} parties",
    "condensed": "There are {count} rows: shown are the first {first} and the largest; the rest is summed up{how}.",
    "condensed_by_price": " by tariff and price",
    # contracts
    "contracts": "Contracts of the month",
    "contracts_formula": "C = sum of the month's contract energies",
    "contracts_none": "The unit has no contract for this product and month: C = 0.000.",
    "contracts_zero": "The contract energies are all zero: C = 0.000.",
    "contracts_sum": "C = {contract}",
    "leg_head": "{leg}: {seller} sells {energy} MWh at {price} yuan/MWh",
    "filing": "Contract {contract}, session {session} ({kind}): {energy} for {delivery} at {price}; filed {filed}, "
    "confirmed {confirmed} (row {row} of bilateral).",
    "filing_unused": "The last confirmed filing stands. Rows of this contract that are not used: {rows}.",
    "unused_row": "{row} ({reason})",
    "pair": "Session {session} ({kind}), delivery {delivery}: sell order of {seller} at {sell} (row {sell_row} of "
    "orders) met buy order of {buyer} at {buy} (row {buy_row}).",
    "pair_replaced": "The last submission stands; replaced rows of orders: {rows}.",
    "pair_energy": "Energy: the smaller of what the two orders had left: sell {sell_left} of {sell_energy}, buy "
    "{buy_left} of {buy_energy} → {energy}.",
    "pair_energy_pro_rata": "Energy: {energy}, their part of what the orders alike in price trade, in proportion to "
    "what each has left (sell {sell_left} of {sell_energy}, buy {buy_left} of {buy_energy}).",
    "pair_price": "Price: {sell} + {k} × ({buy} − {sell}) = {result}.",
    "pair_price_uniform": "Price, one for the whole book, from its last pair (rows {sell_row} and {buy_row}): {sell} "
    "+ {k} × ({buy} − {sell}) = {result}.",
    "rounded": "{before} → {after} (half up)",
    "decomposition": "Of {delivery}, {month} gets its part by {method}: {energy} × {weight} ÷ {weights} = {exact} → "
    "{floor} rounded down to the kWh.",
    "decomposition_exact": "Of {delivery}, {month} gets its part by {method}: {energy} × {weight} ÷ {weights} = "
    "{exact}.",
    "decomposition_left": "All months rounded down leave {left} kWh; they go to the largest remainders ({months}): "
    "{energy} for {month}.",
    # metered energy
    "metered": "Metered energy",
    "metered_formula": "A = sum of the metered energies of the unit's users",
    "metered_formula_period": "A = sum of the metered energies of the unit's users in the {period} hours ({hours})",
    "metered_none": "Nothing is metered here: A = 0.000.",
    "left": "Not counted, as they have left the market: {users}. What they meter is settled at the fallback price "
    "({clause}) and explained under the user's own id; the contracts in force stand.",
    "left_user": "{user} from {month}",
    # band
    "band": "The band and the deviation",
    "band_formula": "upper edge = C × {upper}, lower edge = C × {lower}, each to the kWh, half up",
    "upper": "upper edge = {contract} × {ratio} = {result}",
    "lower": "lower edge = {contract} × {ratio} = {result}",
    "above": "A = {metered} is above the upper edge: overrun.",
    "at_upper": "A = {metered} is exactly the upper edge: that is no deviation.",
    "inside": "A = {metered} lies between the edges: no deviation.",
    "at_lower": "A = {metered} is exactly the lower edge: that is no deviation.",
    "below": "A = {metered} is below the lower edge: shortfall.",
    "no_contract": "Without contract energy both edges are zero: all that is metered is overrun.",
    "no_metered": "Nothing is metered: all up to the lower edge is shortfall.",
    "nothing": "Neither contracts nor metered energy: nothing to settle.",
    "in_band": "in band = the smaller of A and the upper edge = {in_band}",
    "overrun_is": "overrun = A − in band = {metered} − {in_band} = {overrun}",
    "shortfall_is": "shortfall = lower edge − A = {lower} − {metered} = {shortfall}",
    "no_shortfall": "shortfall = 0.000, as A is not below the lower edge",
    "share_of_contract": "For orientation: A ÷ C = {percent} %.",
    "older": "The older method (months of transition)",
    "older_formula": "no band: with contracts all metered energy is in band, without contracts all is overrun",
    "older_in_band": "in band = A = {metered}; overrun and shortfall are 0.000.",
    "older_no_contract": "Without contract energy everything is overrun: in band = 0.000, overrun = A = {metered}.",
    # cleared flat price
    "cleared": "The cleared flat price",
    "cleared_formula": "energy-weighted mean price of the unit's flat legs of the month, half up",
    "cleared_result": "mean = {money} ÷ {energy} = {result} yuan/MWh",
    "cleared_replaces": "It takes the place of the contracts' own prices for {product}.",
    "cleared_origin": "Where the flat legs come from is shown with the product flat.",
    "cleared_own_flat": "Flat legs keep their own prices; the cleared flat price is for peak and valley.",
    "cleared_none": "The unit has no flat legs with energy this month: each leg keeps its own price.",
    # legs
    "legs": "In-band energy by contract, and its money",
    "legs_formula": "share = in band × contract energy ÷ C, rounded down to the kWh; the kWh left over go one each "
    "to the largest remainders; money = share × price",
    "legs_formula_whole": "share = in band × contract energy ÷ C; money = share × price",
    "legs_given": "in band = {in_band}, C = {contract}",
    "legs_left": "Rounded down, the shares leave {left} kWh; column “+kWh” says who gets them.",
    "average": "average in-band price = {money} ÷ {energy} = {result} yuan/MWh",
    "shortfall_step": "Shortfall by contract, and its fee",
    "shortfall_formula": "share = shortfall × contract energy ÷ C, rounded down to the kWh; the kWh left over go one "
    "each to the largest remainders; fee = share × {price}",
    "shortfall_formula_whole": "share = shortfall × contract energy ÷ C; fee = share × {price}",
    "shortfall_given": "shortfall = {shortfall}, C = {contract}; the fee goes from buyer to seller.",
    # cells
    "cells": "In-band energy and overrun by user and period",
    "cells_formula": "in band of each = in band × metered ÷ A, rounded down to the kWh; the kWh left over go one "
    "each to the largest remainders; its overrun = metered − in band",
    "cells_formula_whole": "in band of each = in band × metered ÷ A; its overrun = metered − in band",
    "cells_given": "in band = {in_band}, A = {metered}",
    "tariffs": "Tariffs that apply",
    "tariffs_formula": "of each class and voltage the last row in force by the month",
    "tariffs_lead": "From the scenario's table of tariffs, with its row; peak, flat and valley are the catalogue "
    "prices, which contain T&D and funds.",
    "tariffs_as": "The tariffs (T1 and so on) are those of step {step}.",
    "tariff_source": "Source as given: {sources}.",
    "overrun_step": "Overrun at catalogue prices",
    "overrun_formula": "money = overrun × catalogue price; paid by {buyer} to the grid company",
    "overrun_own": "Each period pays its own catalogue price.",
    "overrun_pairs": "As the rule set has it, {pairs}.",
    "overrun_tou": "In tou mode, {pairs}.",
    "overrun_pair": "{period} overrun pays the {charged} catalogue price",
    "overrun_off": "Off the peak-valley tariff, so at the flat catalogue price in every period: {users}.",
    "overrun_off_tou": "Off the peak-valley tariff, but in tou mode settled as all others: {users}.",
    "all_in_band": "Nothing is overrun: the in-band energy of each user and period is what it metered.",
    "transmission_step": "T&D",
    "transmission_formula": "money = in band × T&D tariff, as listed; paid by the user to the grid company",
    "transmission_formula_tou": "money = in band × (T&D tariff × coefficient, half up to 0.001); paid by the user to "
    "the grid company",
    "coefficient_is": "coefficient of {period} hours = {coefficient}",
    "transmission_price": "{tariff}: {transmission} × {coefficient} = {result}",
    "transmission_off_tou": "Off the peak-valley tariff, but in tou mode with the coefficient as all others: {users}.",
    "adjustment_step": "Peak-valley adjustment",
    "adjustment_formula": "price = (average in-band price + T&D) × (coefficient − 1), half up to 0.001; money = in "
    "band × price; paid by the user to the grid company, a negative amount is paid back",
    "adjustment_average": "average in-band price = {average} (step {step})",
    "adjustment_price": "{tariff} {period}: ({average} + {transmission}) × ({coefficient} − 1) = {result}",
    "adjustment_off": "Not on the peak-valley tariff, so without adjustment: {users}.",
    "funds_step": "Government funds and surcharges",
    "funds_formula": "money = in band × funds; paid by the user to the government",
    # accounts
    "accounts": "Who pays whom",
    "accounts_formula": "sum of the amounts above, item by item",
    "accounts_none": "No energy, so no line in the ledger.",
    "accounts_checked": "Checked: these are the {count} lines of the ledger for {what}; energy, price and amount of "
    "each agree with the steps above.",
    "accounts_checked_one": "Checked: this is the only line of the ledger for {what}; its energy, price and amount "
    "agree with the steps above.",
    "what_position": "this position",
    "what_month": "this unit's month",
    "what_position_trial": "this position's trial settlement",
    "what_month_trial": "this unit's month in the trial settlement",
    "what_user": "this user's month",
    # ground
    "ground": "Assumptions",
    "ground_lead": "The notice leaves these points open, or their figures are not verified, or the scenario changed "
    "them. Another reading gives other numbers.",
    "assumption": "{words} {where}",
    "assumption_where": "[{clause}; {steps}]",
    "assumption_where_no_clause": "[{steps}]",
    "step": "step {numbers}",
    "steps": "steps {numbers}",
    "general": "throughout",
    # users without a unit
    "user_left": "User {user} left the market in {month}. It belongs to no settlement unit; all its energy is "
    "settled at the fallback price.",
    "user_contracts": "The contracts in force stand and are settled in its unit {unit}, which is explained under "
    "that name.",
    "user_priority": "User {user} is on priority purchase. It belongs to no settlement unit; all its energy is "
    "settled at the government's catalogue price.",
    "user_metered_formula": "A = sum of the user's metered energies",
    "fallback_step": "Fallback price",
    "fallback_formula": "price = (catalogue price − funds) × {multiple}, half up to 0.001; money = metered × price; "
    "paid to the grid company",
    "fallback_price": "{period}: ({catalogue} − {funds}) × {multiple} = {result}",
    "catalogue_step": "Catalogue price",
    "catalogue_formula": "money = metered × catalogue price of the period; paid to the grid company",
    "user_funds_formula": "money = metered × funds; paid to the government, beside the fallback price",
    "user_off": "The user is off the peak-valley tariff: the flat catalogue price holds in every period.",
}
