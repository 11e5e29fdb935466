// The rules: activations, losses, penalties and optimisers as formulas on vectors, printed from the Python classes.
#pragma once

#include <array>
#include <limits>

#include "settings.hpp"
#include "simd.hpp"
#include "vector_math.hpp"

namespace rosenblatt {

// The same number in every lane, rounded to the lanes' type.
template <class V>
ROSENBLATT_INLINE V same(double x) {
    return splat<V>(Scalar<V>(x));
}

// -1, 0 or 1; NaN for NaN.
template <class V>
ROSENBLATT_INLINE V vsign(V x) {
    return select<V>(x > V{}, same<V>(1), select<V>(x < V{}, same<V>(-1), x));
}

#include "../generated/rules.inc"

}  // namespace rosenblatt
