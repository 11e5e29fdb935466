"""Networks that would not fit into memory are refused before anything is allocated."""

import pytest

from rosenblatt import memory


def test_there_is_memory():
    there = memory.total_memory()
    assert there is None or 2**24 < there < 2**60


def test_the_smallest_limit_counts(monkeypatch, tmp_path):
    limits = [tmp_path / name for name in ("number", "no-limit", "missing")]
    limits[0].write_text("1048576\n")
    limits[1].write_text("max\n")
    monkeypatch.setattr(memory, "_CGROUP_LIMITS", tuple(limits))
    assert memory.total_memory() == 2**20
    monkeypatch.setattr(memory, "_CGROUP_LIMITS", tuple(limits[1:]))
    assert memory.total_memory() != 2**20


def test_where_nothing_tells_nothing_is_refused(monkeypatch):
    monkeypatch.delattr(memory.os, "sysconf", raising=False)
    monkeypatch.setattr(memory, "_CGROUP_LIMITS", ())
    assert memory.total_memory() is None
    memory.require_memory((10**6, 10**6, 10**6), 10, 8)


def test_the_refusal_has_the_figures(monkeypatch):
    monkeypatch.setattr(memory, "total_memory", lambda: 3 * 2**30)
    # (1023 + 1) * 2**18 + (2**18 + 1) * 1 parameters, 2 vectors of 8 bytes: 4.0 GiB
    with pytest.raises(
        MemoryError, match=r"hidden_layer_sizes=\(262144,\) makes 268,697,601 parameters"
    ) as caught:
        memory.require_memory((1023, 2**18, 1), 2, 8)
    assert "takes 4.0 GiB and there are 3.0 GiB" in str(caught.value)


def test_the_limit_itself_fits(monkeypatch):
    needed = ((3 + 1) * 2 + (2 + 1) * 1) * 5 * 4
    monkeypatch.setattr(memory, "total_memory", lambda: needed)
    memory.require_memory((3, 2, 1), 5, 4)
    monkeypatch.setattr(memory, "total_memory", lambda: needed - 1)
    with pytest.raises(MemoryError):
        memory.require_memory((3, 2, 1), 5, 4)
