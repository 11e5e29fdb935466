#!/bin/sh
# Builds the checker of native/include/vector_math.hpp for every instruction set of this machine's kind and runs it.
# usage: tools/check_vector_math.sh [BUILD_FOLDER [limits | floats [STEP] | doubles [COUNT] | speed] [FUNCTION]]
# Without a mode: the limits, every float, 10^8 doubles and then the speeds (about half an hour on one core).
set -eu
cd "$(dirname "$0")/.."
build=${1:-build/vector_math}
[ $# -gt 0 ] && shift
mkdir -p "$build"
compile() { # NAME FLAGS...
    name=$1
    shift
    "${CXX:-g++}" -std=c++20 -O3 -ffp-contract=fast -Wall -Wextra -Inative/include "$@" \
        -c native/tests/vector_math_check.cpp -o "$build/$name.o"
}
wide="-march=x86-64-v4"
if [ "$(uname -m)" = x86_64 ] && ! grep -q avx512dq /proc/cpuinfo; then
    wide="-march=x86-64-v3 -include native/tests/avx512_emulation.hpp -Wno-psabi"
    emulated=-DEMULATED
fi
compile main ${emulated:-}
if [ "$(uname -m)" = x86_64 ]; then
    compile base -march=x86-64 -DKERNELS=base
    compile v3 -march=x86-64-v3 -DROSENBLATT_ISA_V3 -DKERNELS=v3
    compile v4 $wide -DROSENBLATT_ISA_V4 -DKERNELS=v4
    "${CXX:-g++}" "$build"/main.o "$build"/base.o "$build"/v3.o "$build"/v4.o -o "$build/check"
else
    compile base -DKERNELS=base
    "${CXX:-g++}" "$build"/main.o "$build"/base.o -o "$build/check"
fi
if [ $# -gt 0 ]; then
    exec "$build/check" "$@"
fi
"$build/check" limits
"$build/check" floats
"$build/check" doubles
"$build/check" speed
