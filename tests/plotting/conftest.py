"""Pictures are drawn without a display, and closed again."""

import pytest

mpl = pytest.importorskip("matplotlib")
mpl.use("Agg")


@pytest.fixture(autouse=True)
def closed_figures():
    from matplotlib import pyplot as plt

    yield
    plt.close("all")


@pytest.fixture
def ax():
    """Axes of somebody else's figure."""
    from matplotlib import pyplot as plt

    return plt.subplots(1, 2)[1][1]
