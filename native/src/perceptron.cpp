#include "perceptron.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "perceptron_rows.hpp"

namespace rosenblatt {

namespace {

using Clock = std::chrono::steady_clock;
using Penalty = PerceptronPenalty;
using Variant = PerceptronVariant;
using End = PerceptronEnd;

// Below this scale scikit-learn multiplies w by it, so that neither gets too small.
template <class T>
constexpr double least_scale = std::is_same_v<T, float> ? 1e-6 : 1e-9;

// scikit-learn's 32-bit xorshift (Marsaglia 2003), cut to 31 bits.
std::uint32_t draw(std::uint32_t& state) {
    if (state == 0) state = 1;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state & 0x7fffffffu;
}

// What scikit-learn's shuffle with this seed does to 0 ... n - 1. It begins each epoch with the seed again, so that every
// epoch permutes the order before it in this same way.
std::vector<std::uint32_t> permutation(std::uint32_t seed, long n) {
    std::vector<std::uint32_t> p(n);
    std::iota(p.begin(), p.end(), 0u);
    for (long i = 0; i + 1 < n; ++i) std::swap(p[i], p[i + draw(seed) % std::uint32_t(n - i)]);
    return p;
}

template <class T, class Rows>
class Run final : public Perceptron<T> {
   public:
    Run(const PerceptronProblem<T>& problem, const PerceptronSettings& settings, Rows rows)
        : problem_(problem), s_(settings), rows_(rows), n_(problem.x.rows), d_(problem.x.columns) {
        if (s_.order == PerceptronOrder::shuffled) permutation_ = permutation(s_.seed, n_);
        order_.resize(n_);
        std::iota(order_.begin(), order_.end(), 0u);
        next_.resize(permutation_.size());
        if (s_.penalty == Penalty::l2) s_.l1_ratio = 0;
        if (s_.penalty == Penalty::l1) s_.l1_ratio = 1;
        shrinks_ = s_.penalty == Penalty::l2 || s_.penalty == Penalty::elasticnet;
        truncates_ = s_.penalty == Penalty::l1 || s_.penalty == Penalty::elasticnet;
        trained_ = problem_.set_aside ? std::count(problem_.set_aside, problem_.set_aside + n_, 0) : n_;
    }

    bool advance(double seconds, const std::int64_t* orders, long n_orders,
                 const std::function<bool()>& interrupted) override {
        begin();
        const auto start = Clock::now();
        for (long k = 0; st.end == End::running; ++k) {
            if (s_.order == PerceptronOrder::given) {
                if (k == n_orders) return true;
                std::copy_n(orders + k * n_, n_, order_.begin());
            } else if (s_.order == PerceptronOrder::shuffled) {
                for (long i = 0; i < n_; ++i) next_[i] = order_[permutation_[i]];
                order_.swap(next_);
            }
            if (!pass(interrupted)) return false;
            if (!close(interrupted)) return false;
            if (std::chrono::duration<double>(Clock::now() - start).count() >= seconds) break;
        }
        if (st.end != End::running) rescale();
        return true;
    }

   private:
    using Perceptron<T>::state;
    PerceptronState<T>& st = this->state;

    // Before the first epoch: what of the state follows from w.
    void begin() {
        if (begun_) return;
        begun_ = true;
        if (s_.penalty != Penalty::none) {
            double square = 0, absolute = 0;
            for (long j = 0; j < d_; ++j) square += double(st.w[j]) * st.w[j], absolute += std::fabs(st.w[j]);
            st.square_norm = square, st.absolute_norm = absolute;
            if (truncates_) st.l1_had.assign(d_, T(0));
        }
        if (s_.variant == Variant::pocket) st.pocket_mistakes = mistakes(st.pocket, st.pocket_b, infinity_);
    }

    bool pass(const std::function<bool()>& interrupted) {
        switch (s_.variant) {
            case Variant::last:
                return s_.penalty == Penalty::none ? pass_as<false, Variant::last>(interrupted)
                                                   : pass_as<true, Variant::last>(interrupted);
            case Variant::averaged: return pass_as<false, Variant::averaged>(interrupted);
            case Variant::voted: return pass_as<false, Variant::voted>(interrupted);
            default: return pass_as<false, Variant::pocket>(interrupted);
        }
    }

    // A sample that is set aside, or whose weight makes every step nothing while a pass without mistakes is waited for.
    bool passed_over(long i) const {
        if (problem_.set_aside && problem_.set_aside[i]) return true;
        return s_.until_separated && problem_.weight && problem_.weight[i] == 0;
    }

    // w'x + b (N1), with the sign that a sum in scikit-learn's order has. `near` is where rounding could decide it.
    template <bool PENALISED>
    ROSENBLATT_INLINE double pre_activation(long i, const T* w, double& near) {
        const double scale = PENALISED ? st.scale : 1.0;
        if (rows_.is_quick(i)) {
            const double a = double(T(rows_.quick(i, w) * scale)) + st.b, size = std::fabs(a);
            near = std::max(near, near_ * size);
            if (size > near) [[likely]] return a;
        }
        // An infinite quick sum lands here too: it is never above `near`, which it makes infinite.
        return bounded(double(T(rows_.in_order(i, w) * scale)) + st.b);
    }

    // What has overflowed decides nothing, NaN least of all; the run ends with it.
    double bounded(double a) {
        if (!std::isfinite(a)) [[unlikely]]
            unbounded_ = true;
        return a;
    }

    // One epoch: sample after sample (P2).
    template <bool PENALISED, Variant VARIANT>
    bool pass_as(const std::function<bool()>& interrupted) {
        double losses = 0, objective = 0;
        std::int64_t wrong = 0, seen = 0;
        long work = 0;
        double near = near_so_far_;
        const bool passes_over = problem_.set_aside || (s_.until_separated && problem_.weight), fetches = rows_.ahead > 0;
        const std::uint32_t* order = order_.data();
        const long n = n_, last = n - rows_.ahead;
        const T* const w = st.w;
        const T* const target = problem_.y;
        for (long k = 0; k < n; ++k) {
            const long i = order[k];
            if (fetches && k < last) rows_.prefetch(order[k + rows_.ahead]);
            if (passes_over && passed_over(i)) continue;
            work += rows_.size(i) + 16;
            if (work > (1 << 16)) [[unlikely]] {
                work = 0;
                if (interrupted()) return false;
            }
            const double a = pre_activation<PENALISED>(i, w, near), y = target[i], margin = y * a;
            const bool mistake = margin <= 0;  // the border is a mistake: otherwise w = 0 never moves
            if (mistake) losses -= margin, objective -= margin;  // P1
            if constexpr (PENALISED)
                if (s_.sum_losses) objective += penalty();
            double step = 0;
            if (mistake) step = step_of(i, y);
            if constexpr (PENALISED)
                if (shrinks_) shrink();
            ++seen;
            if (step != 0) {
                ++wrong;
                add<PENALISED>(i, step);
                if (s_.fit_intercept) st.b += step * s_.intercept_decay;
            }
            if constexpr (VARIANT == Variant::averaged)
                if (step != 0) add_late(i, step, st.steps + seen);
            if constexpr (VARIANT == Variant::voted) survive(i, step);
            if constexpr (VARIANT == Variant::pocket) keep_best(step != 0);
            if constexpr (PENALISED)
                if (truncates_) truncate(i);
            if (step != 0 && st.updates + wrong >= s_.max_updates) {
                st.end = End::updates;
                break;
            }
        }
        st.updates += wrong, st.steps += seen;
        near_so_far_ = near;
        st.curve.push_back(wrong);
        st.loss = losses / double(trained_), st.objective = objective / double(trained_);
        return true;
    }

    double step_of(long i, double y) const {
        return s_.rate * y * double(weight_of(i));
    }

    template <bool PENALISED>
    void add(long i, double step) {
        const T scaled = T(T(step) / T(st.scale));
        rows_.add(i, scaled, st.w);
        if constexpr (PENALISED) {
            // As in scikit-learn: over the columns that the row holds, which for compressed rows are not all of w.
            double square = 0, absolute = 0;
            for (long j = 0; j < rows_.size(i); ++j) {
                const T w = st.w[rows_.column(i, j)];
                square += w * w, absolute += std::fabs(double(w));
            }
            const T scale = T(st.scale);
            st.square_norm = square * (scale * scale), st.absolute_norm = absolute * scale;
        }
    }

    double penalty() const {
        const double norm = double(T(std::sqrt(st.square_norm)));
        return s_.alpha * ((1 - s_.l1_ratio) * 0.5 * (norm * norm) + s_.l1_ratio * double(T(st.absolute_norm)));
    }

    // L2: w shrinks at every sample, never past 0.
    void shrink() {
        const T c = T(std::max(0.0, 1.0 - ((1.0 - s_.l1_ratio) * s_.rate * s_.alpha)));
        st.scale *= c;
        st.square_norm *= c * c;
        st.absolute_norm *= std::fabs(c);
        if (st.scale < least_scale<T>) rescale();
    }

    void rescale() {
        if (st.scale == 1) return;
        for (long j = 0; j < d_; ++j) st.w[j] *= T(st.scale);
        st.scale = 1;
    }

    // L1: what is due, less what was had, is taken from the row's weights, never past 0 (Tsuruoka, Tsujii and Ananiadou 2009).
    void truncate(long i) {
        st.l1_due += s_.l1_ratio * s_.rate * s_.alpha;
        const double due = st.l1_due, scale = st.scale;
        for (long j = 0; j < rows_.size(i); ++j) {
            T& w = st.w[rows_.column(i, j)];
            T& had = st.l1_had[rows_.column(i, j)];
            const double before = w;
            if (scale * before > 0)
                w = T(std::max(0.0, before - (due + had) / scale));
            else if (scale * before < 0)
                w = T(std::min(0.0, before + (due - had) / scale));
            had = T(had + scale * (w - before));
        }
    }

    void add_late(long i, double step, std::int64_t t) {
        const double late = double(t - 1) * step;
        for (long j = 0; j < rows_.size(i); ++j) st.late[rows_.column(i, j)] += late * double(rows_.value(i, j));
        if (s_.fit_intercept) st.late[d_] += late * s_.intercept_decay;
    }

    void survive(long i, double step) {
        if (step != 0)
            st.path.push_back({i, step, 1});
        else
            ++(st.path.empty() ? st.survived : st.path.back().survived);
    }

    // Gallant's ratchet: a w that was right for longer goes into the pocket if it makes fewer mistakes on all samples.
    void keep_best(bool mistake) {
        if (mistake) {
            st.run = 0, st.pocket_asked = false, st.in_pocket = false;
            return;
        }
        if (++st.run <= st.pocket_run) return;
        if (st.in_pocket) {
            st.pocket_run = st.run;
            return;
        }
        if (st.pocket_asked) return;
        st.pocket_asked = true;
        const double wrong = mistakes(st.w, st.b, st.pocket_mistakes);
        if (wrong >= st.pocket_mistakes) return;
        std::copy_n(st.w, d_, st.pocket);
        st.pocket_b = st.b, st.pocket_run = st.run, st.pocket_mistakes = wrong, st.in_pocket = true;
    }

    // The weights of all samples that are mistakes; counting stops at `enough`.
    double mistakes(const T* w, double b, double enough) {
        double wrong = 0;
        for (long i = 0; i < n_ && wrong < enough; ++i)
            if (!passed_over(i) && problem_.y[i] * bounded(double(T(rows_.in_order(i, w))) + b) <= 0) wrong += weight_of(i);
        return wrong;
    }

    T weight_of(long i) const {
        const T of_class = T(problem_.y[i] > 0 ? s_.positive_weight : s_.negative_weight);
        return of_class * (problem_.weight ? problem_.weight[i] : T(1));
    }

    // After an epoch: is the run over?
    bool close(const std::function<bool()>& interrupted) {
        ++st.epochs;
        bool finite = !unbounded_ && std::isfinite(st.b);
        for (long j = 0; j < d_ && finite; ++j) finite = std::isfinite(st.w[j]);
        if (!finite)
            st.end = End::overflow;
        else if (st.end == End::running) {
            if (s_.until_separated) {
                // Drawn with replacement, a pass need not have seen all samples.
                if (st.curve.back() == 0 && (s_.order != PerceptronOrder::given || mistakes(st.w, st.b, least_) == 0))
                    st.end = End::separated;
            } else if (shows_no_progress())
                st.end = End::converged;
            if (unbounded_) st.end = End::overflow;  // found by what was just counted
            if (st.end == End::running && st.epochs >= s_.max_epochs) st.end = End::epochs;
        }
        return !interrupted();
    }

    bool shows_no_progress() {
        const bool bounded = s_.tol > -infinity_;
        if (s_.watch_score) {
            st.score = accuracy();
            st.without_progress = bounded && st.score < st.best_score + s_.tol ? st.without_progress + 1 : 0;
            st.best_score = std::max(st.best_score, st.score);
        } else {
            st.without_progress = bounded && st.objective > st.best_objective - s_.tol ? st.without_progress + 1 : 0;
            st.best_objective = std::min(st.best_objective, st.objective);
        }
        return st.without_progress >= s_.patience;
    }

    // Of the samples set aside. As in scikit-learn, w is taken without its scale.
    double accuracy() {
        double right = 0, all = 0;
        for (long i = 0; i < n_; ++i) {
            if (!problem_.set_aside || !problem_.set_aside[i]) continue;
            const double weight = problem_.weight ? double(problem_.weight[i]) : 1.0;
            const bool positive = bounded(double(T(rows_.in_order(i, st.w))) + st.b) > 0;
            if (positive == (problem_.y[i] > 0)) right += weight;
            all += weight;
        }
        return right / all;
    }

    static constexpr double infinity_ = std::numeric_limits<double>::infinity();
    static constexpr double least_ = std::numeric_limits<double>::min();
    static constexpr double near_ = 1e-9;  // of the largest |w'x|: far above the rounding of any sum
    const PerceptronProblem<T> problem_;
    PerceptronSettings s_;
    const Rows rows_;
    const long n_, d_;
    long trained_;
    bool shrinks_, truncates_, begun_ = false, unbounded_ = false;
    double near_so_far_ = 0;
    std::vector<std::uint32_t> permutation_, order_, next_;
};

}  // namespace

template <class T>
std::unique_ptr<Perceptron<T>> perceptron(const PerceptronProblem<T>& problem, const PerceptronSettings& settings) {
    const PerceptronRows<T>& x = problem.x;
    const auto made = [&](auto rows) -> std::unique_ptr<Perceptron<T>> {
        return std::make_unique<Run<T, decltype(rows)>>(problem, settings, rows);
    };
    if (x.code) return made(CodedRows<T>{x.table, x.code, x.column16, x.start64});
    if (x.dense || !x.values) return made(DenseRows<T>(x));
    if (x.column32 && x.start32) return made(CompressedRows<T, std::int32_t, std::int32_t>{x.values, x.column32, x.start32});
    if (x.column32) return made(CompressedRows<T, std::int32_t, std::int64_t>{x.values, x.column32, x.start64});
    return made(CompressedRows<T, std::int64_t, std::int64_t>{x.values, x.column64, x.start64});
}

template std::unique_ptr<Perceptron<float>> perceptron(const PerceptronProblem<float>&, const PerceptronSettings&);
template std::unique_ptr<Perceptron<double>> perceptron(const PerceptronProblem<double>&, const PerceptronSettings&);

}  // namespace rosenblatt
