"""A method without a docstring has that of the method it overrides, in its own letters."""

import inspect

import pytest

import rosenblatt
from rosenblatt.limits import Limited


class Base(Limited):
    def value(self, xp, o, *arguments):
        """Return something.

        Parameters
        ----------
        xp : namespace
        o : array
            Outputs.
        *arguments
            The others.
        """

    def own(self, o):
        """Say so."""


class Same(Base):
    def value(self, xp, o, *arguments):
        return o


class Further(Same):
    def value(self, xp, a, m, s):
        return a

    def own(self, a):
        """Say something else."""


def test_names_follow():
    assert Same.value.__doc__ == Base.value.__doc__
    lines = [line.strip() for line in Further.value.__doc__.splitlines()]
    assert lines[4:9] == ["xp : namespace", "a : array", "Outputs.", "m, s", "The others."]
    assert Further.own.__doc__ == "Say something else."


def test_nothing_is_made_up():
    class Alone(Limited):
        def value(self):
            return None

        def _hidden(self):
            return None

    assert Alone.value.__doc__ is None
    assert Alone._hidden.__doc__ is None


@pytest.mark.parametrize("kind", ["Adam", "GELU", "Poisson", "Cosine", "Orthogonal", "MaxNorm", "Gaussian"])
def test_the_librarys_own_objects_say_what_their_methods_do(kind):
    found = inspect.getmembers(getattr(rosenblatt, kind), inspect.isfunction)
    assert [name for name, method in found if not name.startswith("_") and not method.__doc__] == []
