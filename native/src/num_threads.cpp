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

int in_processors(double quota, double period) {
    return quota > 0 && period > 0 ? std::max(1, int(std::ceil(quota / period))) : 0;
}

// The folder of the process's control group (version 2) below that of all groups: "/a/b", or "" for the uppermost one.
std::string group_of_process() {
    std::string line;
    for (std::ifstream groups("/proc/self/cgroup"); std::getline(groups, line);)
        if (line.starts_with("0::/")) return line.substr(line == "0::/" ? 4 : 3);
    return "";
}

// The smallest quota of the process's control group and those above it, in processors; 0 if there is none.
int processors_by_quota() {
    int least = 0;
    for (std::string group = group_of_process();; group.resize(group.rfind('/'))) {
        std::string quota;
        double period = 0;
        if (std::ifstream("/sys/fs/cgroup" + group + "/cpu.max") >> quota >> period)
            if (const int here = in_processors(std::atof(quota.c_str()), period))  // "max" is 0
                least = least ? std::min(least, here) : here;
        if (group.empty()) break;
    }
    if (least) return least;
    double quota = -1, period = 0;
    std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") >> quota;
    std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_period_us") >> period;
    return in_processors(quota, period);
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
