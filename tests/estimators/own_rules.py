"""Rules as a user would write them, in a module of their own so that they can be pickled."""

from rosenblatt import Activation, Loss, Optimizer


class Softsign2(Activation):
    derivative_of = "a"

    def __call__(self, xp, a):
        return a / (2 + xp.abs(a))

    def derivative(self, xp, a):
        return 2 / (2 + xp.abs(a)) ** 2


class LogCosh(Loss):
    def value(self, xp, o, y):
        return xp.log(xp.cosh(o - y))

    def derivative(self, xp, o, y):
        return xp.tanh(o - y)


class SignDescent(Optimizer):
    def update(self, xp, theta, gradient, s):
        return (theta - s.rate * xp.sign(gradient),)
