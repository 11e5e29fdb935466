// A time without Python's lock, and the way back to it that a daemon thread survives at the process's end.
#pragma once

#include <nanobind/nanobind.h>

#include <chrono>
#include <thread>

namespace rosenblatt {

// Whether the interpreter is ending, or has ended: then it gives its lock to the thread that ends it alone.
inline bool interpreter_ends() {
#if PY_VERSION_HEX >= 0x030D0000
    return !Py_IsInitialized() || Py_IsFinalizing();
#else
    return !Py_IsInitialized() || _Py_IsFinalizing();
#endif
}

// Sleeps until the process is gone, which then is a matter of milliseconds: what Python 3.14 does with such threads.
// Nothing is destroyed, so nothing has to be destroyed without the lock.
[[noreturn]] inline void sleep_until_the_end() {
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}

// Gives the lock away while it exists. Python up to 3.13 ends a daemon thread that asks for the lock too late by
// pthread_exit, which unwinds the stack, and a destructor may not be unwound: the process would abort. So a thread looks
// first; one that waits already when the end comes is caught on its way out, and does not leave the handler.
class WithoutGil {
   public:
    WithoutGil() : last_(interpreter_ends()), state_(PyEval_SaveThread()) {}
    WithoutGil(const WithoutGil&) = delete;
    WithoutGil& operator=(const WithoutGil&) = delete;
    ~WithoutGil() {
        unless_ended([this] { PyEval_RestoreThread(state_); });
    }

    void sleep_if_ended() const {
        if (!last_ && interpreter_ends()) sleep_until_the_end();
    }

    // Whether a signal's handler raised an exception: the lock is taken for it, and given away again.
    bool signalled() {
        bool raised = false;
        unless_ended([&] {
            PyEval_RestoreThread(state_);
            raised = PyErr_CheckSignals() != 0;
            state_ = PyEval_SaveThread();
        });
        return raised;
    }

   private:
    template <class F>
    void unless_ended(F work) const noexcept {
        sleep_if_ended();
        try {
            work();
        } catch (...) {
            sleep_until_the_end();
        }
    }

    const bool last_;  // this thread had the lock when the interpreter was ending: it is the one that ends it
    PyThreadState* state_;
};

}  // namespace rosenblatt
