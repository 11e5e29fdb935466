// Dense rows that are mostly zeros, compressed for a perceptron's many passes.
#include <algorithm>
#include <bit>
#include <new>
#include <type_traits>

#include "perceptron.hpp"

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace rosenblatt {

void* large_pages(std::size_t bytes) {
    constexpr std::size_t page = std::size_t(1) << 21;
    bytes = (bytes + page - 1) / page * page;
    void* at = std::aligned_alloc(page, bytes);
    if (!at) throw std::bad_alloc();
#ifdef __linux__
    madvise(at, bytes, MADV_HUGEPAGE);
#endif
    return at;
}

// Puts places in a table where values and wide columns were, if there are at most 256 different values.
template <class T>
void encode(long columns, Compressed<T>& out) {
    if (columns > 65536) return;
    using Bits = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
    std::int16_t places[2048];  // by a hash of the value, the next free one after it where that is taken
    std::fill_n(places, 2048, std::int16_t(-1));
    out.code.resize(out.values.size());
    for (std::size_t e = 0; e < out.values.size(); ++e) {
        const T value = out.values[e];
        std::size_t at = (std::bit_cast<Bits>(value) * std::uint64_t(0x9E3779B97F4A7C15)) >> 53;
        while (places[at] >= 0 && out.table[places[at]] != value) at = (at + 1) % 2048;
        if (places[at] < 0) {
            if (out.table.size() == 256) {
                out.table.clear(), out.code.clear();
                return;
            }
            places[at] = std::int16_t(out.table.size());
            out.table.push_back(value);
        }
        out.code[e] = std::uint8_t(places[at]);
    }
    out.column16.assign(out.column.begin(), out.column.end());
    out.values = {}, out.column = {};
}

// A gathered entry costs about as much as three or four entries side by side.
template <class T>
bool compress(const PerceptronRows<T>& x, Compressed<T>& out) {
    if (!x.dense || x.rows * x.columns < (1L << 16)) return false;
    long kept = 0, seen = 0;
    for (long i = 0; i < x.rows; i += std::max(1L, x.rows / 64), seen += x.columns)
        for (long j = 0; j < x.columns; ++j) kept += x.dense[i * x.columns + j] != 0;
    if (kept * 4 > seen) return false;
    out.start.assign(1, 0);
    out.start.reserve(x.rows + 1);
    out.values.reserve(std::size_t(double(kept) / double(seen) * 1.1 * double(x.rows * x.columns)));
    out.column.reserve(out.values.capacity());
    for (long i = 0; i < x.rows; ++i) {
        const T* row = x.dense + i * x.columns;
        for (long j = 0; j < x.columns; ++j)
            if (row[j] != 0) out.values.push_back(row[j]), out.column.push_back(std::int32_t(j));
        out.start.push_back(std::int64_t(out.values.size()));
    }
    encode(x.columns, out);
    return true;
}

template bool compress(const PerceptronRows<float>&, Compressed<float>&);
template bool compress(const PerceptronRows<double>&, Compressed<double>&);

}  // namespace rosenblatt
