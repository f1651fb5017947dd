// The limit: the matching of one book (rulebook part 3; high-low prices, ties by time) in C++, as fast as we can write
// it. Two versions, called through ctypes with arrays and scratch that the caller has allocated and touched:
//
//   match_counting   one histogram of volume and count per price level and class; find where supply and demand part;
//                    scatter only what trades, as energy << 32 | position; walk both lines level by level
//   match_sorting    collect what could trade, std::sort both sides by rank, class, time and position; walk both lines
//
// Both write the pairs (positions of the two orders, energy, price) and return their number.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

using i64 = std::int64_t;
using i32 = std::int32_t;

namespace {

struct Side {
    const i64 *price, *energy, *priority, *time;
    i64 count;
};

struct Out {
    i64 *sell, *buy, *energy, *price;
};

struct Facts {
    i64 low, high, most_energy, classes;
    bool in_time;
};

Facts look_at(const Side &side) {
    i64 low = std::numeric_limits<i64>::max(), high = std::numeric_limits<i64>::min(), most = 0, classes = 0;
    i64 backwards = 0;
    for (i64 i = 0; i < side.count; i++) {
        low = std::min(low, side.price[i]);
        high = std::max(high, side.price[i]);
        most |= side.energy[i];
        classes |= side.priority[i];
    }
    for (i64 i = 1; i < side.count; i++) backwards |= side.time[i] < side.time[i - 1];
    return {low, high, most, classes, !backwards};
}

// sell + (buy - sell) / 2, rounded half up; prices are not negative here
inline i64 middle(i64 sell, i64 buy) { return sell + ((buy - sell + 1) >> 1); }

struct Bin {
    i64 volume;
    i64 place;  // first the count, then where the next order of this bin goes
};

struct Sorted {
    i64 rank, time;
    i32 priority, row;
    bool operator<(const Sorted &other) const {
        if (rank != other.rank) return rank < other.rank;
        if (priority != other.priority) return priority < other.priority;
        if (time != other.time) return time < other.time;
        return row < other.row;
    }
};

// Bin of an order: levels upwards for sells, downwards for buys, two classes each.
template <int Sign>
inline i64 bin_of(i64 price, i64 priority, i64 front, double per_tick) {
    // Exact: the quotient is a whole number below 2^31, and truncation after adding a quarter finds it.
    const i64 level = static_cast<i64>(static_cast<double>(Sign * (price - front)) * per_tick + 0.25);
    return 2 * level + priority;
}

template <int Sign>
void count_levels(const Side &side, i64 front, i64 last, double per_tick, Bin *bins, i64 nowhere) {
    for (i64 i = 0; i < side.count; i++) {
        const i64 bin = bin_of<Sign>(side.price[i], side.priority[i], front, per_tick);
        Bin &b = bins[Sign * side.price[i] <= last ? bin : nowhere];
        b.volume += side.energy[i];
        b.place += 1;
    }
}

// Give every bin up to the marginal one its place; return how many orders they hold.
i64 give_places(Bin *bins, i64 stop) {
    i64 place = 0;
    for (i64 bin = 0; bin < stop; bin++) {
        const i64 count = bins[bin].place;
        bins[bin].place = place;
        place += count;
    }
    return place;
}

template <int Sign>
void scatter(const Side &side, i64 front, i64 last, double per_tick, Bin *bins, i64 *line) {
    for (i64 i = 0; i < side.count; i++) {
        const bool trades = Sign * side.price[i] <= last;
        if (trades) {
            Bin &b = bins[bin_of<Sign>(side.price[i], side.priority[i], front, per_tick)];
            line[b.place++] = side.energy[i] << 32 | i;
        }
    }
}

}  // namespace

extern "C" {

// `tick` divides all prices. `bins` holds 2 * (levels + 1) + 1 entries a side, `line` one entry an order and side.
// Returns -1 if the book does not suit counting.
i64 match_counting(const i64 *sell_price, const i64 *sell_energy, const i64 *sell_priority, const i64 *sell_time,
                   i64 sells, const i64 *buy_price, const i64 *buy_energy, const i64 *buy_priority,
                   const i64 *buy_time, i64 buys, i64 tick, i64 room, Bin *sell_bins, Bin *buy_bins, i64 *sell_line,
                   i64 *buy_line, i64 *out_sell, i64 *out_buy, i64 *out_energy, i64 *out_price) {
    const Side sell{sell_price, sell_energy, sell_priority, sell_time, sells};
    const Side buy{buy_price, buy_energy, buy_priority, buy_time, buys};
    if (sells == 0 || buys == 0) return 0;
    const Facts about_sell = look_at(sell), about_buy = look_at(buy);
    if (!about_sell.in_time || !about_buy.in_time) return -1;
    if (about_sell.classes > 1 || about_buy.classes > 1) return -1;
    if ((about_sell.most_energy | about_buy.most_energy) >> 31) return -1;
    const i64 low = about_sell.low, high = about_buy.high;
    if (low > high) return 0;
    const i64 levels = (high - low) / tick + 1;
    if (2 * levels + 1 > room) return -1;
    const double per_tick = 1.0 / static_cast<double>(tick);
    const i64 nowhere = 2 * levels;
    std::memset(sell_bins, 0, (2 * levels + 1) * sizeof(Bin));
    std::memset(buy_bins, 0, (2 * levels + 1) * sizeof(Bin));
    count_levels<1>(sell, low, high, per_tick, sell_bins, nowhere);
    count_levels<-1>(buy, high, -low, per_tick, buy_bins, nowhere);

    // The marginal levels: walk both curves until one side's price passes the other's, or one side is used up.
    i64 i = 0, j = 0, last_i = -1, last_j = -1;  // bins
    i64 rest_i = sell_bins[0].volume, rest_j = buy_bins[0].volume;
    while (true) {
        while (rest_i == 0 && ++i < nowhere) rest_i = sell_bins[i].volume;
        while (rest_j == 0 && ++j < nowhere) rest_j = buy_bins[j].volume;
        if (i >= nowhere || j >= nowhere || (i >> 1) + (j >> 1) >= levels) break;
        const i64 energy = std::min(rest_i, rest_j);
        rest_i -= energy;
        rest_j -= energy;
        last_i = i;
        last_j = j;
    }
    if (last_i < 0) return 0;
    const i64 stop_i = (last_i | 1) + 1, stop_j = (last_j | 1) + 1;  // whole levels
    give_places(sell_bins, stop_i);
    give_places(buy_bins, stop_j);
    scatter<1>(sell, low, low + (last_i >> 1) * tick, per_tick, sell_bins, sell_line);
    scatter<-1>(buy, high, -(high - (last_j >> 1) * tick), per_tick, buy_bins, buy_line);

    // After the scatter, `place` of a bin is where it ends. Within a pair of levels the price is constant.
    i64 pairs = 0, a = 0, b = 0;
    i64 level_a = 0, level_b = 0;
    const i64 levels_a = stop_i / 2, levels_b = stop_j / 2;
    i64 end_a = sell_bins[1].place, end_b = buy_bins[1].place;
    i64 left_a = 0, left_b = 0, row_a = 0, row_b = 0;
    auto take_a = [&] { left_a = sell_line[a] >> 32; row_a = sell_line[a] & 0xffffffff; };
    auto take_b = [&] { left_b = buy_line[b] >> 32; row_b = buy_line[b] & 0xffffffff; };
    bool fresh_a = true, fresh_b = true;
    while (true) {
        while (a == end_a) {
            if (++level_a == levels_a) return pairs;
            end_a = sell_bins[2 * level_a + 1].place;
            fresh_a = true;
        }
        while (b == end_b) {
            if (++level_b == levels_b) return pairs;
            end_b = buy_bins[2 * level_b + 1].place;
            fresh_b = true;
        }
        const i64 ask = low + level_a * tick, bid = high - level_b * tick;
        if (ask > bid) return pairs;
        const i64 price = middle(ask, bid);
        if (fresh_a) take_a();
        if (fresh_b) take_b();
        fresh_a = fresh_b = false;
        while (true) {
            const i64 energy = std::min(left_a, left_b);
            out_sell[pairs] = row_a;
            out_buy[pairs] = row_b;
            out_energy[pairs] = energy;
            out_price[pairs] = price;
            pairs++;
            left_a -= energy;
            left_b -= energy;
            const bool done_a = left_a == 0, done_b = left_b == 0;
            a += done_a;
            b += done_b;
            fresh_a = done_a && a == end_a;
            fresh_b = done_b && b == end_b;
            if (fresh_a || fresh_b) {
                if (done_a && !fresh_a) take_a();
                if (done_b && !fresh_b) take_b();
                break;
            }
            // Branch-free: which of the two is used up is a coin toss that no predictor wins.
            const i64 next_a = sell_line[a], next_b = buy_line[b];
            left_a = done_a ? next_a >> 32 : left_a;
            row_a = next_a & 0xffffffff;
            left_b = done_b ? next_b >> 32 : left_b;
            row_b = next_b & 0xffffffff;
        }
    }
}

// `line` is scratch of one `Sorted` an order and side.
i64 match_sorting(const i64 *sell_price, const i64 *sell_energy, const i64 *sell_priority, const i64 *sell_time,
                  i64 sells, const i64 *buy_price, const i64 *buy_energy, const i64 *buy_priority, const i64 *buy_time,
                  i64 buys, Sorted *sell_line, Sorted *buy_line, i64 *out_sell, i64 *out_buy, i64 *out_energy,
                  i64 *out_price) {
    if (sells == 0 || buys == 0) return 0;
    const i64 low = *std::min_element(sell_price, sell_price + sells);
    const i64 high = *std::max_element(buy_price, buy_price + buys);
    i64 in_sell = 0, in_buy = 0;
    for (i64 i = 0; i < sells; i++)
        if (sell_price[i] <= high)
            sell_line[in_sell++] = {sell_price[i], sell_time[i], i32(sell_priority[i]), i32(i)};
    for (i64 i = 0; i < buys; i++)
        if (buy_price[i] >= low) buy_line[in_buy++] = {-buy_price[i], buy_time[i], i32(buy_priority[i]), i32(i)};
    std::sort(sell_line, sell_line + in_sell);
    std::sort(buy_line, buy_line + in_buy);
    i64 pairs = 0, a = 0, b = 0;
    if (in_sell == 0 || in_buy == 0) return 0;
    i64 left_a = sell_energy[sell_line[0].row], left_b = buy_energy[buy_line[0].row];
    while (sell_line[a].rank <= -buy_line[b].rank) {
        const i64 energy = std::min(left_a, left_b);
        out_sell[pairs] = sell_line[a].row;
        out_buy[pairs] = buy_line[b].row;
        out_energy[pairs] = energy;
        out_price[pairs] = middle(sell_line[a].rank, -buy_line[b].rank);
        pairs++;
        left_a -= energy;
        left_b -= energy;
        if (left_a == 0) {
            if (++a == in_sell) return pairs;
            left_a = sell_energy[sell_line[a].row];
        }
        if (left_b == 0) {
            if (++b == in_buy) return pairs;
            left_b = buy_energy[buy_line[b].row];
        }
    }
    return pairs;
}

// A yardstick: std::sort of bare int64 keys.
void sort_keys(i64 *keys, i64 count) { std::sort(keys, keys + count); }
}
