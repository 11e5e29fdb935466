#!/usr/bin/env bash
# Compiles the native engine for aarch64 (NEON) with a cross compiler, bindings included, and links it. Nothing is run.
# Usage: tools/compile_aarch64.sh   (PYTHON names an interpreter that has nanobind)
#   CXX_AARCH64       the cross compiler, aarch64-linux-gnu-g++ if it is not set
#   REQUIRE_AARCH64   if it is set, a missing compiler is an error
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
compiler=${CXX_AARCH64:-aarch64-linux-gnu-g++}
if ! command -v "$compiler" >/dev/null; then
    echo "aarch64: $compiler is not installed, so nothing was compiled (Debian: apt-get install g++-aarch64-linux-gnu)" >&2
    [ -z "${REQUIRE_AARCH64:-}" ] && exit 0
    exit 1
fi
folder=build/aarch64
mkdir -p "$folder"

# Python's headers are the host's: both machines are little-endian with 64-bit pointers, which is all they depend on.
headers=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
nanobind=$("$python" -c 'import nanobind; print(nanobind.include_dir())')
flags=(-std=gnu++20 -O3 -DNDEBUG -fPIC -fvisibility=hidden -ffp-contract=fast -fno-math-errno
    -fno-gnu-unique -fno-strict-aliasing -Inative/include -I"$headers" -I"$nanobind" -DROSENBLATT_ISA_BASE
    -DROSENBLATT_MODULE=_native_base -DNB_DOMAIN=rosenblatt_base)
sources=(native/*.cpp native/src/*.cpp)
objects=()
for source in "${sources[@]}"; do
    objects+=("$folder/$(basename "$source" .cpp).o")
    echo "$compiler $source"
    "$compiler" "${flags[@]}" -Wall -Wextra -Wno-psabi -c "$source" -o "${objects[-1]}"
done
"$compiler" "${flags[@]}" -I"$nanobind/../ext/robin_map/include" -c "$nanobind/../src/nb_combined.cpp" -o "$folder/nanobind.o"
# Python's own functions come with the interpreter.
"$compiler" -shared "${objects[@]}" "$folder/nanobind.o" -o "$folder/_native_base.so" -pthread
echo "aarch64: ${#sources[@]} sources compiled and linked for $("$compiler" -dumpmachine)"
