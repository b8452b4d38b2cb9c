"""What the page's classifier reads, and how it compares pictures, beside Python's."""

import numpy as np

from gan.evaluation import classifier
from gan.live import probe
from tests.conftest import ROOT
from tests.web import scripts


def test_many_pictures_are_read_as_python_reads_them(mnist, tmp_path):
    pictures = mnist.images[:50]  # three full batches, and a part of one
    path = tmp_path / "pictures"
    path.write_bytes(pictures.tobytes())
    kernels = ROOT / "gan/web/engine/kernels.wasm"
    asked = {"kernels": str(kernels), "classifier": str(classifier.PATH), "pictures": str(path)}
    found = scripts.run("read.mjs", asked)
    wanted = classifier.predict(pictures)
    np.testing.assert_allclose(np.reshape(found["features"], (50, -1)), wanted.features, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(np.reshape(found["probabilities"], (50, -1)), wanted.probabilities, atol=1e-5)
    np.testing.assert_allclose(found["diversity"], probe.mean_distance(wanted.features), rtol=1e-4)
