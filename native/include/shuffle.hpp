// The running shuffle of scikit-learn, drawn from NumPy's own stream (S1, T3).
#pragma once

#include <cstdint>

namespace rosenblatt {

// NumPy's bitgen_t (numpy/random/bitgen.h): a bit generator's state and the functions that draw from it.
struct BitGenerator {
    void* state;
    std::uint64_t (*next_uint64)(void* state);
    std::uint32_t (*next_uint32)(void* state);
    double (*next_double)(void* state);
    std::uint64_t (*next_raw)(void* state);
};

// Each row of `orders` (epochs, n) is the one before it shuffled, the first one `running` (n,), with the draws and swaps of
// RandomState.shuffle.
void shuffle_epochs(BitGenerator& stream, const std::int64_t* running, std::int64_t* orders, long epochs, long n);

}  // namespace rosenblatt
