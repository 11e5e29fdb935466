// All memory that a run needs besides theta: one allocation, made once, with its shapes.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "matmul.hpp"
#include "run.hpp"
#include "thread_choice.hpp"

namespace rosenblatt {

// How large a run may become.
struct Extent {
    long rows = 0;          // of the largest block of samples
    long stored = 0;        // stored entries of the largest block, if the samples are sparse
    bool whole_gradient = false;  // the gradient of all of theta is kept: batches of several blocks
    int threads = 1;
    bool operator==(const Extent&) const = default;
    bool holds(const Extent& other) const {
        return rows >= other.rows && stored >= other.stored && threads >= other.threads &&
               (whole_gradient || !other.whole_gradient);
    }
};

// What one thread has for itself.
template <class T>
struct Desk {
    T* panel;     // (deepest product, tile_vectors * lanes): a packed piece of W
    T* gradient;  // (largest strip + a vector): the gradient of one strip
    T* before;    // (largest strip + a vector): its weights before the update, where layers have rates of their own
    // Of one group of samples, turned: (outputs, samples) each.
    T *a, *o, *y, *delta;
    T* weight;    // (samples,), or (outputs,) where one sample lies there as it is
    T* emphasis;  // (outputs, samples): the weight of each entry, where they differ (A5)
};

// Samples whose rows of the Jacobian of a layer go through the network together (A6).
inline long samples_per_slice(long nodes) { return std::max(2L, 256 / nodes); }

// What the contractive penalty needs of a block (A6), by layer i; null where there is none.
template <class T>
struct ContractionPlaces {
    std::vector<T*> slope, bend;  // (rows, stride of layer i): d^i = g'(a^i), and the penalty's derivative by it
    std::vector<T*> turned, turned_sum;  // (r_i, r_{i-1}), i >= 2: W^i turned; the part of its gradient that comes turned
    std::vector<T*> sum;  // (r_{i-1}, r_i), i >= 2: the gradient of W^i
    std::vector<T*> z, u, back;  // (rows of a slice, stride of layer i): products, rows of vectors, derivatives on the way up
    T *scaled = nullptr;  // (rows of a slice, stride of layer 1): u^1 times its coefficients
    T *gram = nullptr, *gram_sum = nullptr;  // (r_1, r_1): G = W^1^T W^1 and its gradient
    T *square = nullptr, *total = nullptr;  // (r_1,): squared norms of the columns of W^1; sums of d^1 squared
    T* weight = nullptr;  // (rows,): the samples' weights times the strength
    double* value = nullptr;  // (rows,)
};

// What penalties on outputs need of a block (A3, A4), by layer; null where there is none.
template <class T>
struct ActivityPlaces {
    std::vector<T*> whole;  // (rows, stride): outputs before dropout, where nothing else keeps them
    std::vector<T*> push;   // (rows, stride): the derivative by the outputs, then by the pre-activations
    std::vector<T*> slope;  // (stride,): of the means' penalty
    std::vector<double*> total;    // (stride,): sums of the outputs over the batch
    double* mean_value = nullptr;  // (n_vectors,): the means' penalty, for each vector of columns
    double* value = nullptr;       // (rows,): the penalty on single outputs
    long n_vectors = 0;
};

template <class T>
struct Workspace {
    Extent extent;
    ThreadChoice choice;
    std::vector<T*> o;      // o[k]: (rows, stride of layer k); o[0] the gathered samples, stride x_stride
    std::vector<T*> a;      // a[k], where it is needed; elsewhere the same memory as o[k]
    std::vector<T*> delta;  // delta[k]: (rows, stride of layer k)
    std::vector<T*> keep;   // keep[k]: (rows, stride of layer k), the dropout mask; null where there is none
    long x_stride = 0;
    T* emphasis = nullptr;  // (rows, x_stride): what the loss of each entry counts (A5)
    T* gradient = nullptr;  // (n_parameters + a vector), if whole_gradient
    std::vector<Desk<T>> desks;
    ContractionPlaces<T> contraction;
    ActivityPlaces<T> activity;
    LossSums* losses = nullptr;  // one per group of samples of a block
    UpdateSums* strip_sums = nullptr;  // one per strip
    double* strip_squares = nullptr;   // one per strip, where the gradient has a norm that it may not pass
    // The block's stored entries, column by column (B3 of a sparse first layer).
    long* column_start = nullptr;  // (inputs + 2,)
    long* entry_sample = nullptr;  // (stored,)
    T* entry_value = nullptr;      // (stored,)
    // The block's stored entries that dropout left, in compressed rows.
    std::int64_t *thin_start = nullptr, *thin_column = nullptr;  // (rows + 1,), (stored,)
    T* thin_value = nullptr;                                     // (stored,)

    Workspace(const Program<T>& program, const Extent& wanted, bool sparse);

   private:
    struct Free {
        void operator()(void* p) const { std::free(p); }
    };
    std::unique_ptr<void, Free> memory_;
};

}  // namespace rosenblatt
