"""One price for a book, kWh by kWh, and ties at the margin, in the rulebook's own words (parts 3 and 9)."""

from __future__ import annotations

from tests.core.naive import share_out


def as_worded(sells: list[tuple[int, ...]], buys: list[tuple[int, ...]], k: int) -> list[tuple[int, int, int, int]]:
    sell_line = sorted((s for s in range(len(sells)) if sells[s][1]), key=lambda s: (sells[s][0], *sells[s][2:], s))
    buy_line = sorted((b for b in range(len(buys)) if buys[b][1]), key=lambda b: (-buys[b][0], buys[b][3], b))
    volume, last = 0, None
    sold, bought = [s for s in sell_line for _ in range(sells[s][1])], [b for b in buy_line for _ in range(buys[b][1])]
    for s, b in zip(sold, bought, strict=False):  # kWh by kWh
        if sells[s][0] > buys[b][0]:
            break
        volume, last = volume + 1, (s, b)
    if last is None:
        return []
    low, high = sells[last[0]][0], buys[last[1]][0]
    price = (2 * 10**4 * low + 2 * k * (high - low) + 10**4) // (2 * 10**4)
    parts = []
    for line, orders, margin in ((sell_line, sells, low), (buy_line, buys, high)):
        better = [o for o in line if (orders[o][0] < margin if orders is sells else orders[o][0] > margin)]
        at_margin = sorted((o for o in line if orders[o][0] == margin), key=lambda o: (orders[o][3], o))
        left = volume - sum(orders[o][1] for o in better)
        shares = dict(zip(at_margin, share_out(left, [orders[o][1] for o in at_margin]), strict=True))
        shares |= {o: orders[o][1] for o in better}
        parts.append([o for o in line if o in shares for _ in range(shares[o])])
    made: list[list[int]] = []
    for s, b in zip(*parts, strict=True):
        if made and made[-1][:2] == [s, b]:
            made[-1][2] += 1
        else:
            made.append([s, b, 1, price])
    return [tuple(pair) for pair in made]
