// A run: what it is given and what it fills. Steps, each forward, backward, combine and update, shared out among threads.
#pragma once

#include <cstdint>
#include <functional>

#include "program.hpp"

namespace rosenblatt {

// The samples: a dense matrix, row by row, or a sparse one in compressed rows.
template <class T>
struct Samples {
    long rows = 0, columns = 0;
    const T* dense = nullptr;              // (rows, columns)
    const T* values = nullptr;             // (stored,)
    const std::int64_t* column = nullptr;  // (stored,)
    const std::int64_t* start = nullptr;   // (rows + 1,)
    bool sparse() const { return start != nullptr; }
};

// What the samples of a run should become: targets (n, r_m) and weights (n,) or null for 1.
template <class T>
struct Targets {
    const T* y = nullptr;
    const T* weight = nullptr;
    T weight_of(long sample) const { return weight ? weight[sample] : T(1); }
};

// The columns of the table that a run fills, one row for each step.
enum Column { loss_column, reported_column, penalty_column, weight_column, rows_column, square_column, n_columns };

// Which samples each step takes: step s takes indices[bounds[s] ... bounds[s + 1]), or those rows where indices is null.
struct Order {
    const std::int64_t* indices = nullptr;
    const std::int64_t* bounds = nullptr;  // (steps + 1,)
    long steps = 0;
};

// Where the first sample of a block stands.
struct NoisePlace {
    std::uint64_t seed;
    long epoch, position;
};

// Where the random numbers of a run stand: `position` and `epoch` of its first sample, and the samples of one epoch (0: all).
struct NoiseSource {
    std::uint64_t seed = 0;
    long epoch = 0, position = 0, length = 0;
    NoisePlace at(long sample) const {
        return length > 0 ? NoisePlace{seed, epoch + sample / length, position + sample % length}
                          : NoisePlace{seed, epoch, position + sample};
    }
};

template <class T>
struct Run {
    const Program<T>& program;
    T* theta;         // (n_parameters,)
    T* const* slots;  // (n_parameters,) each
    Samples<T> x;
    Targets<T> targets{};
    Order order{};
    const double* settings = nullptr;  // (steps, settings_columns); null: a gradient without noise
    double* table = nullptr;           // (steps, n_columns)
    NoiseSource noise{};
    T* gradient_out = nullptr;  // (n_parameters,): gradient only, no update
    int threads = 1;
    bool exactly = false;  // that many threads; else at most, where they make it faster
    std::function<bool()> interrupted{};  // asked by one thread between blocks
};

}  // namespace rosenblatt
