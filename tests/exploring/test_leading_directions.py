import numpy as np

from gan.exploring.leading_directions import leading_directions


def test_leading_directions_find_what_matters():
    """Pictures that depend on z through two known directions, one more than the other."""
    rotation, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(6, 6)))
    strong, weak = rotation[:2].astype(np.float32)

    def generate(z):
        return np.stack([5 * np.tanh(z @ strong), z @ weak], axis=-1)

    directions = leading_directions(generate, 6, 2)
    assert directions.shape == (2, 6)
    np.testing.assert_allclose(np.abs(directions @ np.stack([strong, weak]).T), np.eye(2), atol=0.02)
    assert (np.take_along_axis(directions, np.abs(directions).argmax(axis=1)[:, None], axis=1) > 0).all()
