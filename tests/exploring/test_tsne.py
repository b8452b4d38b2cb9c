import numpy as np

from gan.exploring import tsne


def test_a_chart_puts_alike_beside_alike(mnist):
    images, labels = mnist.images[:600], mnist.labels[:600]
    positions = tsne.embed(images.reshape(600, -1) / 255)
    assert [positions.min(), positions.max()] == [-1, 1]
    distances = np.linalg.norm(positions[:, None] - positions[None], axis=-1)
    nearest = np.argsort(distances, axis=1)[:, 1:6]
    assert (labels[nearest] == labels[:, None]).mean() > 0.75  # by chance: 0.1
    assert np.array_equal(positions, tsne.embed(images.reshape(600, -1) / 255))


def test_products_keep_all_bits_of_float32_on_every_device():
    x = np.zeros((100, 8), np.float32)
    for function, arguments in ((tsne._affinities, (x,)), (tsne._descend, (x @ x.T, x[:, :2]))):
        products = [
            line for line in function.lower(*arguments).as_text().split("\n") if "dot_general" in line
        ]
        assert products
        assert all("HIGHEST" in line for line in products)
