"""The drawings of the README's example: a set that `train.py` reads as it stands."""

import numpy as np

from gan.data import datasets
from tests.data import drawings


def test_the_drawings_are_a_set_in_colour(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(drawings, "COUNT", 6)
    monkeypatch.setattr("sys.argv", ["drawings", str(tmp_path / "fish")])
    drawings.main()
    assert "6 drawings" in capsys.readouterr().out
    images = datasets.load_dataset(str(tmp_path / "fish"), size=32).images
    assert images.shape == (6, 32, 32, 3)
    assert len({image.tobytes() for image in images}) == 6
    corners = images[:, [0, 0, -1, -1], [0, -1, 0, -1]].astype(int)  # [6, 4, 3]
    assert np.abs(corners - drawings.WATER).max() <= 2  # the whole fish is in the picture


def test_a_fish_is_the_same_each_time():
    first, again = (drawings.draw_fish(np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first, again)
