// Rolling matching of one book (rulebook part 9) in C++, as a good engineer writes it: a std::map of price levels for
// each side, in each level the resting orders as a list that runs through one array, and for each account the steps of
// its submission. Called through ctypes; orders come in the order in which they were submitted. It writes the trades
// (positions of the two orders, energy, price) and returns their number.

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

using i64 = std::int64_t;
using i32 = std::int32_t;

namespace {

struct Level {
    i32 first = -1, last = -1;
};

struct Resting {
    i64 left = 0;
    i32 before = -1, behind = -1, step_before = -1;
    bool rests = false;
};

struct Submission {
    i64 time = INT64_MIN;
    i32 last_step = -1;
};

template <class Map>
void take_out(Map &levels, std::vector<Resting> &orders, i32 which, i64 price) {
    auto at = levels.find(price);
    Resting &order = orders[which];
    (order.before < 0 ? at->second.first : orders[order.before].behind) = order.behind;
    (order.behind < 0 ? at->second.last : orders[order.behind].before) = order.before;
    order.rests = false;
    if (at->second.first < 0) levels.erase(at);
}

template <class Map>
void put_in(Map &levels, std::vector<Resting> &orders, i32 which, i64 price) {
    Level &level = levels[price];
    Resting &order = orders[which];
    order.before = level.last;
    (level.last < 0 ? level.first : orders[level.last].behind) = which;
    level.last = which;
    order.rests = true;
}

}  // namespace

extern "C" i64 match_rolling(const i64 *side, const i64 *price, const i64 *energy, const i64 *account, const i64 *time,
                             i64 count, i64 accounts, i64 *out_sell, i64 *out_buy, i64 *out_energy, i64 *out_price) {
    std::map<i64, Level> sells;
    std::map<i64, Level, std::greater<i64>> buys;
    std::vector<Resting> orders(count);
    std::vector<Submission> submissions(2 * accounts);
    i64 made = 0;
    for (i64 i = 0; i < count; i++) {
        Submission &own = submissions[2 * account[i] + side[i]];
        if (own.time != time[i]) {
            for (i32 step = own.last_step; step >= 0; step = orders[step].step_before)
                if (orders[step].rests)
                    side[i] == 0 ? take_out(sells, orders, step, price[step]) : take_out(buys, orders, step, price[step]);
            own = {time[i], -1};
        }
        orders[i].step_before = own.last_step;
        own.last_step = static_cast<i32>(i);
        i64 rest = energy[i];
        auto trade = [&](auto &others, auto crosses) {
            while (rest > 0 && !others.empty()) {
                auto best = others.begin();
                if (!crosses(best->first)) break;
                i32 other = best->second.first;
                Resting &resting = orders[other];
                i64 traded = rest < resting.left ? rest : resting.left;
                rest -= traded;
                resting.left -= traded;
                out_sell[made] = side[i] == 0 ? i : other;
                out_buy[made] = side[i] == 0 ? other : i;
                out_energy[made] = traded;
                out_price[made] = best->first;
                made++;
                if (resting.left == 0) {
                    resting.rests = false;
                    best->second.first = resting.behind;
                    if (resting.behind < 0)
                        others.erase(best);
                    else
                        orders[resting.behind].before = -1;
                }
            }
        };
        if (side[i] == 0)
            trade(buys, [&](i64 theirs) { return theirs >= price[i]; });
        else
            trade(sells, [&](i64 theirs) { return theirs <= price[i]; });
        if (rest > 0) {
            orders[i].left = rest;
            side[i] == 0 ? put_in(sells, orders, static_cast<i32>(i), price[i])
                         : put_in(buys, orders, static_cast<i32>(i), price[i]);
        }
    }
    return made;
}
