// The update: C1, the one division by the sum of weights; the weight penalties (T6); the optimiser (U1).
#pragma once

#include "workspace.hpp"

namespace rosenblatt {

// What one step was told: one row of the settings table.
struct StepSettings {
    const double* row;  // rate, one strength per penalty, the optimiser's own numbers
    double weight_sum;
};

// Updates theta and slots [offset, offset + count), all weights or all biases, from the gradient summed over the
// samples (count,), which is overwritten. The last penalty is part of the optimiser's pass; others have one of their own.
template <class T>
UpdateSums update(const Program<T>& program, StepSettings step, T* theta, T* const* slots, long offset, long count,
                  T* gradient) {
    const auto& optimizer = *program.optimizer.rule;
    ThetaPiece<T> piece{theta + offset, {}, gradient, count, offset < program.n_weights, 1 / step.weight_sum, 0};
    for (int i = 0; i < optimizer.n_slots; ++i) piece.slots[i] = slots[i] + offset;
    const long n_penalties = long(program.penalties.size());
    double value = 0;
    auto pass = optimizer.update[0];
    const PenaltyRule<T>* waiting = nullptr;
    for (long i = 0; i < n_penalties && piece.is_weight; ++i) {
        const auto& penalty = program.penalties[std::size_t(i)];
        const double strength = step.row[1 + i];
        if (strength == 0) continue;
        if (waiting) {
            value += waiting->add(piece);
            piece.factor = 1;
        }
        waiting = penalty.bound.rule;
        pass = optimizer.update[std::size_t(1 + waiting - penalty_rules<T>().data())];
        piece.scale = penalty.divided ? strength / step.weight_sum : strength;
    }
    Settings settings{step.row[0]};
    for (int i = 1; i < optimizer.n_settings; ++i) settings[std::size_t(i)] = step.row[n_penalties + i];
    UpdateSums sums = pass(program.optimizer.p(), piece, settings);
    sums.penalty += value;
    return sums;
}

}  // namespace rosenblatt
