// Operations per second of independent fused multiply-adds held in registers: what the processor can at most do.
// Prints, for float and double, the best of several runs in billions of operations per second on N threads.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#if defined(__AVX512F__)
constexpr int vector_bytes = 64;
#elif defined(__AVX__)
constexpr int vector_bytes = 32;
#else
constexpr int vector_bytes = 16;
#endif

template <class Number>
double chains(long steps) {
    typedef Number Vector __attribute__((vector_size(vector_bytes)));
    constexpr int lanes = vector_bytes / sizeof(Number);
    constexpr int count = 12;  // more than latency times units, fewer than the registers
    const Vector factor = Vector{} + Number(0.999999), term = Vector{} + Number(1e-6);
    Vector a = term, b = a + 1, c = a + 2, d = a + 3, e = a + 4, f = a + 5;  // not an array: that would lie in memory
    Vector g = a + 6, h = a + 7, i = a + 8, j = a + 9, k = a + 10, l = a + 11;
    for (long step = 0; step < steps; ++step) {
        a = a * factor + term, b = b * factor + term, c = c * factor + term, d = d * factor + term;
        e = e * factor + term, f = f * factor + term, g = g * factor + term, h = h * factor + term;
        i = i * factor + term, j = j * factor + term, k = k * factor + term, l = l * factor + term;
    }
    const Vector sum = a + b + c + d + e + f + g + h + i + j + k + l;
    volatile Number sink = 0;
    for (int lane = 0; lane < lanes; ++lane) sink = sink + sum[lane];
    return 2.0 * lanes * count * double(steps);
}

template <class Number>
double best(int threads) {
    double peak = 0;
    for (int run = 0; run < 15; ++run) {
        std::vector<std::thread> pool;
        std::vector<double> operations(threads);
        auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < threads; ++i)
            pool.emplace_back([&, i] { operations[i] = chains<Number>(1500000); });
        double total = 0;
        for (int i = 0; i < threads; ++i) pool[i].join(), total += operations[i];
        double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (total / seconds > peak) peak = total / seconds;
    }
    return peak / 1e9;
}

int main(int, char** arguments) {
    int threads = std::atoi(arguments[1]);
    std::printf("{\"float32\": %.2f, \"float64\": %.2f}\n", best<float>(threads), best<double>(threads));
}
