// The Python module of one instruction set: what the bindings define, and how wide a register is there.
#include <nanobind/nanobind.h>

#include "simd.hpp"

namespace rosenblatt {

void define_bindings(nanobind::module_& m);  // bindings.cpp

}  // namespace rosenblatt

NB_MODULE(ROSENBLATT_MODULE, m) {
    m.doc() = "The native engine, compiled for one instruction set.";
    m.attr("vector_bytes") = rosenblatt::vector_bytes;
    rosenblatt::define_bindings(m);
}
