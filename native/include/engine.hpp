// The engine as the binding sees it: a Program with a spare workspace, and the four calls.
#pragma once

#include <atomic>
#include <memory>

#include "run.hpp"

namespace rosenblatt {

struct Extent;
template <class T>
struct Workspace;

template <class T>
class Engine {
   public:
    explicit Engine(const Description& description) : program_(make_program<T>(description)) {}
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    const Program<T>& program() const { return program_; }

    // Runs all steps; false if interrupted.
    bool epochs(Run<T>& run);
    // Sums over the samples of x, and their gradient into run.gradient_out.
    bool gradient(Run<T>& run, LossSums& sums);
    // One update from a gradient summed over samples, which is overwritten. Returns penalty value and squared norm.
    UpdateSums update(T* theta, T* const* slots, T* gradient, StepSettings settings);
    bool predict(const T* theta, const Samples<T>& x, T* out, int threads, bool exactly,
                 const std::function<bool()>& interrupted);

   private:
    // A workspace for a call: the spare one if it is large enough, else a new one. Two calls at once get two.
    std::unique_ptr<Workspace<T>> take(const Extent& extent, bool sparse);
    void give_back(std::unique_ptr<Workspace<T>> workspace);
    bool run_steps(Run<T>& run, LossSums* sums);

    const Program<T> program_;
    std::atomic<Workspace<T>*> spare_{nullptr};
};

}  // namespace rosenblatt
