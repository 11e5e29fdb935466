#include "shuffle.hpp"

#include <algorithm>
#include <bit>

namespace rosenblatt {

namespace {

// Swaps entry i with a random one of 0 ... i, for i = n - 1 ... 1. A draw is cut to the bits that i has and repeated
// while it is above i. The repetition is no branch, which could not be foreseen: a draw too large swaps i with itself.
template <class Draw>
void shuffle(std::int64_t* order, long n, Draw&& draw) {
    for (long i = n - 1; i > 0;) {
        const std::uint64_t mask = ~std::uint64_t(0) >> std::countl_zero(std::uint64_t(i));
        for (const long lowest = long(mask / 2); i > lowest;) {
            const long drawn = long(draw() & mask), place = drawn <= i ? drawn : i;
            const std::int64_t kept = order[place];
            order[place] = order[i];
            order[i] = kept;
            i -= drawn <= i;
        }
    }
}

}  // namespace

void shuffle_epochs(BitGenerator& stream, const std::int64_t* running, std::int64_t* orders, long epochs, long n) {
    for (long epoch = 0; epoch < epochs; ++epoch, running = orders, orders += n) {
        std::copy_n(running, n, orders);
        if (n - 1 <= long(UINT32_MAX))
            shuffle(orders, n, [&] { return std::uint64_t(stream.next_uint32(stream.state)); });
        else
            shuffle(orders, n, [&] { return stream.next_uint64(stream.state); });
    }
}

}  // namespace rosenblatt
