// Arguments from Python, checked: what comes out of here can be computed with, whatever was passed in.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <string>

#include "engine.hpp"

namespace rosenblatt {

namespace nb = nanobind;

using Writable = nb::ndarray<nb::device::cpu>;
using ReadOnly = nb::ndarray<nb::ro, nb::device::cpu>;

[[noreturn]] inline void refuse(const char* name, const std::string& why) {
    throw nb::value_error((std::string(name) + " " + why).c_str());
}

inline ReadOnly array_of(nb::handle given, const char* name) {
    ReadOnly result;
    if (!nb::try_cast<ReadOnly>(given, result, false) || !result.is_valid())
        throw nb::type_error((std::string(name) + " must be an array in native byte order").c_str());
    return result;
}

// Rows one after the other without gaps. The stride of a dimension of one entry means nothing.
template <class Array>
bool is_contiguous(const Array& array) {
    std::int64_t expected = 1;
    for (std::size_t i = array.ndim(); i-- > 0;) {
        if (array.shape(i) != 1 && array.stride(i) != expected) return false;
        expected *= std::int64_t(array.shape(i));
    }
    return true;
}

// The address of an array of U of that shape (-1: any), or an exception.
template <class U, class Array>
auto* checked_array(const Array& array, const char* name, std::initializer_list<long> shape) {
    if (array.dtype() != nb::dtype<U>()) throw nb::type_error((std::string(name) + " has the wrong dtype").c_str());
    if (array.ndim() != shape.size()) refuse(name, "must have " + std::to_string(shape.size()) + " dimensions");
    std::size_t i = 0;
    for (long wanted : shape) {
        if (wanted >= 0 && long(array.shape(i)) != wanted)
            refuse(name, "has " + std::to_string(array.shape(i)) + " entries along axis " + std::to_string(i) + ", not " +
                             std::to_string(wanted));
        ++i;
    }
    if (array.size() > 0 && !is_contiguous(array)) refuse(name, "must be contiguous");
    if (reinterpret_cast<std::uintptr_t>(array.data()) % alignof(U) != 0) refuse(name, "must be aligned");
    if constexpr (std::is_same_v<Array, ReadOnly>)
        return static_cast<const U*>(array.data());
    else
        return static_cast<U*>(array.data());
}

// The memory of one call's arrays, of which only what is read may overlap: what was checked must not change afterwards.
class Memory {
   public:
    template <class Array>
    Memory& read(const Array& array) {
        return add("", array);
    }
    Memory& read(const std::optional<ReadOnly>& array) { return array ? read(*array) : *this; }
    Memory& read(const ReadOnly (&arrays)[3]) {  // of samples: those that are there
        for (const ReadOnly& array : arrays)
            if (array.is_valid()) read(array);
        return *this;
    }
    template <class Array>
    Memory& written(const char* name, const Array& array) {
        return add(name, array);
    }
    Memory& written(const char* name, const std::vector<Writable>& arrays) {
        for (const Writable& array : arrays) written(name, array);
        return *this;
    }

    void check() const {
        for (std::size_t i = 0; i < pieces_.size(); ++i)
            for (std::size_t j = 0; pieces_[i].name[0] && j < pieces_.size(); ++j)
                if (i != j && pieces_[i].begin < pieces_[j].end && pieces_[j].begin < pieces_[i].end)
                    refuse(pieces_[i].name, "must not overlap another array");
    }

   private:
    struct Piece {
        const char* name;  // "" if it is only read
        std::uintptr_t begin, end;
    };
    std::vector<Piece> pieces_;

    template <class Array>
    Memory& add(const char* name, const Array& array) {
        const auto begin = reinterpret_cast<std::uintptr_t>(array.data());
        if (array.size() > 0) pieces_.push_back({name, begin, begin + array.nbytes()});
        return *this;
    }
};

// The samples: an array (n, r_0), or the values, columns and row starts of a matrix in compressed rows.
template <class T>
class GivenSamples {
   public:
    GivenSamples(nb::handle x, long columns) {
        samples_.columns = columns;
        if (nb::isinstance<nb::tuple>(x))
            take_sparse(nb::borrow<nb::tuple>(x));
        else
            take_dense(x);
    }
    const Samples<T>& get() const { return samples_; }
    const auto& held() const { return held_; }

   private:
    void take_dense(nb::handle x) {
        held_[0] = array_of(x, "X");
        samples_.dense = checked_array<T>(held_[0], "X", {-1, samples_.columns});
        samples_.rows = long(held_[0].shape(0));
    }

    void take_sparse(const nb::tuple& x) {
        if (x.size() != 3) refuse("X", "must be an array or the tuple (data, indices, indptr)");
        held_[0] = array_of(x[0], "data");
        held_[1] = array_of(x[1], "indices");
        held_[2] = array_of(x[2], "indptr");
        samples_.values = checked_array<T>(held_[0], "data", {-1});
        const long stored = long(held_[0].shape(0));
        samples_.column = checked_array<std::int64_t>(held_[1], "indices", {stored});
        samples_.start = checked_array<std::int64_t>(held_[2], "indptr", {-1});
        samples_.rows = long(held_[2].shape(0)) - 1;
        if (samples_.rows < 0) refuse("indptr", "must not be empty");
        check_compressed_rows(stored);
    }

    void check_compressed_rows(long stored) const {
        if (samples_.start[0] != 0) refuse("indptr", "must begin with 0");
        for (long i = 0; i < samples_.rows; ++i)
            if (samples_.start[i] > samples_.start[i + 1]) refuse("indptr", "must not decrease");
        if (samples_.start[samples_.rows] > stored) refuse("indptr", "must end within data");
        for (long e = 0; e < samples_.start[samples_.rows]; ++e)
            if (samples_.column[e] < 0 || samples_.column[e] >= samples_.columns)
                refuse("indices", "must be numbers of columns");
    }

    Samples<T> samples_;
    ReadOnly held_[3];
};

// Targets (n, r_m) and weights (n,) or None.
template <class T>
Targets<T> checked_targets(const ReadOnly& y, const std::optional<ReadOnly>& weight, long rows, long outputs) {
    Targets<T> targets;
    targets.y = checked_array<T>(y, "y", {rows, outputs});
    if (weight) targets.weight = checked_array<T>(*weight, "weight", {rows});
    return targets;
}

// Every step takes at least one sample, and each of them exists.
inline Order checked_order(const std::optional<ReadOnly>& indices, const ReadOnly& bounds, long rows) {
    Order order;
    order.bounds = checked_array<std::int64_t>(bounds, "bounds", {-1});
    order.steps = long(bounds.shape(0)) - 1;
    if (order.steps < 0) refuse("bounds", "must not be empty");
    long total = rows;
    if (indices) {
        order.indices = checked_array<std::int64_t>(*indices, "indices", {-1});
        total = long(indices->shape(0));
        for (long i = 0; i < total; ++i)
            if (order.indices[i] < 0 || order.indices[i] >= rows) refuse("indices", "must be numbers of samples");
    }
    if (order.bounds[0] < 0) refuse("bounds", "must not be negative");
    for (long s = 0; s < order.steps; ++s)
        if (order.bounds[s] >= order.bounds[s + 1]) refuse("bounds", "must increase: each step takes a sample or more");
    if (order.bounds[order.steps] > total) refuse("bounds", "must end within the samples");
    return order;
}

// One row of settings for each step. The strengths of what acts inside a step are checked one by one.
template <class T>
const double* checked_settings(const ReadOnly& settings, long steps, const Program<T>& program) {
    const double* rows = checked_array<double>(settings, "settings", {steps, program.n_columns()});
    const auto check = [&](int column, double highest) {
        for (long step = 0; column >= 0 && step < steps; ++step)
            if (const double strength = rows[step * program.n_columns() + column]; !(strength >= 0 && strength <= highest))
                refuse("settings", "must hold strengths from 0 to " + std::to_string(highest) + ", got " + std::to_string(strength));
    };
    constexpr double any = std::numeric_limits<T>::max();
    check(program.extras.corruption, program.corruption.replaces() ? 1 : any);
    check(program.extras.noise, any);
    check(program.extras.contraction, any);
    for (int k = 0; program.extras.dropout >= 0 && k < int(program.layers.size()); ++k) check(program.extras.dropout + k, 1);
    for (std::size_t i = 0; i < program.activities.size(); ++i)
        check(program.extras.activity + int(i), any);
    return rows;
}

// Corruption of a sparse matrix may take entries away, but not make any.
template <class T>
void check_sparse(const Samples<T>& x, const Program<T>& program) {
    if (x.sparse() && !program.corruption.takes_sparse())
        refuse("X", "is sparse, which this corruption would fill: only masking without emphasis keeps its form");
}

// theta and the optimiser's slots.
template <class T>
struct GivenState {
    T* theta;
    T* slots[5] = {};

    GivenState(const Writable& theta_array, const std::vector<Writable>& slot_arrays, const Program<T>& program) {
        const long p = program.n_parameters;
        theta = checked_array<T>(theta_array, "theta", {p});
        if (long(slot_arrays.size()) != program.n_slots())
            refuse("slots", "must be " + std::to_string(program.n_slots()) + " vectors");
        for (std::size_t i = 0; i < slot_arrays.size(); ++i) slots[i] = checked_array<T>(slot_arrays[i], "slots", {p});
    }
};

}  // namespace rosenblatt
