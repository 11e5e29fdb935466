#include "thread_pool.hpp"

#include <pthread.h>

#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace rosenblatt {

namespace {

// A few microseconds: as long as the other threads usually are behind, and shorter than a sleep and a wake-up.
constexpr int spins = 4000;

inline void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

// Waits until `value` is no longer `old`.
void wait_while(const std::atomic<int>& value, int old) {
    for (int i = 0; i < spins; ++i) {
        if (value.load(std::memory_order_acquire) != old) return;
        pause();
    }
    while (value.load(std::memory_order_acquire) == old) value.wait(old, std::memory_order_acquire);
}

class Pool {
   public:
    void run(int threads, const std::function<void(int)>& work) {
        while (int(workers_.size()) < threads - 1) start_one();
        work_ = &work;
        unfinished_.store(threads - 1, std::memory_order_relaxed);
        for (int i = 1; i < threads; ++i) {
            workers_[i - 1]->job.fetch_add(1, std::memory_order_release);
            workers_[i - 1]->job.notify_one();
        }
        work(0);
        for (int left; (left = unfinished_.load(std::memory_order_acquire)) != 0;) wait_while(unfinished_, left);
    }

   private:
    // Each worker has a counter of its own, so that those who are not needed sleep on.
    struct alignas(64) Worker {
        std::atomic<int> job{0};
    };

    void start_one() {
        auto worker = std::make_unique<Worker>();
        std::thread(&Pool::serve, this, int(workers_.size()) + 1, worker.get()).detach();
        workers_.push_back(std::move(worker));
    }

    void serve(int number, Worker* self) {
        for (int seen = 0;; ++seen) {
            wait_while(self->job, seen);
            (*work_)(number);
            if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) == 1) unfinished_.notify_all();
        }
    }

    std::vector<std::unique_ptr<Worker>> workers_;
    std::atomic<int> unfinished_{0};
    const std::function<void(int)>* work_ = nullptr;
};

// The pool is never destroyed: its threads end with the process. After a fork the child has none of them, and locks
// may be in any state, so it begins with a new pool and leaves the old one alone.
struct Home {
    std::mutex busy;
    Pool pool;
};
std::atomic<Home*> home{nullptr};
thread_local bool holds = false;

Home& current_home() {
    static const int registered = pthread_atfork(nullptr, nullptr, [] { home.store(nullptr); });
    (void)registered;
    Home* known = home.load(std::memory_order_acquire);
    if (known) return *known;
    Home* made = new Home;
    if (home.compare_exchange_strong(known, made)) return *made;
    delete made;
    return *known;
}

}  // namespace

void Barrier::wait() {
    if (threads_ == 1) return;
    const int round = round_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) == threads_ - 1) {
        arrived_.store(0, std::memory_order_relaxed);
        round_.store(round + 1, std::memory_order_release);
        round_.notify_all();
        return;
    }
    wait_while(round_, round);
}

void run_on_threads(int threads, const std::function<void(int)>& work) {
    if (threads <= 1) return work(0);
    Home& here = current_home();
    const std::lock_guard lock(here.busy);
    holds = true;
    here.pool.run(threads, work);
    holds = false;
}

bool holds_the_threads() { return holds; }

}  // namespace rosenblatt
