// A3, A4: penalties on the outputs of hidden layers before dropout, for a block of samples. The derivations stand with
// `activity` in src/rosenblatt/regularization.py.
//
// Single outputs (A3) are looked at sample by sample. Mean outputs (A4) are those of the whole batch: their sums are taken
// column by column, each by one thread and in the samples' order, so that they are the same on any number of threads.
#pragma once

#include "dropout.hpp"

namespace rosenblatt {

// One thread's share of the penalties of one step.
template <class T>
class Activities {
   public:
    using V = NativeVec<T>;
    static constexpr long L = native_lanes<T>;

    Activities(const Program<T>& program, Workspace<T>& workspace, const double* row, int thread, int threads)
        : program_(program), w_(workspace), places_(workspace.activity), row_(row), thread_(thread), threads_(threads) {}

    // Whether some penalty of single outputs or of means has a strength, and the deepest layer that has such a one, or 0.
    bool any(bool of_mean) const { return deepest(of_mean) > 0; }
    long deepest(bool of_mean) const {
        long layer = 0;
        for_terms(of_mean, [&](const ActivityTerm<T>& term, double) { layer = std::max(layer, term.deepest()); });
        return layer;
    }

    // What nothing else keeps, outputs before dropout, for a thread's own samples.
    void keep_whole(Piece own) {
        for (std::size_t k = 1; k < w_.o.size(); ++k)
            if (places_.whole[k]) output(at(k), w_.a[k], places_.whole[k], {own.row_begin, own.row_end, 0, at(k).size});
    }

    // A3: the derivatives by the outputs of a thread's own samples, and their values.
    void look_at_outputs(Piece own, Taken taken, const Targets<T>& targets) {
        for (std::size_t k = 1; k < w_.o.size(); ++k)
            if (T* push = places_.push[k]) std::fill(push + own.row_begin * at(k).stride, push + own.row_end * at(k).stride, T(0));
        std::fill(places_.value + own.row_begin, places_.value + own.row_end, 0.0);
        for_terms(false, [&](const ActivityTerm<T>& term, double strength) {
            for (const long k : term.layers)
                for (long s = own.row_begin; s < own.row_end; ++s) {
                    const long place = s * at(k).stride;
                    const T factor = T(strength) * targets.weight_of(taken[s]);
                    places_.value[s] += double(factor) * term.rule.rule->add(term.rule.p(), whole(k) + place, places_.push[std::size_t(k)] + place,
                                                                            factor, at(k).size);
                }
        });
    }

    void clear_totals() {
        for_own_vectors([&](std::size_t k, long j, long) { std::fill_n(places_.total[k] + j, L, 0.0); });
    }

    // Adds a block to the sums of the outputs, for this thread's columns.
    void add_totals(Taken taken, const Targets<T>& targets) {
        for_own_vectors([&](std::size_t k, long j, long) {
            const T* o = whole(long(k)) + j;
            for (long from = 0; from < taken.count; from += samples_in_sum) {
                V sum{};
                for (long s = from; s < std::min(from + samples_in_sum, taken.count); ++s)
                    sum += splat<V>(targets.weight_of(taken[s])) * load<V>(o + s * at(k).stride);
                for (long i = 0; i < L; ++i) places_.total[k][j + i] += double(sum[i]);
            }
        });
    }

    // A4: what each sample's weight is multiplied by in the derivatives, and the values, for this thread's columns.
    void look_at_means(double total_weight) {
        for_own_vectors([&](std::size_t k, long j, long vector) {
            T mean[L];
            for (long i = 0; i < L; ++i) {
                mean[i] = T(places_.total[k][j + i] / total_weight);
                places_.slope[k][j + i] = 0;
            }
            places_.mean_value[vector] = 0;
            for_terms(true, [&](const ActivityTerm<T>& term, double strength) {
                if (term.has(long(k)))
                    places_.mean_value[vector] += strength * term.rule.rule->add(term.rule.p(), mean, places_.slope[k] + j, T(strength),
                                                                                 std::min(L, at(k).size - j));
            });
        });
    }

    // The value of the penalties on means, for each unit of weight.
    double mean_value() const {
        double value = 0;
        for (long i = 0; i < places_.n_vectors; ++i) value += places_.mean_value[i];
        return value;
    }

    // The derivatives by the outputs of a thread's own samples: what the means add, for each sample.
    void push_means(Piece own, Taken taken, const Targets<T>& targets) {
        for (std::size_t k = 1; k < w_.o.size(); ++k)
            for (long s = own.row_begin; places_.slope[k] && s < own.row_end; ++s)
                for (long j = 0; j < at(k).size; j += L) {
                    T* push = places_.push[k] + s * at(k).stride + j;
                    store<V>(push, load<V>(push) + splat<V>(targets.weight_of(taken[s])) * load<V>(places_.slope[k] + j));
                }
    }

   private:
    static constexpr long samples_in_sum = 64;  // then the sum goes on in double precision

    const Layer<T>& at(std::size_t k) const { return program_.layers[k - 1]; }
    const Layer<T>& at(long k) const { return at(std::size_t(k)); }

    // The outputs of layer k before dropout.
    const T* whole(long k) const {
        const auto i = std::size_t(k);
        return places_.whole[i] ? places_.whole[i] : w_.keep[i] ? w_.a[i] : w_.o[i];
    }

    template <class Work>
    void for_terms(bool of_mean, Work&& work) const {
        for (std::size_t i = 0; i < program_.activities.size(); ++i) {
            const auto& term = program_.activities[i];
            const double strength = row_[program_.extras.activity + int(i)];
            if (term.rule.rule->of_mean == of_mean && strength > 0) work(term, strength);
        }
    }

    // Calls work(layer, column, number) for each vector of columns that is this thread's, of all layers whose means are wanted.
    template <class Work>
    void for_own_vectors(Work&& work) const {
        long vector = 0;
        for (std::size_t k = 1; k < w_.o.size(); ++k)
            for (long j = 0; places_.total[k] && j < at(k).size; j += L, ++vector)
                if (vector % threads_ == thread_) work(k, j, vector);
    }

    const Program<T>& program_;
    Workspace<T>& w_;
    ActivityPlaces<T>& places_;
    const double* row_;
    const int thread_, threads_;
};

}  // namespace rosenblatt
