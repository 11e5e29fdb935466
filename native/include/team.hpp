// What the threads of a run know of each other: where they meet, and whether the run is to end.
#pragma once

#include "run.hpp"
#include "thread_pool.hpp"
#include "workspace.hpp"

namespace rosenblatt {

inline long share_begin(long total, int threads, int thread) { return total * thread / threads; }

// Multiplications of a block's forward phase from which on its thread 0 asks between layers as well: some ten milliseconds.
inline constexpr double longest_unasked = 5e7;

template <class T>
struct Team {
    const Run<T>& run;
    Workspace<T>& workspace;
    int threads;
    bool by_columns;  // large layers: threads share out columns and meet after each; else each takes its own samples
    Barrier barrier;
    bool stop = false;  // written by thread 0 before a barrier, read by all after it
    std::atomic<bool> hurries{false};  // the run will end: what is not computed any more is thrown away with all the rest

    Team(const Run<T>& run_, Workspace<T>& workspace_, int threads_)
        : run(run_), workspace(workspace_), threads(threads_),
          by_columns(threads_ > 1 && run_.program.n_weights * long(sizeof(T)) > (256L << 10)), barrier(threads_) {}

    // For thread 0, before a barrier: whether the run goes on.
    void ask() {
        ask_within();
        if (hurries) stop = true;
    }

    // For thread 0, at any time.
    void ask_within() {
        if (!hurries && run.interrupted && run.interrupted()) hurries = true;
    }
};

}  // namespace rosenblatt
