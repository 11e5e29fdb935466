// One thread or several: decided by the clock, while training runs.
//
// The number of threads changes no bit of the result, so it may change at any time. How much several threads help is
// not known beforehand: beside other busy processes, threads that wait for each other at every step can be many times
// slower than one. So both are tried on a few milliseconds of steps, the faster goes on, and the other is tried again
// now and then, ever more rarely while it stays the slower one.
#pragma once

#include <algorithm>

namespace rosenblatt {

class ThreadChoice {
   public:
    // How many threads the next piece should take, at most `most`.
    int next(int most) {
        if (most != most_) *this = ThreadChoice(most);
        if (most == 1) return 1;
        if (seconds_[0] == 0) return 1;
        if (seconds_[1] == 0) return most;
        const bool retry = ++pieces_ >= patience_;
        if (retry) {
            pieces_ = 0;
            patience_ = std::min(2 * patience_, longest_patience);
        }
        return several_are_faster() != retry ? most : 1;
    }

    // What that piece took, per sample.
    void record(int threads, double seconds_per_sample) {
        double& known = seconds_[threads > 1];
        const bool before = several_are_faster();
        known = known == 0 ? seconds_per_sample : 0.5 * (known + seconds_per_sample);
        if (seconds_[0] != 0 && seconds_[1] != 0 && several_are_faster() != before) patience_ = first_patience;
    }

    // How many samples make a piece that is long enough to be timed.
    double samples_per_piece(double guess) const {
        const double known = seconds_[0] != 0 ? seconds_[0] : guess;
        return piece / known;
    }

   private:
    static constexpr double piece = 2e-3;  // seconds
    static constexpr int first_patience = 8, longest_patience = 512;

    explicit ThreadChoice(int most) : most_(most) {}
    bool several_are_faster() const { return seconds_[1] < seconds_[0]; }

    int most_ = 0, pieces_ = 0, patience_ = first_patience;
    double seconds_[2] = {0, 0};  // per sample: one thread, several

   public:
    ThreadChoice() = default;
};

}  // namespace rosenblatt
