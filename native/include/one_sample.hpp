// A step of a single sample in a small network: one thread does it all, and no gradient is written down (O1).
#pragma once

#include "output_error.hpp"
#include "update_extras.hpp"

namespace rosenblatt {

template <class T>
void write_row(const Run<T>& run, const Workspace<T>& w, const LossSums& sums, long step, long rows, std::size_t n_sums) {
    double* row = run.table + step * n_columns;
    row[loss_column] = sums.loss;
    row[reported_column] = sums.reported;
    row[weight_column] = sums.weight;
    row[rows_column] = double(rows);
    row[penalty_column] = row[square_column] = 0;
    for (std::size_t i = 0; i < n_sums; ++i) {
        row[penalty_column] += w.strip_sums[i].penalty;
        row[square_column] += w.strip_sums[i].square;
    }
}

// All four verbs, without noise or anything else beside loss, penalties and optimiser.
template <class T>
LossSums one_sample(const Run<T>& run, Workspace<T>& w, const Desk<T>& desk, long step, Taken taken) {
    const Program<T>& program = run.program;
    const std::size_t m = program.layers.size();
    const T* x = run.x.dense + taken[0] * run.x.columns;
    for (std::size_t k = 1; k <= m; ++k) {
        const auto& layer = program.layers[k - 1];
        const T* o = k == 1 ? x : w.o[k - 1];
        if (narrow_forward(layer))
            narrow_pre_activation(layer, run.theta, o, 0, w.a[k], 0, 1, desk.panel);
        else
            row_times_matrix<4>(layer, run.theta, o, w.a[k], 0, layer.size);
        if (k < m) output(layer, w.a[k], w.o[k], {0, 1, 0, layer.size});
    }
    const LossSums sums = output_error_term(program, run.targets, taken, 0, 1, w.a[m], w.delta[m], desk);
    for (std::size_t k = m - 1; k >= 1; --k) {
        const auto& layer = program.layers[k - 1];
        const Piece piece{0, 1, 0, layer.size};
        propagate(program.layers[k], run.theta, w.delta[k + 1], w.delta[k], layer.stride, 1, piece, desk.panel);
        times_derivative(layer, w.a[k], w.o[k], w.delta[k], piece);
    }
    const StepSettings settings{run.settings + step * program.n_columns(), sums.weight};
    for (std::size_t k = 1; k <= m; ++k)
        w.strip_sums[k - 1] = update_from_one_sample(program, settings, run.theta, run.slots, program.layers[k - 1], k == 1 ? x : w.o[k - 1],
                                                     w.delta[k], desk.gradient);
    T* biases = desk.gradient;
    for (const auto& layer : program.layers)
        std::copy_n(w.delta[std::size_t(&layer - program.layers.data()) + 1], layer.size, biases + layer.biases - program.n_weights);
    w.strip_sums[m] = update(program, settings, run.theta, run.slots, program.n_weights, program.n_parameters - program.n_weights, biases);
    if (run.table) write_row(run, w, sums, step, 1, m + 1);
    return sums;
}

}  // namespace rosenblatt
