// A small pool of threads: the same function on each of them, and a barrier to meet at.
#pragma once

#include <atomic>
#include <functional>

namespace rosenblatt {

// Where n threads wait for each other: each spins briefly, then sleeps.
class Barrier {
   public:
    explicit Barrier(int threads) : threads_(threads) {}
    void wait();

   private:
    const int threads_;
    alignas(64) std::atomic<int> arrived_{0};
    alignas(64) std::atomic<int> round_{0};
};

// Runs work(0) ... work(threads - 1) at the same time, work(0) on the calling thread, and returns when all are done.
// Callers wait for each other: one team at a time. In a child process after fork the threads are made anew.
void run_on_threads(int threads, const std::function<void(int)>& work);
// Whether this thread is inside such a call with several threads, and so must not begin another.
bool holds_the_threads();

// How many threads a call may take: what set_num_threads said, else ROSENBLATT_NUM_THREADS, else OMP_NUM_THREADS,
// never more than the processors this process may run on and the share of them that its control group allows.
int num_threads();
void set_num_threads(int threads);  // 0: back to the default
int available_processors();

}  // namespace rosenblatt
