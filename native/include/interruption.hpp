// Ctrl-C within a long call: asks Python for its signals, without asking often.
#pragma once

#include <algorithm>
#include <chrono>

#include "without_gil.hpp"

namespace rosenblatt {

// Asked before every block of samples; looks at the clock rarely, and at Python's signals every 25 milliseconds.
class Interruption {
   public:
    explicit Interruption(WithoutGil& without) : without_(&without) {}

    bool operator()() {
        if (++calls_ < skip_) return false;
        calls_ = 0;
        without_->sleep_if_ended();
        const auto now = Clock::now();
        const auto since = now - looked_;
        looked_ = now;
        if (since < std::chrono::milliseconds(2)) skip_ = std::min(2 * skip_, 1 << 14);
        if (since > std::chrono::milliseconds(10)) skip_ = std::max(skip_ / 4, 1);
        if (now - asked_ < std::chrono::milliseconds(25)) return false;
        asked_ = now;
        return without_->signalled();
    }

   private:
    using Clock = std::chrono::steady_clock;
    WithoutGil* without_;
    Clock::time_point looked_ = Clock::now(), asked_ = looked_;
    int calls_ = 0, skip_ = 1;
};

inline void raise_if(bool interrupted) {
    if (interrupted) throw nanobind::python_error();
}

}  // namespace rosenblatt
