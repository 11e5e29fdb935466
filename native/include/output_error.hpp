// The output and its error term: B1, delta^m = g_o'(a^m) L'(g_o(a^m), y), times the sample's weight.
//
// A group of samples is turned so that they lie side by side in the vectors: a layer of 1, 2 or 10 outputs then wastes
// no lanes, and the sums of a softmax need no shuffles.
#pragma once

#include "forward.hpp"
#include "softmax.hpp"

namespace rosenblatt {

// to (columns, stride) <- from (rows, from_row), turned; columns beyond `rows` become 0 up to a whole vector.
template <class T>
void turn(const T* from, long from_row, long rows, long columns, T* to, long stride) {
    using V = NativeVec<T>;
    if (columns >= lanes<V> / 2) return transpose<V>(from, from_row, rows, columns, to, stride);
    const long whole = rounded_to_vectors<T>(rows);
    for (long j = 0; j < columns; ++j) {
        for (long s = 0; s < rows; ++s) to[j * stride + s] = from[s * from_row + j];
        for (long s = rows; s < whole; ++s) to[j * stride + s] = 0;
    }
}

// The way back: to (rows, to_row) <- from (columns, stride).
template <class T>
void turn_back(const T* from, long stride, long rows, long columns, T* to, long to_row) {
    using V = NativeVec<T>;
    if (columns >= lanes<V> / 2 && to_row >= rounded_to_vectors<T>(columns))
        return transpose<V>(from, stride, columns, rows, to, to_row);
    for (long s = 0; s < rows; ++s)
        for (long j = 0; j < columns; ++j) to[s * to_row + j] = from[j * stride + s];
}

// Fetches y and weights of samples [begin, end) of a block onto the desk, turned. What fills up the last vector has weight
// 0 and target 1, at which every loss is finite: a deviance of 0 is not.
template <class T>
void fetch_targets(const Targets<T>& targets, Taken taken, long begin, long end, long outputs, const Desk<T>& desk,
                   long stride) {
    const long n = end - begin, whole = rounded_to_vectors<T>(n);
    for (long s = 0; s < whole; ++s)
        desk.weight[s] = s >= n ? T(0) : targets.weight_of(taken[begin + s]);
    if (!taken.rows)
        turn(targets.y + taken[begin] * outputs, outputs, n, outputs, desk.y, stride);
    else
        for (long s = 0; s < n; ++s) {
            const T* y = targets.y + taken[begin + s] * outputs;
            for (long j = 0; j < outputs; ++j) desk.y[j * stride + s] = y[j];
        }
    for (long j = 0; j < outputs; ++j)
        for (long s = n; s < whole; ++s) desk.y[j * stride + s] = 1;
}

// The output activation on the desk: o = g_o(a).
template <class T>
void output_on_desk(const Program<T>& program, const Desk<T>& desk, long samples, long stride) {
    const auto& last = program.last();
    const long whole = rounded_to_vectors<T>(samples);
    if (program.softmax)
        softmax_columns(desk.a, desk.o, last.size, whole, stride);
    else
        last.g.rule->apply(last.g.p(), desk.a, desk.o, {last.size, whole, stride});
}

// A5: the weights of single entries on the desk, emphasis (n, r_m) times the sample's.
template <class T>
void weigh_entries(const T* emphasis, long emphasis_row, long n, long outputs, const Desk<T>& desk, long stride) {
    using V = NativeVec<T>;
    turn(emphasis, emphasis_row, n, outputs, desk.emphasis, stride);
    for (long j = 0; j < outputs; ++j)
        for (long s = 0; s < n; s += lanes<V>) {
            T* entry = desk.emphasis + j * stride + s;
            store<V>(entry, load<V>(entry) * load<V>(desk.weight + s));
        }
}

// Many outputs whose loss takes them one by one stay as they lie, sample by sample: to turn them costs more than the
// lanes that the last vector of a row leaves empty.
template <class T>
bool takes_rows(const Program<T>& program) {
    return program.loss.rule->single && program.outputs() >= 2 * samples_per_group;
}

// B1 for one sample as it lies: a (r_m) -> delta (r_m, padded). `emphasis` (r_m) or null.
template <class T>
LossSums row_error_term(const Program<T>& program, const Targets<T>& targets, long sample, const T* a, T* delta, const Desk<T>& desk,
                        const T* emphasis) {
    using V = NativeVec<T>;
    const auto& last = program.last();
    const long n = last.size, whole = rounded_to_vectors<T>(n);
    const T weight = targets.weight_of(sample);
    const T* y = targets.y + sample * n;
    if (n < whole) {
        copy_row<V>(a, desk.a, n);
        std::fill(std::copy_n(y, n, desk.y), desk.y + whole, T(1));
        a = desk.a, y = desk.y;
    }
    std::fill(std::fill_n(desk.weight, n, weight), desk.weight + whole, T(0));
    for (long j = 0; emphasis && j < n; ++j) desk.weight[j] *= emphasis[j];
    last.g.rule->apply(last.g.p(), a, desk.o, {1, whole, whole});
    const OutputBlock<T> block{a, desk.o, y, desk.weight, delta, 1, whole, whole, 0, n};
    LossSums sums = program.loss.rule->error_term(program.loss.p(), block);
    sums.weight = double(weight);
    if (program.loss.rule->pair[0] == '\0')
        last.g.rule->times_derivative(last.g.p(), last.keeps_a() ? a : desk.o, delta, {1, whole, whole});
    return sums;
}

// B1 for samples [begin, end) of a block, at most samples_per_group of them: a (n, r_m) -> delta (n, r_m). Where `emphasis`
// (n, x_stride) is not null, the loss of an entry counts so much (A5).
template <class T>
LossSums output_error_term(const Program<T>& program, const Targets<T>& targets, Taken taken, long begin, long end,
                           const T* a, T* delta, const Desk<T>& desk, const T* emphasis = nullptr, long x_stride = 0) {
    const auto& last = program.last();
    if (takes_rows(program)) {
        LossSums total;
        for (long s = begin; s < end; ++s)
            total += row_error_term(program, targets, taken[s], a + s * last.stride, delta + s * last.stride, desk,
                                    emphasis ? emphasis + s * x_stride : nullptr);
        return total;
    }
    const long n = end - begin, stride = samples_per_group, whole = rounded_to_vectors<T>(n);
    fetch_targets(targets, taken, begin, end, last.size, desk, stride);
    turn(a + begin * last.stride, last.stride, n, last.size, desk.a, stride);
    if (!program.softmax) output_on_desk(program, desk, n, stride);
    if (emphasis) weigh_entries(emphasis + begin * x_stride, x_stride, n, last.size, desk, stride);
    const OutputBlock<T> block{desk.a, desk.o, desk.y, emphasis ? desk.emphasis : desk.weight, desk.delta, last.size, whole, stride,
                               emphasis ? stride : 0, last.size};
    LossSums sums = program.loss.rule->error_term(program.loss.p(), block);
    for (long s = 0; s < n; ++s) sums.weight += double(desk.weight[s]);
    if (program.loss.rule->pair[0] == '\0')
        last.g.rule->times_derivative(last.g.p(), last.keeps_a() ? desk.a : desk.o, desk.delta,
                                      {last.size, whole, stride});
    turn_back(desk.delta, stride, n, last.size, delta + begin * last.stride, last.stride);
    return sums;
}

// The outputs of samples [begin, end) alone: a (n, r_m) -> out (n, r_m), without gaps.
template <class T>
void write_outputs(const Program<T>& program, const T* a, long begin, long end, T* out, const Desk<T>& desk) {
    const auto& last = program.last();
    if (takes_rows(program)) {
        const long whole = rounded_to_vectors<T>(last.size);
        for (long s = begin; s < end; ++s) {
            last.g.rule->apply(last.g.p(), a + s * last.stride, desk.o, {1, whole, whole});
            std::copy_n(desk.o, last.size, out + s * last.size);
        }
        return;
    }
    const long n = end - begin, stride = samples_per_group;
    turn(a + begin * last.stride, last.stride, n, last.size, desk.a, stride);
    output_on_desk(program, desk, n, stride);
    turn_back(desk.o, stride, n, last.size, out + begin * last.size, last.size);
}

}  // namespace rosenblatt
