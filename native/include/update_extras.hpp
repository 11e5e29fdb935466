// The update with everything beside it: limits on the gradient (D1), decay, proximal steps and signs (T6), rates of
// layers, averages, norms of columns (T7). Plain networks never come here.
#pragma once

#include <cmath>

#include "update.hpp"

namespace rosenblatt {

// values[i] <- change(values[i], i), whole vectors and the part that is left.
template <class T, class Change>
ROSENBLATT_INLINE void change_all(T* values, long count, Change&& change) {
    using V = NativeVec<T>;
    int none[2];
    for_vectors<V>(count, none, [&](long i, auto get, auto put, int&) { put(values + i, change(get(values + i), i, get)); });
}

// The squared norm of the mean gradient of a piece, entries cut first where they are.
template <class T>
double limited_square(const Program<T>& program, StepSettings step, T* gradient, long count) {
    using V = NativeVec<T>;
    const V factor = same<V>(1 / step.weight_sum);
    const double limit = step.value(program.extras.clip_value, std::numeric_limits<double>::infinity());
    const V high = same<V>(limit), low = same<V>(-limit);
    V sums[2] = {};
    for_vectors<V>(count, sums, [&](long i, auto get, auto, V& sum) {
        V g = get(gradient + i) * factor;
        g = g > high ? high : (g < low ? low : g);
        sum += g * g;
    });
    return double(sum_of_lanes(sums[0] + sums[1]));
}

// What the mean gradient is multiplied by, so that it is no longer than the limit.
inline double norm_factor(double square, double limit) { return square > limit * limit ? limit / std::sqrt(square) : 1.0; }

template <class T>
void move_average(StepSettings step, const Program<T>& program, const T* theta, T* average, long offset, long count) {
    using V = NativeVec<T>;
    const double share = step.value(program.extras.average, 0);
    if (share == 0) return;
    change_all(average + offset, count, [&, s = same<V>(share), from = theta + offset](V a, long i, auto get) { return a + s * (get(from + i) - a); });
}

// The update where weights decay apart from the gradient: between the penalties and the optimiser, so that none of them can
// share the optimiser's pass.
template <class T>
UpdateSums update_with_decay(const Program<T>& program, StepSettings step, T* theta, T* const* slots, long offset, long count,
                             T* gradient, double decay) {
    ThetaPiece<T> piece = theta_piece(program, step, theta, slots, offset, count, gradient);
    double value = 0;
    for (std::size_t i = 0; i < program.penalties.size(); ++i) {
        if (step.row[1 + i] == 0) continue;
        piece.scale = penalty_scale(program.penalties[i], step.row[1 + i], step);
        value += program.penalties[i].bound.rule->add(piece);
        piece.factor = 1;
    }
    piece.scale = 0;
    change_all(theta + offset, count, [d = same<NativeVec<T>>(decay)](auto x, long, auto) { return x - d * x; });
    UpdateSums sums = program.optimizer.rule->update[0](program.optimizer.p(), piece, optimizer_settings(program, step));
    sums.penalty += value;
    return sums;
}

// Updates theta and slots [offset, offset + count) of one layer, all weights or all biases, as update() does; `room` (count,)
// is used where the layer has a multiplier.
template <class T>
UpdateSums update_piece(const Program<T>& program, StepSettings step, T* theta, T* const* slots, long layer, long offset, long count,
                        T* gradient, T* room) {
    using V = NativeVec<T>;
    const Extras& extras = program.extras;
    const bool is_weight = offset < program.n_weights;
    if (extras.clip_value >= 0) {
        const V factor = same<V>(1 / step.weight_sum), high = same<V>(step.row[extras.clip_value]), low = -high;
        change_all(gradient, count, [=](V g, long, auto) {
            g = g * factor;
            return g > high ? high : (g < low ? low : g);
        });
        step.factor *= step.weight_sum;
    }
    const double multiplier = extras.multiplier(layer), decay = step.value(extras.decay, 0);
    T* const w = theta + offset;
    if (multiplier != 1) std::copy_n(w, count, room);
    const UpdateSums sums = decay != 0 && is_weight ? update_with_decay(program, step, theta, slots, offset, count, gradient, decay)
                                                    : update(program, step, theta, slots, offset, count, gradient);
    if (multiplier == 0) {  // bit for bit, whatever acts on weights
        std::copy_n(room, count, w);
        if (extras.max_norm < 0) move_average(step, program, theta, slots[program.optimizer.rule->n_slots], offset, count);
        return sums;
    }
    if (multiplier != 1)
        change_all(w, count, [m = same<V>(multiplier), room](V x, long i, auto get) {
            const V before = get(room + i);
            return before + m * (x - before);
        });
    if (const double threshold = step.value(extras.threshold, 0) * multiplier; threshold != 0 && is_weight)
        change_all(w, count, [t = same<V>(threshold)](V x, long, auto) { return x > t ? x - t : (x < -t ? x + t : V{}); });
    if (extras.non_negative && is_weight) change_all(w, count, [](V x, long, auto) { return x < V{} ? V{} : x; });
    if (extras.max_norm < 0) move_average(step, program, theta, slots[program.optimizer.rule->n_slots], offset, count);
    return sums;
}

// The same for a strip; the strip of all biases layer by layer, where layers have rates of their own.
template <class T>
UpdateSums update_strip(const Program<T>& program, StepSettings step, T* theta, T* const* slots, const Strip& strip, T* gradient, T* room) {
    if (!program.extras.updates()) return update(program, step, theta, slots, strip.offset, strip.count, gradient);
    if (strip.layer != 0 || program.extras.multipliers.empty())
        return update_piece(program, step, theta, slots, std::max(strip.layer, 1L), strip.offset, strip.count, gradient, room);
    UpdateSums sums;
    for (std::size_t k = 1; k <= program.layers.size(); ++k) {
        const auto& layer = program.layers[k - 1];
        const auto part = update_piece(program, step, theta, slots, long(k), layer.biases, layer.size,
                                       gradient + (layer.biases - strip.offset), room);
        sums.square += part.square;
    }
    return sums;
}

// T7: no column of W^k longer than the limit; columns [begin, end), which begin at a multiple of the lanes.
template <class T>
void limit_columns(const Program<T>& program, long k, T* theta, double limit, long begin, long end) {
    using V = NativeVec<T>;
    const Layer<T>& layer = program.layers[std::size_t(k - 1)];
    if (layer.turned || program.extras.multiplier(k) == 0) return;  // its weights are another layer's columns; it stays
    const V c = same<V>(limit);
    for (long column = begin; column < end; column += lanes<V>) {
        const Part<V> part = first<V>(std::min<long>(lanes<V>, end - column));
        T* const w = theta + layer.weights + column;
        V square{};
        for (long i = 0; i < layer.before; ++i) {
            const V x = load<V>(w + i * layer.size, part);
            square += x * x;
        }
        const auto is_long = square > c * c;
        bool any = false;
        for (int i = 0; i < lanes<V>; ++i) any |= is_long[i] != 0;
        if (!any) continue;
        const V factor = is_long ? c / vsqrt(is_long ? square : same<V>(1)) : same<V>(1);
        for (long i = 0; i < layer.before; ++i) store<V>(w + i * layer.size, load<V>(w + i * layer.size, part) * factor, part);
    }
}

// All of theta from a summed gradient, which is overwritten: the verb alone, on one thread.
template <class T>
UpdateSums update_everything(const Program<T>& program, StepSettings step, T* theta, T* const* slots, T* gradient) {
    std::vector<T> room(program.extras.multipliers.empty() ? 0 : std::size_t(program.n_parameters));
    UpdateSums sums;
    if (program.extras.clip_norm >= 0) {
        double square = 0;
        for (const Strip& strip : program.strips) square += limited_square(program, step, gradient + strip.offset, strip.count);
        step.factor *= norm_factor(square, step.row[program.extras.clip_norm]);
    }
    for (const Strip& strip : program.strips) {
        const auto part = update_strip(program, step, theta, slots, strip, gradient + strip.offset, room.data());
        sums.penalty += part.penalty;
        sums.square += part.square;
    }
    if (program.extras.max_norm < 0) return sums;
    for (long k = 1; k <= long(program.layers.size()); ++k)
        limit_columns(program, k, theta, step.row[program.extras.max_norm], 0, program.layers[std::size_t(k - 1)].size);
    move_average(step, program, theta, slots[program.optimizer.rule->n_slots], 0, program.n_parameters);
    return sums;
}

}  // namespace rosenblatt
