// A6: the contractive penalty, the squared Frobenius norm of do^k/dx, exact for any depth, for a block of samples.
//
// The equations and their derivation stand in docs/contractive.md; the oracle is src/rosenblatt/contractive.py. A row of
// the Jacobian is u W^1^T, and its squared norm u G u^T with one Gram matrix G = W^1^T W^1 for all samples: nothing here is
// as wide as the inputs. Samples go through in slices. Within a slice a thread first takes samples of its own down and up
// the layers (`rows`), then entries of the sums over all of them (`gradients`): each sum is one chain in the samples'
// order, on any number of threads.
#pragma once

#include "backward.hpp"

namespace rosenblatt {

// One thread's share of the contractive penalty of one block.
template <class T>
class Contraction {
   public:
    using V = NativeVec<T>;
    static constexpr long L = native_lanes<T>;

    Contraction(const Program<T>& program, Workspace<T>& workspace, const T* theta, const Desk<T>& desk, int thread, int threads)
        : program_(program), c_(workspace.contraction), theta_(theta), desk_(desk), thread_(thread), threads_(threads) {}

    // d^i = g'(a^i) times the mask, for the samples of a piece; `kept` is what g' is written with.
    void slopes(long i, const T* a, const T* o, const T* mask, Piece piece) {
        const auto& layer = at(i);
        const long begin = piece.row_begin * layer.stride, end = piece.row_end * layer.stride;
        if (mask)
            std::copy(mask + begin, mask + end, c_.slope[i] + begin);
        else
            std::fill(c_.slope[i] + begin, c_.slope[i] + end, T(1));
        times_derivative(layer, a, o, c_.slope[i], {piece.row_begin, piece.row_end, 0, layer.size});
        std::fill(c_.bend[i] + begin, c_.bend[i] + end, T(0));
    }

    // What belongs to the weights alone: G, the squared norms of the columns of W^1, the other weights turned; sums at 0.
    void prepare() {
        const auto& first = at(1);
        for (long i = 2; i <= program_.contraction_depth(); ++i) {
            const auto& layer = at(i);
            const T* w = theta_ + layer.weights;
            for_own(layer.size, [&](long j) {
                for (long p = 0; p < layer.before; ++p) c_.turned[i][j * layer.before + p] = w[p * layer.size + j];
                std::fill_n(c_.turned_sum[i] + j * layer.before, layer.before, T(0));
            });
            for_own(layer.before, [&](long p) { std::fill_n(c_.sum[i] + p * layer.size, layer.size, T(0)); });
        }
        for_own_vectors(first.size, [&](long j, Part<V> part) {
            V square{};
            for (long i = 0; i < first.before; ++i) {
                const V w = load<V>(theta_ + first.weights + i * first.size + j, part);
                square += w * w;
            }
            store<V>(c_.square + j, square, part);
            store<V>(c_.total + j, V{}, part);
        });
        if (!c_.gram) return;
        const T* w = theta_ + first.weights;
        for_own_blocks(first.size, [&](long begin, long end) {
            upper_product(w, w, first.size, first.before, first.size, begin, end, c_.gram, false, true);
            std::fill(c_.gram_sum + begin * first.size, c_.gram_sum + end * first.size, T(0));
        });
        mirror(c_.gram, T(1));  // of the same blocks: what another thread computes is not touched
    }

    // One layer in closed form (A6.1): sum_j d_j^2 ||w_j||^2, for this thread's samples.
    void one_layer(long begin, long end) {
        const auto& layer = at(1);
        for (long s = begin; s < end; ++s) {
            const T* d = c_.slope[1] + s * layer.stride;
            T* bend = c_.bend[1] + s * layer.stride;
            const V twice = splat<V>(2 * c_.weight[s]);
            V value{};
            for (long j = 0; j < layer.size; j += L) {
                const Part<V> part = first<V>(std::min(L, layer.size - j));
                const V slope = load<V>(d + j, part), square = load<V>(c_.square + j, part);
                value += slope * slope * square;
                store<V>(bend + j, load<V>(bend + j) + twice * slope * square);
            }
            c_.value[s] += double(c_.weight[s]) * double(sum_of_lanes(value));
        }
    }

    // sum_d w_d d_j^2 of the first layer, over all samples, for this thread's columns.
    void one_layer_total(long samples) {
        const auto& layer = at(1);
        for_own_vectors(layer.size, [&](long j, Part<V> part) {
            V total{};
            for (long s = 0; s < samples; ++s) {
                const V slope = load<V>(c_.slope[1] + s * layer.stride + j);
                total += splat<V>(c_.weight[s]) * slope * slope;
            }
            store<V>(c_.total + j, total, part);
        });
    }

    // Samples [begin, end) of a slice that starts at sample `from`, for layer k: down to u^1, its image, and up (A6.2, A6.3).
    void rows(long k, long from, long begin, long end) {
        const long q = at(k).size;
        const Piece piece{begin * q, end * q, 0, 0};
        if (begin >= end) return;
        for (long i = k; i >= 2; --i) {
            if (i < k) product(at(i), theta_, c_.u[i], c_.z[i - 1], piece);
            down(i - 1, k, from, begin, end);
        }
        const auto& first = at(1);
        product(square_layer(first), c_.gram, c_.u[1], c_.back[1], piece);
        for (long s = begin; s < end; ++s)
            for (long j = 0; j < q; ++j) image(k, from + s, s * q + j, j);
        for (long i = 2; i <= k; ++i) {
            up(i - 1, k, from, begin, end);
            if (i == k) break;
            Layer<T> turned{at(i).size, at(i).before, 0, 0, at(i - 1).stride, {}};
            product(turned, c_.turned[i], c_.back[i - 1], c_.back[i], piece);
        }
    }

    // This thread's part of the sums over the samples of a slice: those of G, and of the weights 2 to k.
    void gradients(long k, long samples) {
        const long q = at(k).size, before = at(k).before, stride = at(k - 1).stride;
        const auto& first = at(1);
        for_own_blocks(first.size, [&](long begin, long end) {
            upper_product(c_.u[1], c_.scaled, first.stride, samples * q, first.size, begin, end, c_.gram_sum, true, false);
        });
        // u^k is a unit vector, the same for all samples
        for_own(q, [&](long j) {
            T* sum = c_.turned_sum[k] + j * before;
            for (long s = 0; s < samples; ++s) {
                const T* back = c_.back[k - 1] + (s * q + j) * stride;
                for (long p = 0; p < before; ++p) sum[p] += back[p];
            }
        });
        for (long i = 2; i < k; ++i) {
            const auto& layer = at(i);
            const long begin = layer.before * thread_ / threads_, end = layer.before * (thread_ + 1) / threads_;
            if (begin < end)
                weight_gradient(layer, c_.back[i - 1], at(i - 1).stride, c_.u[i], samples * q, begin, end,
                                c_.sum[i] + begin * layer.size, true, desk_.panel);
        }
    }

    // After all slices: what is added to the error terms of layer i (A6.4), for the samples of a piece ...
    void bends(long i, const T* a, const T* o, const T* mask, Piece piece) {
        const auto& layer = at(i);
        const long place = piece.row_begin * layer.stride, rows = piece.row_end - piece.row_begin;
        const T* kept = (layer.keeps_a() ? a : o) + place;
        layer.g.rule->times_second_derivative(layer.g.p(), kept, c_.bend[i] + place,
                                              {rows, rounded_to_vectors<T>(layer.size), layer.stride});
        if (!mask) return;
        for (long n = place; n < place + rows * layer.stride; n += L)
            store<V>(c_.bend[i] + n, load<V>(c_.bend[i] + n) * load<V>(mask + n));
    }

    // ... and this thread's part of the sums for the weights, ready for `add_to_gradient`.
    void complete_sums() {
        if (c_.gram) mirror(c_.gram_sum, T(2));
        for (long i = 2; i <= program_.contraction_depth(); ++i) {
            const auto& layer = at(i);
            for_own(layer.before, [&](long p) {
                for (long j = 0; j < layer.size; ++j) c_.sum[i][p * layer.size + j] += c_.turned_sum[i][j * layer.before + p];
            });
        }
    }

    // The penalty's own share of the gradient of rows [begin, end) of W^k: 2 W^1 (total + dG), or the sums for the others.
    void add_to_gradient(long k, long begin, long end, T* gradient) const {
        const auto& layer = at(k);
        const long n = (end - begin) * layer.size;
        if (k > 1) {
            for (long i = 0; i < n; ++i) gradient[i] += c_.sum[k][begin * layer.size + i];
            return;
        }
        const T* w = theta_ + layer.weights + begin * layer.size;
        for (long i = 0; i < end - begin; ++i)
            for (long j = 0; j < layer.size; ++j) gradient[i * layer.size + j] += 2 * w[i * layer.size + j] * c_.total[j];
        if (!c_.gram) return;
        const Product<T> product{w, layer.size, 1, c_.gram_sum, layer.size, gradient, layer.size, layer.size, Start::previous};
        for_panels<V>(0, layer.size, [&](long column, long columns) {
            multiply_panel<V>(product, 0, end - begin, column, columns, Cut{.b = true, .c = true});
        });
    }

   private:
    static constexpr long block = 32;  // rows of a symmetric matrix that are computed together

    const Layer<T>& at(long k) const { return program_.layers[std::size_t(k - 1)]; }

    static Layer<T> square_layer(const Layer<T>& layer) { return {layer.size, layer.size, 0, 0, layer.stride, {}}; }

    template <class Work>
    void for_own(long n, Work&& work) const {
        for (long i = n * thread_ / threads_; i < n * (thread_ + 1) / threads_; ++i) work(i);
    }

    template <class Work>
    void for_own_vectors(long n, Work&& work) const {
        for_own((n + L - 1) / L, [&](long i) { work(i * L, first<V>(std::min(L, n - i * L))); });
    }

    // Turn by turn, because the later rows of an upper half are shorter.
    template <class Work>
    void for_own_blocks(long n, Work&& work) const {
        for (long i = thread_ * block; i < n; i += threads_ * block) work(i, std::min(i + block, n));
    }

    // to = from W^T for some rows, W of a layer as it lies at `weights`.
    void product(const Layer<T>& layer, const T* weights, const T* from, T* to, Piece rows) const {
        constexpr long several = 2;  // one row alone would be summed in another order
        const Piece piece{rows.row_begin, rows.row_end, 0, layer.before};
        propagate(layer, weights, from, to, row_stride<T>(layer.before), several, piece, desk_.panel);
    }

    // Rows [begin, end) of C (size, size) = C + A^T B, symmetric, from the first column of their diagonal on.
    static void upper_product(const T* a, const T* b, long stride, long depth, long size, long begin, long end, T* c, bool add,
                              bool cut) {
        const long left = begin / L * L;
        for (long from = 0; from < depth; from += samples_in_cache) {
            const long count = std::min(samples_in_cache, depth - from);
            const Product<T> product{a + from * stride, 1, stride, b + from * stride, stride, c, size, count,
                                     add || from > 0 ? Start::previous : Start::zero};
            for_panels<V>(left, size, [&](long column, long columns) {
                multiply_panel<V>(product, begin, end, column, columns, Cut{.b = cut, .c = true});
            });
        }
    }

    // This thread's rows of a symmetric matrix, times a factor; each entry is read and written by one thread alone.
    void mirror(T* matrix, T factor) const {
        const long n = at(1).size;
        for_own_blocks(n, [&](long begin, long end) {
            for (long i = begin; i < end; ++i) {
                matrix[i * n + i] *= factor;
                for (long j = i + 1; j < n; ++j) matrix[j * n + i] = matrix[i * n + j] *= factor;
            }
        });
    }

    // z^i of row j: that of the slice, or of the unit vector of node j, which all samples share.
    const T* z(long i, long k, long row, long j) const {
        return i == k - 1 ? c_.turned[k] + j * at(i).size : c_.z[i] + row * at(i).stride;
    }

    // u^i = z^i d^i (A6.2).
    void down(long i, long k, long from, long begin, long end) {
        const auto& layer = at(i);
        const long q = at(k).size;
        for (long row = begin * q; row < end * q; ++row) {
            const T* d = c_.slope[i] + (from + row / q) * layer.stride;
            const T* before = z(i, k, row, row % q);
            T* u = c_.u[i] + row * layer.stride;
            for (long p = 0; p < layer.size; p += L) store<V>(u + p, load<V>(before + p) * load<V>(d + p));
        }
    }

    // One row's squared norm, and the derivatives that begin with it (A6.3).
    void image(long k, long sample, long row, long j) {
        const auto& layer = at(1);
        T *image = c_.back[1] + row * layer.stride, *scaled = c_.scaled + row * layer.stride;
        const T* u = c_.u[1] + row * layer.stride;
        V sum{};
        for (long p = 0; p < layer.size; p += L) {
            const Part<V> part = first<V>(std::min(L, layer.size - p));
            sum += load<V>(image + p, part) * load<V>(u + p, part);
        }
        const T square = T(sum_of_lanes(sum)), d = c_.slope[k][sample * at(k).stride + j], weight = c_.weight[sample];
        const T coefficient = weight * d * d;
        c_.value[sample] += double(coefficient) * double(square);
        c_.bend[k][sample * at(k).stride + j] += 2 * weight * d * square;
        const V once = splat<V>(coefficient), twice = splat<V>(2 * coefficient);
        for (long p = 0; p < layer.size; p += L) {
            store<V>(scaled + p, once * load<V>(u + p));
            store<V>(image + p, twice * load<V>(image + p));
        }
    }

    // The derivatives by d^i, summed over a sample's rows, and those by z^i, in place.
    void up(long i, long k, long from, long begin, long end) {
        const auto& layer = at(i);
        const long q = at(k).size;
        for (long s = begin; s < end; ++s) {
            const T* d = c_.slope[i] + (from + s) * layer.stride;
            T* bend = c_.bend[i] + (from + s) * layer.stride;
            for (long p = 0; p < layer.size; p += L) {
                const V slope = load<V>(d + p);
                V sum = load<V>(bend + p);
                for (long j = 0; j < q; ++j) {
                    T* back = c_.back[i] + (s * q + j) * layer.stride + p;
                    const V derivative = load<V>(back);
                    sum += derivative * load<V>(z(i, k, s * q + j, j) + p);
                    store<V>(back, derivative * slope);
                }
                store<V>(bend + p, sum);
            }
        }
    }

    const Program<T>& program_;
    ContractionPlaces<T>& c_;
    const T* theta_;
    const Desk<T>& desk_;
    const int thread_, threads_;
};

}  // namespace rosenblatt
