// Settlement of positions (rulebook part 5) in C++: the same algorithm, the same arrays, as the limit of what a
// compiled language does with it. Largest-remainder splits take a floating-point estimate of each quotient and set it
// right in integers, as gridsim.core.split proves; short runs rank their remainders by counting.
#include <algorithm>
#include <cstdint>

namespace {

using Int = std::int64_t;
using Word = std::uint64_t;

constexpr Word ratio_one = 10000;
constexpr Int open_edge = INT64_MAX;
constexpr Int ranked = 8;

inline Int band_edge(Int contract, Int ratio) {
    return static_cast<Int>((static_cast<Word>(contract) * static_cast<Word>(ratio) + ratio_one / 2) / ratio_one);
}

inline Int half_away(Int numerator, Int denominator) {
    const Word divisor = static_cast<Word>(denominator);
    const Word magnitude = numerator < 0 ? Word(0) - static_cast<Word>(numerator) : static_cast<Word>(numerator);
    const Word quotient = magnitude / divisor;
    const Word rest = magnitude - quotient * divisor;
    const Int rounded = static_cast<Int>(quotient) + (rest >= divisor - rest);
    return numerator < 0 ? -rounded : rounded;
}

// Share `total` out over `count` weights that sum to `sum`; `scratch` holds 2 * count numbers.
inline void split(Int total, Int sum, const Int* __restrict weights, Int count, Int* __restrict shares,
                  Int* __restrict scratch) {
    if (count == 1) {
        shares[0] = total;
        return;
    }
    if (total == sum) {
        std::copy(weights, weights + count, shares);
        return;
    }
    const double ratio = static_cast<double>(total) / static_cast<double>(sum);
    const Word unsigned_sum = static_cast<Word>(sum);
    const auto divide = [=](Int weight, Int& remainder) {
        const Word quotient = static_cast<Word>(static_cast<Int>(static_cast<double>(weight) * ratio - 0.5));
        const Word rest = static_cast<Word>(total) * static_cast<Word>(weight) - quotient * unsigned_sum;
        const Word step = rest >= unsigned_sum;
        remainder = static_cast<Int>(rest - unsigned_sum * step);
        return static_cast<Int>(quotient + step);
    };
    if (count <= 3) {
        Int rest_one, rest_two, rest_three;
        Int one = divide(weights[0], rest_one);
        Int two = divide(weights[1], rest_two);
        const Int two_first = rest_two > rest_one;
        if (count == 2) {
            one += two_first < total - one - two;
            shares[0] = one;
            shares[1] = total - one;
            return;
        }
        const Int three = divide(weights[2], rest_three);
        const Int left = total - one - two - three;
        one += two_first + (rest_three > rest_one) < left;
        two += 1 - two_first + (rest_three > rest_two) < left;
        shares[0] = one;
        shares[1] = two;
        shares[2] = total - one - two;
        return;
    }
    Int left = total;
    for (Int i = 0; i < count; ++i) {
        shares[i] = divide(weights[i], scratch[i]);
        left -= shares[i];
    }
    if (left == 0) return;
    if (count <= ranked) {
        for (Int i = 0; i < count; ++i) {
            Int rank = 0;
            for (Int j = 0; j < i; ++j) rank += scratch[j] >= scratch[i];
            for (Int j = i + 1; j < count; ++j) rank += scratch[j] > scratch[i];
            shares[i] += rank < left;
        }
        return;
    }
    Int* order = scratch + count;
    std::copy(scratch, scratch + count, order);
    std::nth_element(order, order + (left - 1), order + count, [](Int a, Int b) { return a > b; });
    const Int threshold = order[left - 1];
    Int equals = left;
    for (Int i = 0; i < count; ++i) equals -= scratch[i] > threshold;
    for (Int i = 0; i < count; ++i) {
        if (scratch[i] > threshold) {
            ++shares[i];
        } else if (scratch[i] == threshold && equals > 0) {
            ++shares[i];
            --equals;
        }
    }
}

}  // namespace

extern "C" void settle(Int positions, const Int* leg_start, const Int* leg_energy, const Int* leg_price, Int legs,
                       const Int* cell_start, const Int* cell_energy, const Int* over_price, Int cells,
                       const Int* of_position, const Int* over_edge, const Int* over_fee, Int over_bands,
                       const Int* under_edge, const Int* under_price, const Int* under_fee, Int under_bands,
                       Int* __restrict contracts, Int* __restrict metereds, Int* __restrict uppers,
                       Int* __restrict lowers, Int* __restrict in_bands, Int* __restrict overruns,
                       Int* __restrict shortfalls, Int* __restrict energy_moneys, Int* __restrict average_prices,
                       Int* __restrict overrun_moneys, Int* __restrict shortfall_moneys, Int* __restrict fee_moneys,
                       Int* __restrict leg_in_band, Int* __restrict leg_money, Int* __restrict leg_shortfall,
                       Int* __restrict leg_shortfall_money, Int* __restrict cell_in_band, Int* __restrict over,
                       Int* __restrict over_money, Int* __restrict scratch) {
    for (Int p = 0; p < positions; ++p) {
        const Int first_leg = leg_start[p], stop_leg = leg_start[p + 1];
        const Int first_cell = cell_start[p], stop_cell = cell_start[p + 1];
        Int contract = 0, metered = 0;
        for (Int i = first_leg; i < stop_leg; ++i) contract += leg_energy[i];
        for (Int i = first_cell; i < stop_cell; ++i) metered += cell_energy[i];
        const Int* edges = over_edge + of_position[p] * over_bands;
        const Int* fees_above = over_fee + of_position[p] * over_bands;
        const Int* under_edges = under_edge + of_position[p] * under_bands;
        const Int* prices_below = under_price + of_position[p] * under_bands;
        const Int* fees_below = under_fee + of_position[p] * under_bands;
        const Int upper = contract == 0 ? 0 : edges[0] == open_edge ? metered : band_edge(contract, edges[0]);
        const Int lower = under_bands > 0 ? band_edge(contract, under_edges[0]) : 0;
        const Int in_band = std::min(metered, upper);
        Int fees = 0;

        Int energy_money = 0, average_price = 0;
        if (in_band == 0) {
            for (Int i = first_leg; i < stop_leg; ++i) leg_in_band[i] = leg_money[i] = 0;
        } else {
            split(in_band, contract, leg_energy + first_leg, stop_leg - first_leg, leg_in_band + first_leg, scratch);
            for (Int i = first_leg; i < stop_leg; ++i) {
                leg_money[i] = leg_in_band[i] * leg_price[i];
                energy_money += leg_money[i];
            }
            average_price = half_away(energy_money, in_band);
        }
        for (Int i = first_leg; i < stop_leg; ++i) leg_shortfall_money[i] = 0;
        Int shortfall_money = 0, edge = lower;
        for (Int u = 0; u < under_bands; ++u) {
            const Int next = u + 1 < under_bands ? band_edge(contract, under_edges[u + 1]) : 0;
            const Int missing = edge - std::max(metered, next);
            edge = next;
            Int* column = leg_shortfall + u * legs;
            if (missing <= 0) {
                for (Int i = first_leg; i < stop_leg; ++i) column[i] = 0;
                continue;
            }
            split(missing, contract, leg_energy + first_leg, stop_leg - first_leg, column + first_leg, scratch);
            for (Int i = first_leg; i < stop_leg; ++i) leg_shortfall_money[i] += column[i] * prices_below[u];
            shortfall_money += missing * prices_below[u];
            fees += missing * fees_below[u];
        }

        Int left = metered - in_band, overrun_money = 0;
        if (left == 0) {
            for (Int i = first_cell; i < stop_cell; ++i) {
                cell_in_band[i] = cell_energy[i];
                over_money[i] = 0;
            }
            for (Int b = 0; b < over_bands; ++b)
                for (Int i = first_cell; i < stop_cell; ++i) over[b * cells + i] = 0;
        } else {
            Int top = over_bands - 1;
            for (; top > 0 && edges[top] == open_edge; --top)
                for (Int i = first_cell; i < stop_cell; ++i) over[top * cells + i] = 0;
            Int* rest = over + top * cells;
            if (in_band == 0) {
                for (Int i = first_cell; i < stop_cell; ++i) cell_in_band[i] = 0;
            } else {
                split(in_band, metered, cell_energy + first_cell, stop_cell - first_cell, cell_in_band + first_cell,
                      scratch);
            }
            for (Int i = first_cell; i < stop_cell; ++i) {
                rest[i] = cell_energy[i] - cell_in_band[i];
                over_money[i] = 0;
            }
            for (Int b = 0; b < top; ++b) {
                Int* column = over + b * cells;
                const Int amount = std::min(metered, band_edge(contract, edges[b + 1])) - (metered - left);
                if (amount == 0) {
                    for (Int i = first_cell; i < stop_cell; ++i) column[i] = 0;
                    continue;
                }
                split(amount, left, rest + first_cell, stop_cell - first_cell, column + first_cell, scratch);
                for (Int i = first_cell; i < stop_cell; ++i) {
                    rest[i] -= column[i];
                    over_money[i] += column[i] * over_price[b * cells + i];
                }
                left -= amount;
                fees += amount * fees_above[b];
            }
            for (Int i = first_cell; i < stop_cell; ++i) {
                over_money[i] += rest[i] * over_price[top * cells + i];
                overrun_money += over_money[i];
            }
            fees += left * fees_above[top];
        }

        contracts[p] = contract;
        metereds[p] = metered;
        uppers[p] = upper;
        lowers[p] = lower;
        in_bands[p] = in_band;
        overruns[p] = metered - in_band;
        shortfalls[p] = std::max<Int>(lower - metered, 0);
        energy_moneys[p] = energy_money;
        average_prices[p] = average_price;
        overrun_moneys[p] = overrun_money;
        shortfall_moneys[p] = shortfall_money;
        fee_moneys[p] = fees;
    }
}
