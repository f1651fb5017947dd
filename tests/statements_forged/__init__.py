"""A forger of official settlement statements (结算单, bills of the exchange and the grid company).

Written before ``gridsim reconcile`` and apart from it: nothing here comes from ``gridsim``. What the other side settled
is worked out by the oracle, from the same market with known changes; it is then printed as the trade prints it. So of
each forged statement it is known which lines differ, by how much, and why.

Whoever builds `reconcile` reads `kinds` and `layouts` freely and **leaves `held_back` closed until the end**: its ten
kinds tell whether the causes are found, or only the thirty that were looked at.

| module | what |
|---|---|
| `market` | the small market that statements are about (synthetic), with meter or with hourly load |
| `lines` | lines of a ledger with what a statement shows: unit, user, product, contract |
| `edits` | how the other side's figures come to be others: in its tables, its rules, its lines, its roundings |
| `layouts`, `grids`, `files` | shapes of statements as data; lines into cells; cells into csv and xlsx |
| `kinds`, `held_back` | thirty and ten kinds of change, as data |
| `changing` | kinds of change in a market whose users change within the year |
| `forging` | a kind in a layout: the statement, its differences, its causes |
"""
