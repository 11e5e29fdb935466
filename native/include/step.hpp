// One step as each thread of a team sees it: its share of every phase, and where the threads must meet.
#pragma once

#include "activity.hpp"
#include "contraction.hpp"
#include "one_sample.hpp"
#include "team.hpp"

namespace rosenblatt {

template <class T>
class Step {
   public:
    Step(Team<T>& team, int thread)
        : team_(team), run_(team.run), program_(team.run.program), w_(team.workspace), desk_(team.workspace.desks[thread]),
          thread_(thread), may_be_alone_(!run_.gradient_out && !run_.x.sparse() && program_.n_weights <= largest_alone && !program_.tied &&
                                         !program_.extras.any()) {}

    // Takes the samples of one step through the four verbs. Returns false if the run was interrupted.
    bool take(long step) {
        const Order& order = run_.order;
        const long begin = order.bounds[step], end = order.bounds[step + 1], block = program_.block_rows;
        sums_ = {};
        if (is_alone(end - begin)) return take_one(step, begin);
        row_ = run_.settings ? run_.settings + step * program_.n_columns() : nullptr;
        looks_inside_ = row_ && !program_.activities.empty();
        is_one_block_ = end - begin <= block;
        if (looks_inside_ && !is_one_block_ && activities().any(true) && !take_means(begin, end)) return false;
        for (long from = begin; from < end; from += block) {
            const long count = std::min(block, end - from);
            const Taken taken{order.indices ? order.indices + from : nullptr, from, count};
            is_long_ = double(count) * double(program_.multiplications) > longest_unasked;
            if (thread_ == 0) team_.ask();
            forward_and_backward(from, taken);
            team_.barrier.wait();
            if (team_.stop) return false;
            add_losses(count);
            combine_and_update(step, count, from == begin, from + count == end);
            team_.barrier.wait();
        }
        if (program_.extras.max_norm >= 0 && !run_.gradient_out) limit_norms(step);
        if (thread_ == 0 && run_.table) write_row(run_, w_, sums_, step, end - begin, program_.strips.size());
        return true;
    }

    const LossSums& sums() const { return sums_; }

   private:
    static constexpr long group() { return samples_per_group; }
    // A single sample in a small network: one thread does it all, and no gradient is written down (O1).
    bool is_alone(long count) const {
        return count == 1 && may_be_alone_;
    }

    bool take_one(long step, long begin) {
        if (thread_ == 0) {
            team_.ask();
            if (!team_.stop) sums_ = one_sample(run_, w_, desk_, step, Taken{run_.order.indices ? run_.order.indices + begin : nullptr, begin, 1});
        }
        team_.barrier.wait();
        const bool goes_on = !team_.stop;
        team_.barrier.wait();  // all have read it before the next step may write it
        return goes_on;
    }

    // This thread's samples of a block, in whole groups.
    Piece own_rows(long count, long columns) const {
        if (team_.threads == 1) return {0, count, 0, columns};
        const long groups = (count + group() - 1) / group();
        const long begin = share_begin(groups, team_.threads, thread_) * group();
        const long end = std::min(count, share_begin(groups, team_.threads, thread_ + 1) * group());
        return {std::min(begin, count), end, 0, columns};
    }

    // This thread's part of a block (count, columns) of one layer.
    Piece own_piece(long count, long columns) const {
        constexpr long panel = tile_vectors * native_lanes<T>;
        const long panels = (columns + panel - 1) / panel;
        if (!team_.by_columns || panels < 2 * team_.threads) return own_rows(count, columns);
        const long begin = share_begin(panels, team_.threads, thread_) * panel;
        const long end = share_begin(panels, team_.threads, thread_ + 1) * panel;
        return {0, count, begin, std::min(end, columns)};
    }

    // Whether to leave out what is left of a block, which still meets at all barriers: asked where it takes long.
    bool hurries() {
        if (thread_ == 0 && is_long_) team_.ask_within();
        return team_.hurries.load(std::memory_order_relaxed);
    }

    static bool empty(Piece p) { return p.row_begin >= p.row_end || p.column_begin >= p.column_end; }

    void meet() {
        if (team_.by_columns) team_.barrier.wait();
    }

    void forward_and_backward(long from, Taken taken) {
        gather(run_.noise.at(from), taken);
        for (std::size_t k = 1; k <= program_.layers.size(); ++k) forward(k, taken);
        output_errors(taken);
        if (looks_inside_) look_inside(taken);
        contracts_ = setting(program_.extras.contraction) > 0;
        if (contracts_) contract(taken);
        for (std::size_t k = program_.layers.size() - 1; k >= 1; --k) backward(k, taken.count);
    }

    // The number of this step in a column, 0 where there is none.
    double setting(int column) const { return row_ && column >= 0 ? row_[column] : 0; }
    double drop_rate(std::size_t k) const { return program_.extras.dropout < 0 ? 0 : setting(program_.extras.dropout + int(k)); }
    const T* mask(std::size_t k) const { return drop_rate(k) > 0 ? w_.keep[k] : nullptr; }

    double corruption() const { return setting(program_.extras.corruption); }
    const T* emphasis() const { return corruption() > 0 ? w_.emphasis : nullptr; }

    Activities<T> activities() { return {program_, w_, row_, thread_, team_.threads}; }

    // A4 for a batch of several blocks: its mean outputs must be known before the first of them goes backward, and so all go
    // forward twice. Returns false if the run was interrupted.
    bool take_means(long begin, long end) {
        Activities<T> penalties = activities();
        penalties.clear_totals();
        for (long from = begin; from < end; from += program_.block_rows) {
            const long count = std::min(program_.block_rows, end - from);
            const Taken taken{run_.order.indices ? run_.order.indices + from : nullptr, from, count};
            if (thread_ == 0) team_.ask();
            gather(run_.noise.at(from), taken);
            for (std::size_t k = 1; k <= std::size_t(penalties.deepest(true)); ++k) forward(k, taken);
            penalties.keep_whole(own_rows(count, 0));
            team_.barrier.wait();
            if (team_.stop) return false;
            penalties.add_totals(taken, run_.targets);
            team_.barrier.wait();
        }
        look_at_means(penalties, {run_.order.indices ? run_.order.indices + begin : nullptr, begin, end - begin});
        return true;
    }

    // From the sums of the outputs over the batch to the penalty's slopes and its value.
    void look_at_means(Activities<T>& penalties, Taken batch) {
        double total = 0;
        for (long s = 0; s < batch.count; ++s) total += double(run_.targets.weight_of(batch[s]));
        penalties.look_at_means(total);
        team_.barrier.wait();
        sums_.loss += total * penalties.mean_value();
    }

    // A3, A4, between the phases: what penalties on outputs add to the error terms, and their values.
    void look_inside(Taken taken) {
        Activities<T> penalties = activities();
        const Piece own = own_rows(taken.count, 0);
        penalties.keep_whole(own);
        penalties.look_at_outputs(own, taken, run_.targets);
        if (penalties.any(true)) {
            if (is_one_block_) {
                penalties.clear_totals();
                team_.barrier.wait();
                penalties.add_totals(taken, run_.targets);
                look_at_means(penalties, taken);
            }
            penalties.push_means(own, taken, run_.targets);
        }
        for (std::size_t k = 1; k < program_.layers.size(); ++k)
            if (T* push = w_.activity.push[k])
                times_derivative(program_.layers[k - 1], w_.a[k], kept(k), push, {own.row_begin, own.row_end, 0, program_.layers[k - 1].size});
        meet();
    }

    // o^0: the samples of this block, side by side in memory, with their noise; and the masks of all layers.
    void gather(NoisePlace place, Taken taken) {
        x_ = run_.x;
        x_taken_ = taken;
        const Piece piece = own_rows(taken.count, program_.inputs());
        for (std::size_t k = 1; k < program_.layers.size(); ++k)
            if (drop_rate(k) > 0 && !empty(piece))
                dropout_mask(place, long(k), drop_rate(k), piece.row_begin, piece.row_end, program_.layers[k - 1].size, w_.keep[k],
                             program_.layers[k - 1].stride);
        if (run_.x.sparse()) return gather_sparse(place, taken);
        for (long s = piece.row_begin; s < piece.row_end; ++s)
            copy_row<NativeVec<T>>(run_.x.dense + taken[s] * run_.x.columns, w_.o[0] + s * w_.x_stride, run_.x.columns);
        if (corruption() > 0 && !empty(piece))
            corrupt(program_.corruption, place, corruption(), piece.row_begin, piece.row_end, program_.inputs(), w_.o[0], w_.emphasis,
                    w_.x_stride);
        if (const double deviation = setting(program_.extras.noise); deviation > 0 && !empty(piece))
            add_noise(place, deviation, piece.row_begin, piece.row_end, program_.inputs(), w_.o[0], w_.x_stride);
        if (drop_rate(0) > 0 && !empty(piece))
            drop_inputs(place, drop_rate(0), piece.row_begin, piece.row_end, program_.inputs(), w_.o[0], w_.x_stride);
        meet();
    }

    void gather_sparse(NoisePlace place, Taken taken) {
        if (drop_rate(0) > 0 || corruption() > 0) {
            if (thread_ == 0) thinned(place, corruption(), drop_rate(0), run_.x, taken, w_);
            x_ = {taken.count, run_.x.columns, nullptr, w_.thin_value, w_.thin_column, w_.thin_start};
            x_taken_ = {nullptr, 0, taken.count};
        }
        if (thread_ == 0) turn_into_columns(x_, x_taken_, w_);
        if (program_.extras.dropout >= 0 || program_.extras.corruption >= 0) team_.barrier.wait();  // others read what one has thinned
    }

    void forward(std::size_t k, Taken taken) {
        const auto& layer = program_.layers[k - 1];
        const Piece piece = own_piece(taken.count, layer.size);
        if (!empty(piece) && !hurries()) {
            if (k == 1 && run_.x.sparse())
                sparse_pre_activation(layer, run_.theta, x_, x_taken_, w_.a[1], piece.row_begin, piece.row_end,
                                      piece.column_begin, piece.column_end);
            else
                pre_activation(layer, run_.theta, w_.o[k - 1], stride_before(k), w_.a[k], piece, desk_.panel);
            if (w_.keep[k])
                dropped_output(layer, w_.a[k], mask(k), w_.o[k], piece);
            else if (k < program_.layers.size())
                output(layer, w_.a[k], w_.o[k], piece);
        }
        meet();
    }

    long stride_before(std::size_t k) const { return k == 1 ? w_.x_stride : program_.layers[k - 2].stride; }

    void output_errors(Taken taken) {
        const std::size_t m = program_.layers.size();
        const Piece piece = own_rows(taken.count, program_.outputs());
        for (long s = piece.row_begin; s < piece.row_end; s += group())
            w_.losses[s / group()] = output_error_term(program_, run_.targets, taken, s, std::min(s + group(), piece.row_end),
                                                       w_.a[m], w_.delta[m], desk_, emphasis(), w_.x_stride);
        meet();
    }

    void backward(std::size_t k, long count) {
        const Piece piece = own_piece(count, program_.layers[k - 1].size);
        if (!empty(piece) && !hurries()) backward(k, count, piece);
        meet();
    }

    void backward(std::size_t k, long count, Piece piece) {
        const auto &layer = program_.layers[k - 1], &next = program_.layers[k];
        propagate(next, run_.theta, w_.delta[k + 1], w_.delta[k], layer.stride, count, piece, desk_.panel);
        times_derivative(layer, w_.a[k], kept(k), w_.delta[k], piece);
        if (const T* keep = mask(k)) times_mask(w_.delta[k], keep, w_.delta[k], layer.stride, piece);
        if (looks_inside_ && w_.activity.push[k]) add_to(w_.delta[k], w_.activity.push[k], layer.stride, piece);
        if (contracts_ && long(k) <= program_.contraction_depth()) add_to(w_.delta[k], w_.contraction.bend[k], layer.stride, piece);
    }

    const T* kept(std::size_t k) const { return w_.keep[k] ? w_.a[k] : w_.o[k]; }

    // A6, between the phases: what is added to the error terms and to the gradient, and the penalty's value.
    void contract(Taken taken) {
        auto& places = w_.contraction;
        Contraction<T> penalty(program_, w_, run_.theta, desk_, thread_, team_.threads);
        const Piece own = own_rows(taken.count, 0);
        const long depth = program_.contraction_depth();
        for (long s = own.row_begin; s < own.row_end; ++s) {
            places.weight[s] = T(setting(program_.extras.contraction)) * run_.targets.weight_of(taken[s]);
            places.value[s] = 0;
        }
        for (std::size_t i = 1; i <= std::size_t(depth); ++i) penalty.slopes(long(i), w_.a[i], kept(i), mask(i), own);
        penalty.prepare();
        team_.barrier.wait();
        for (const long k : program_.contracted)
            if (k == 1)
                penalty.one_layer(own.row_begin, own.row_end), penalty.one_layer_total(taken.count);
        team_.barrier.wait();
        for (const long k : program_.contracted)
            if (k > 1 && !contract_slices(penalty, k, taken.count)) return;
        for (std::size_t i = 1; i <= std::size_t(depth); ++i) penalty.bends(long(i), w_.a[i], kept(i), mask(i), own);
        penalty.complete_sums();
        team_.barrier.wait();
    }

    // The samples of a block, slice by slice. Returns false if the run was interrupted.
    bool contract_slices(Contraction<T>& penalty, long k, long count) {
        const long slice = samples_per_slice(program_.layers[std::size_t(k - 1)].size);
        for (long from = 0; from < count; from += slice) {
            const long n = std::min(slice, count - from);
            if (thread_ == 0) team_.ask();
            penalty.rows(k, from, share_begin(n, team_.threads, thread_), share_begin(n, team_.threads, thread_ + 1));
            team_.barrier.wait();
            if (team_.stop) return false;
            penalty.gradients(k, n);
            team_.barrier.wait();
        }
        return true;
    }

    void add_losses(long count) {
        if (looks_inside_)
            for (long s = 0; s < count; ++s) sums_.loss += w_.activity.value[s];
        if (contracts_)
            for (long s = 0; s < count; ++s) sums_.loss += w_.contraction.value[s];
        for (long s = 0; s < count; s += group()) sums_ += w_.losses[s / group()];
    }

    // B3 and U1, strip by strip: where a step is one block, a strip's gradient never leaves the cache, unless the whole of it
    // must be known first because its norm has a limit.
    void combine_and_update(long step, long count, bool is_first, bool is_last) {
        const bool waits = program_.extras.clip_norm >= 0 && !run_.gradient_out;
        StepSettings settings{run_.settings + step * program_.n_columns(), sums_.weight};
        for_own_strips([&](std::size_t i, const Strip& strip) {
            if (hurries()) return;
            T* gradient = desk_.gradient;
            if (run_.gradient_out) gradient = run_.gradient_out + strip.offset;
            else if (waits || !(is_first && is_last)) gradient = w_.gradient + strip.offset;
            strip_gradient(strip, count, gradient, !is_first);
            if (contracts_ && strip.layer > 0 && strip.layer <= program_.contraction_depth())
                Contraction<T>(program_, w_, run_.theta, desk_, thread_, team_.threads).add_to_gradient(strip.layer, strip.begin, strip.end, gradient);
            if (run_.gradient_out || !is_last) return;
            if (waits) w_.strip_squares[i] = limited_square(program_, settings, gradient, strip.count);
            else w_.strip_sums[i] = update_strip(program_, settings, run_.theta, run_.slots, strip, gradient, desk_.before);
        });
        if (!waits || !is_last) return;
        team_.barrier.wait();
        double square = 0;
        for (std::size_t i = 0; i < program_.strips.size(); ++i) square += w_.strip_squares[i];
        settings.factor *= norm_factor(square, settings.row[program_.extras.clip_norm]);
        for_own_strips([&](std::size_t i, const Strip& strip) {
            w_.strip_sums[i] = update_strip(program_, settings, run_.theta, run_.slots, strip, w_.gradient + strip.offset, desk_.before);
        });
    }

    template <class Work>
    void for_own_strips(Work&& work) {
        const long total = program_.n_parameters;
        const long begin = share_begin(total, team_.threads, thread_), end = share_begin(total, team_.threads, thread_ + 1);
        for (std::size_t i = 0; i < program_.strips.size(); ++i)
            if (program_.strips[i].offset >= begin && program_.strips[i].offset < end) work(i, program_.strips[i]);
    }

    // T7: columns of weights within their norm, then the average. A column is one thread's.
    void limit_norms(long step) {
        const StepSettings settings{run_.settings + step * program_.n_columns(), sums_.weight};
        constexpr long L = native_lanes<T>;
        for (long k = 1; k <= long(program_.layers.size()); ++k) {
            const long size = program_.layers[std::size_t(k - 1)].size, groups = (size + L - 1) / L;
            const long begin = share_begin(groups, team_.threads, thread_) * L, end = share_begin(groups, team_.threads, thread_ + 1) * L;
            limit_columns(program_, k, run_.theta, settings.row[program_.extras.max_norm], begin, std::min(end, size));
        }
        team_.barrier.wait();
        for_own_strips([&](std::size_t, const Strip& strip) {
            move_average(settings, program_, run_.theta, run_.slots[program_.optimizer.rule->n_slots], strip.offset, strip.count);
        });
        team_.barrier.wait();
    }

    // With tied weights a strip's gradient is that of both uses: the other one's is turned, error terms times outputs.
    void strip_gradient(const Strip& strip, long count, T* gradient, bool add) {
        first_use_gradient(strip, count, gradient, add);
        if (!program_.tied || strip.layer == 0) return;
        const auto other = std::size_t(program_.partner(strip.layer));
        weight_gradient(program_.layers[std::size_t(strip.layer - 1)], w_.delta[other], program_.layers[other - 1].stride, w_.o[other - 1], count,
                        strip.begin, strip.end, gradient, true, desk_.panel);
    }

    void first_use_gradient(const Strip& strip, long count, T* gradient, bool add) {
        if (strip.layer == 0) {
            for (std::size_t k = 1; k <= program_.layers.size(); ++k) {
                const auto& layer = program_.layers[k - 1];
                bias_gradient(layer, w_.delta[k], count, gradient + layer.biases - strip.offset, add);
            }
            return;
        }
        const auto& layer = program_.layers[strip.layer - 1];
        if (strip.layer == 1 && run_.x.sparse())
            return sparse_gradient(layer, w_, strip.begin, strip.end, gradient, add);
        if (count == 1 && !add && gradient == desk_.gradient)
            return outer_product(layer, w_.o[strip.layer - 1], w_.delta[strip.layer], strip.begin, strip.end, gradient);
        weight_gradient(layer, w_.o[strip.layer - 1], stride_before(strip.layer), w_.delta[strip.layer], count, strip.begin,
                        strip.end, gradient, add, desk_.panel);
    }

    Team<T>& team_;
    const Run<T>& run_;
    const Program<T>& program_;
    Workspace<T>& w_;
    const Desk<T>& desk_;
    const int thread_;
    const bool may_be_alone_;  // a step of one sample takes the short way
    LossSums sums_;
    // Of the block at hand: the step's settings, and the samples as the first layer sees them.
    const double* row_ = nullptr;
    Samples<T> x_{};
    Taken x_taken_{};
    bool contracts_ = false, is_long_ = false;
    bool looks_inside_ = false, is_one_block_ = true;  // penalties on outputs; the batch is a single block
};

}  // namespace rosenblatt
