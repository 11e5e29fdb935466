#!/usr/bin/env bash
# Builds the native engine with sanitizers, beside the installed one, and runs its tests on it.
# Usage: tools/sanitize.sh address,undefined   (PYTHON names the interpreter that has rosenblatt and nanobind)
set -euo pipefail
cd "$(dirname "$0")/.."
sanitizers=${1:-address,undefined}
python=${PYTHON:-python3}
folder=$PWD/build/sanitize-${sanitizers//,/-}
cmake -S . -B "$folder" -DCMAKE_BUILD_TYPE=Release -DROSENBLATT_SANITIZE="$sanitizers" -DPython_EXECUTABLE="$python"
cmake --build "$folder" --parallel 2 --target _native_base _native_v3

# The sources, with the instrumented modules where the installed ones would be.
rm -rf "$folder/package" && mkdir -p "$folder/package"
cp -r src/rosenblatt "$folder/package/" && cp "$folder"/_native_*.so "$folder/package/rosenblatt/engines/"
preloaded=""
for library in ${sanitizers//,/ }; do
    case $library in
    address) preloaded+=" $(g++ -print-file-name=libasan.so)" ;;
    undefined) preloaded+=" $(g++ -print-file-name=libubsan.so)" ;;
    thread) preloaded+=" $(g++ -print-file-name=libtsan.so)" ;;
    esac
done
# Python itself leaks at exit, and its editable finder would bring the installed modules.
exec env LD_PRELOAD="${preloaded# }" ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1 ROSENBLATT_ISA=v3 \
    "$python" -c "
import sys
sys.meta_path = [finder for finder in sys.meta_path if 'Redirecting' not in type(finder).__name__]
sys.path.insert(0, '$folder/package')
import pytest
sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', '-o', 'addopts=', 'tests/native']))
"
