// How many threads a call may take: what was set, what the environment says, and what the machine allows.
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "thread_pool.hpp"

namespace rosenblatt {

namespace {

std::atomic<int> chosen{0};

int positive_number(const char* variable) {
    const char* text = std::getenv(variable);
    return text ? std::max(0, std::atoi(text)) : 0;
}

int processors_by_affinity() {
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
    return int(std::max(1u, std::thread::hardware_concurrency()));
}

// The quota of the process's control group, in processors; 0 if there is none.
int processors_by_quota() {
    double quota = -1, period = 100000;
    std::string word;
    if (std::ifstream two("/sys/fs/cgroup/cpu.max"); two >> word) {
        if (word == "max") return 0;
        quota = std::atof(word.c_str());
        two >> period;
    } else {
        std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") >> quota;
        std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_period_us") >> period;
    }
    return quota > 0 && period > 0 ? std::max(1, int(std::ceil(quota / period))) : 0;
}

int default_threads() {
    int threads = available_processors();
    for (const char* variable : {"ROSENBLATT_NUM_THREADS", "OMP_NUM_THREADS"})
        if (const int wanted = positive_number(variable)) return wanted;
    return threads;
}

}  // namespace

int available_processors() {
    static const int quota = processors_by_quota();  // files: read once
    const int processors = processors_by_affinity();
    return quota ? std::min(quota, processors) : processors;
}

int num_threads() {
    const int set = chosen.load(std::memory_order_relaxed);
    return set > 0 ? set : default_threads();
}

void set_num_threads(int threads) { chosen.store(std::max(0, threads)); }

}  // namespace rosenblatt
