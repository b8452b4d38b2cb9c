import pytest

from tests.live.runs import make_manager


@pytest.fixture
def manager(mnist):
    manager = make_manager(mnist)
    yield manager
    manager.close()


@pytest.fixture
def limited(mnist):
    """A manager with limits of its own."""
    managers = []

    def make(**limits):
        managers.append(make_manager(mnist, **limits))
        return managers[-1]

    yield make
    for manager in managers:
        manager.close()
