#!/usr/bin/env bash
# Builds the native engine with sanitizers, beside the installed one, and runs its tests on it, or another command.
# Usage: tools/sanitize.sh address,undefined|thread [ARGUMENTS OF PYTHON]
#   PYTHON          the interpreter that has rosenblatt, nanobind and cmake
#   ROSENBLATT_ISA  the instruction set, v3 if it is not set
set -euo pipefail
cd "$(dirname "$0")/.."
sanitizers=${1:-address,undefined}
shift || true
[ $# -gt 0 ] || set -- -m pytest -q --capture=sys -p no:cacheprovider -o addopts= -o timeout=3600 -o faulthandler_timeout=3500 -m 'not slow' tests/native
python=${PYTHON:-python3}
PATH=$(dirname "$python"):$PATH
export ROSENBLATT_ISA=${ROSENBLATT_ISA:-v3}
folder=$PWD/build/sanitize-${sanitizers//,/-}
mkdir -p "$folder"
cmake -S . -B "$folder" -DCMAKE_BUILD_TYPE=Release -DROSENBLATT_SANITIZE="$sanitizers" -DPython_EXECUTABLE="$python" >"$folder.log"
cmake --build "$folder" --parallel 2 --target _native_base "_native_$ROSENBLATT_ISA"

# The sources, with the instrumented modules where the installed ones would be. Every process finds them first:
# sitecustomize takes away the finder of an editable installation, which would bring the others.
rm -rf "$folder/package" && mkdir -p "$folder/package"
cp -r src/rosenblatt "$folder/package/"
find "$folder/package" -name '*.so' -delete
cp "$folder/_native_base."*.so "$folder/_native_$ROSENBLATT_ISA."*.so "$folder/package/rosenblatt/engines/"
cat >"$folder/package/sitecustomize.py" <<'END'
import sys

sys.meta_path = [finder for finder in sys.meta_path if "Redirecting" not in type(finder).__name__]
END

# Python itself is not instrumented, so the sanitizers' libraries come before it.
preloaded=""
for library in ${sanitizers//,/ }; do
    case $library in
    address) preloaded+=" $(g++ -print-file-name=libasan.so)" ;;
    undefined) preloaded+=" $(g++ -print-file-name=libubsan.so)" ;;
    thread) preloaded+=" $(g++ -print-file-name=libtsan.so)" ;;
    *)
        echo "unknown sanitizer '$library': give address, undefined or thread" >&2
        exit 2
        ;;
    esac
done
# Leaks: Python keeps memory at exit; tools/check_memory.py watches ours. Forks: a child that starts threads is what
# tests/native/test_threads.py checks. PYTHONMALLOC: each of Python's objects is a block that the sanitizer knows.
# Without randomised addresses ThreadSanitizer finds its shadow memory free.
exec env PYTHONPATH="$folder/package" PYTHONMALLOC=malloc LD_PRELOAD="${preloaded# }" \
    ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    TSAN_OPTIONS=halt_on_error=1:die_after_fork=0:second_deadlock_stack=1:allocator_may_return_null=1 \
    setarch "$(uname -m)" -R "$python" "$@"
