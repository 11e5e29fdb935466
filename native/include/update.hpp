// The update: C1, the one division by the sum of weights; the weight penalties (T6); the optimiser (U1).
#pragma once

#include "batch_of_one.hpp"
#include "workspace.hpp"

namespace rosenblatt {

// The piece of theta [offset, offset + count), all weights or all biases.
template <class T>
ThetaPiece<T> theta_piece(const Program<T>& program, StepSettings step, T* theta, T* const* slots, long offset, long count,
                          T* gradient) {
    ThetaPiece<T> piece{theta + offset, {}, gradient, count, offset < program.n_weights, step.factor, 0};
    for (int i = 0; i < program.optimizer.rule->n_slots; ++i) piece.slots[i] = slots[i] + offset;
    return piece;
}

template <class T>
Settings optimizer_settings(const Program<T>& program, StepSettings step) {
    Settings settings{step.row[0]};
    for (std::size_t i = 1; i < std::size_t(program.optimizer.rule->n_settings); ++i)
        settings[i] = step.row[program.penalties.size() + i];
    return settings;
}

template <class T>
double penalty_scale(const Penalty<T>& penalty, double strength, StepSettings step) {
    return penalty.divided ? strength / step.weight_sum : strength;
}

// Updates theta and slots [offset, offset + count), all weights or all biases, from the gradient summed over the
// samples (count,), which is overwritten. The last penalty is part of a common optimiser's pass; others have one of their own.
template <class T>
UpdateSums update(const Program<T>& program, StepSettings step, T* theta, T* const* slots, long offset, long count,
                  T* gradient) {
    ThetaPiece<T> piece = theta_piece(program, step, theta, slots, offset, count, gradient);
    const Penalty<T>* waiting = nullptr;
    double value = 0;
    auto add = [&](const Penalty<T>& penalty) {
        value += penalty.bound.rule->add(piece);
        piece.factor = 1;
    };
    for (std::size_t i = 0; i < program.penalties.size() && piece.is_weight; ++i) {
        const auto& penalty = program.penalties[i];
        const double strength = step.row[1 + i];
        if (strength == 0) continue;
        if (waiting) add(*waiting);
        waiting = &penalty;
        piece.scale = penalty_scale(penalty, strength, step);
    }
    if (waiting && !program.optimizer.rule->is_fused()) {
        add(*waiting);
        waiting = nullptr;
    }
    const auto pass = program.optimizer.rule->update[waiting ? waiting->pass : 0];
    UpdateSums sums = pass(program.optimizer.p(), piece, optimizer_settings(program, step));
    sums.penalty += value;
    return sums;
}

// The same for the weights of one layer where the gradient is that of one sample, o delta^T; `room` (before x size, and a
// vector) is used only where several penalties, or an optimiser that is not fused, need it written down.
template <class T>
UpdateSums update_from_one_sample(const Program<T>& program, StepSettings step, T* theta, T* const* slots,
                                  const Layer<T>& layer, const T* o, const T* delta, T* room) {
    const long count = layer.before * layer.size;
    ThetaPiece<T> piece = theta_piece(program, step, theta, slots, layer.weights, count, static_cast<T*>(nullptr));
    const Penalty<T>* only = nullptr;
    auto written_down = [&] {
        outer_product(layer, o, delta, 0, layer.before, room);
        return update(program, step, theta, slots, layer.weights, count, room);
    };
    if (!program.optimizer.rule->is_fused()) return written_down();
    for (std::size_t i = 0; i < program.penalties.size(); ++i) {
        const double strength = step.row[1 + i];
        if (strength == 0) continue;
        if (only) return written_down();
        only = &program.penalties[i];
        piece.scale = penalty_scale(*only, strength, step);
    }
    // One output: W^k is a column, and its gradient a row times a number.
    const auto outer = layer.size == 1 ? OuterProduct<T>{delta, o, 1, layer.before} : OuterProduct<T>{o, delta, layer.before, layer.size};
    const auto pass = program.optimizer.rule->update_outer[only ? only->pass : 0];
    return pass(program.optimizer.p(), piece, optimizer_settings(program, step), outer);
}

}  // namespace rosenblatt
