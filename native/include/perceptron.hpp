// The perceptron rule (P1, P2) on one binary problem, a whole run at a time; scikit-learn's loop where it is asked for.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

namespace rosenblatt {

enum class PerceptronPenalty { none, l1, l2, elasticnet };
enum class PerceptronVariant { last, averaged, voted, pocket };
enum class PerceptronOrder { cyclic, shuffled, given };
enum class PerceptronEnd { running, converged, separated, epochs, updates, overflow };

struct PerceptronSettings {
    PerceptronPenalty penalty = PerceptronPenalty::none;
    PerceptronVariant variant = PerceptronVariant::last;
    PerceptronOrder order = PerceptronOrder::cyclic;
    double alpha = 0, l1_ratio = 0, rate = 1;
    double positive_weight = 1, negative_weight = 1;  // of the two classes
    double intercept_decay = 1, tol = 0;
    bool fit_intercept = true, until_separated = false, watch_score = false, sum_losses = true;
    std::uint32_t seed = 1;
    std::int64_t patience = 5, max_epochs = 1000, max_updates = std::numeric_limits<std::int64_t>::max();
};

// A step of the voted perceptron: which row was added, how many times, and for how many samples w then stayed.
struct PerceptronStep {
    std::int64_t row;
    double step;
    std::int64_t survived;
};

// What a run has reached. What it starts from is written into it before.
template <class T>
struct PerceptronState {
    T* w = nullptr;  // (d,) times `scale`; after a run scale is 1
    double b = 0, scale = 1, square_norm = 0, absolute_norm = 0;
    double l1_due = 0;      // what L1 should have taken from every weight so far
    std::vector<T> l1_had;  // (d,) what it has taken
    std::int64_t epochs = 0, updates = 0, steps = 0;
    std::vector<std::int64_t> curve;  // mistakes of each epoch
    double best_objective = std::numeric_limits<double>::infinity(), best_score = -best_objective;
    std::int64_t without_progress = 0;
    double loss = 0, objective = 0, score = 0;  // of the last epoch
    PerceptronEnd end = PerceptronEnd::running;

    double* late = nullptr;  // averaged: (d + 1,), the sum of (t - 1) times the t-th step, bias last
    std::vector<PerceptronStep> path;
    std::int64_t survived = 0;  // voted: by the first w
    T* pocket = nullptr;        // (d,)
    double pocket_b = 0;
    std::int64_t pocket_run = 0, run = 0;
    double pocket_mistakes = -1;  // weighted
    bool pocket_asked = false, in_pocket = true;
};

// The rows of X, dense (n, d) or compressed, with 32 or 64 bits a column.
template <class T>
struct PerceptronRows {
    long rows = 0, columns = 0;
    const T* dense = nullptr;
    const T* values = nullptr;
    const std::int32_t *column32 = nullptr, *start32 = nullptr;
    const std::int64_t *column64 = nullptr, *start64 = nullptr;
    const T* table = nullptr;  // where there are few different values: their list,
    const std::uint8_t* code = nullptr;        // and the place in it of each stored one
    const std::uint16_t* column16 = nullptr;
};

template <class T>
struct PerceptronProblem {
    PerceptronRows<T> x;
    const T* y = nullptr;                        // (n,) of -1 and +1
    const T* weight = nullptr;                   // (n,) or none
    const std::uint8_t* set_aside = nullptr;     // (n,) or none: rows that only score
};

template <class T>
class Perceptron {
   public:
    virtual ~Perceptron() = default;

    // Runs whole epochs until the run ends, the seconds are over, or the given orders (n_orders, n) are used up.
    // Returns false if it was interrupted; the state is then not to be used.
    virtual bool advance(double seconds, const std::int64_t* orders, long n_orders,
                         const std::function<bool()>& interrupted) = 0;

    PerceptronState<T> state;
};

template <class T>
std::unique_ptr<Perceptron<T>> perceptron(const PerceptronProblem<T>& problem, const PerceptronSettings& settings);

// Memory in large pages where the system has them: rows are visited at random, and each small page costs a look-up.
void* large_pages(std::size_t bytes);
template <class T>
struct LargePages {
    using value_type = T;
    LargePages() = default;
    template <class U>
    LargePages(const LargePages<U>&) {}
    T* allocate(std::size_t count) { return static_cast<T*>(large_pages(count * sizeof(T))); }
    void deallocate(T* at, std::size_t) { std::free(at); }
    bool operator==(const LargePages&) const { return true; }
};

// Rows without their zeros, if that leaves so little that every pass is quicker; else nothing.
template <class T>
struct Compressed {
    std::vector<T, LargePages<T>> values;
    std::vector<std::int32_t, LargePages<std::int32_t>> column;
    std::vector<std::int64_t> start;
    std::vector<T> table;  // of at most 256 different values, as pixels and counts have; empty if there are more
    std::vector<std::uint8_t, LargePages<std::uint8_t>> code;
    std::vector<std::uint16_t, LargePages<std::uint16_t>> column16;
};
template <class T>
bool compress(const PerceptronRows<T>& dense, Compressed<T>& out);

}  // namespace rosenblatt
