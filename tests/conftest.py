"""Settings of all tests."""

from hypothesis import settings

# No deadline: on a shared machine the time of one example says nothing about the code.
settings.register_profile("rosenblatt", deadline=None, print_blob=True)
settings.load_profile("rosenblatt")
