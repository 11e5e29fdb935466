// One thread or several: decided by the clock, while training runs.
//
// The number of threads changes no bit of the result, so it may change at any time. How much several threads help is
// not known beforehand: beside other busy processes, threads that wait for each other at every step can be many times
// slower than one. So both are tried on a few milliseconds of steps, the faster goes on, and the other is tried again
// now and then, ever more rarely while it stays the slower one. The first milliseconds of a try do not count: they wake
// threads that slept, which on a virtual machine takes as long as a piece, and fill their caches.
#pragma once

#include <algorithm>
#include <limits>

namespace rosenblatt {

class ThreadChoice {
   public:
    ThreadChoice() = default;

    // How many threads the next piece should take, at most `most`.
    int next(int most) {
        if (most != most_) *this = ThreadChoice(most);
        return several_ ? most : 1;
    }

    // What that piece took, and how many samples it was.
    void record(double seconds, double samples) {
        const double per_sample = seconds / samples;
        warming_ -= seconds;
        if (warming_ > -0.5 * seconds && per_sample < hopeless * other()) return;
        now() = is_new_ ? per_sample : 0.5 * (now() + per_sample);
        is_new_ = false;
        if (tries_) {
            tries_ = false;
            pieces_ = 0;
            const double ratio = now() / other();
            patience_ = ratio < 1 ? first_patience : std::min((ratio > clear ? 4 : 2) * patience_, longest_patience);
            if (ratio > 1) change();
        } else if (++pieces_ >= patience_ || now() > other() || other() == unknown) {
            tries_ = true;
            change();
        }
    }

    // How many samples make a piece that is long enough to be timed.
    double samples_per_piece(double guess) const { return piece / (seconds_[0] != unknown ? seconds_[0] : guess); }

   private:
    static constexpr double piece = 2e-3;  // seconds
    static constexpr double hopeless = 2;  // times as slow: not worth another piece
    static constexpr double unknown = std::numeric_limits<double>::infinity();
    static constexpr double clear = 1.2;   // times as slow: asked again much more rarely
    static constexpr double warming = 3e-3;  // seconds of a try that do not count
    static constexpr int first_patience = 8, longest_patience = 512;

    explicit ThreadChoice(int most) : most_(most) {}
    double& now() { return seconds_[several_]; }
    double other() const { return seconds_[!several_]; }
    void change() {
        several_ = !several_;
        warming_ = warming;
        is_new_ = true;
    }

    int most_ = 0;
    bool several_ = false;             // what runs now: several threads or one
    bool tries_ = false, is_new_ = true;  // whether that is a try; whether what is known of it is old
    double warming_ = warming;
    int pieces_ = 0, patience_ = first_patience;
    double seconds_[2] = {unknown, unknown};  // per sample: one thread, several
};

}  // namespace rosenblatt
