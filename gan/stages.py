"""How the size of a picture becomes the stages of both networks.

A stage is one layer of stride 2: G doubles the size of its feature maps at each, and D halves it.
"""

from gan.errors import require

# The size of a picture -> the size of G's first feature map and of D's last one, all in pixels: 28 = 7 · 2²,
# so that networks of 28 pixels have two stages. At 32 and 64 pixels, maps that begin at 4 (one stage more, of
# 128 channels) were tried on MNIST, one run of 23 s of one core each. Their Fréchet distance came out a tenth
# lower (32: 8.8, not 10.0; 64: 14.0, not 15.3), at 1.6 and 1.4 times the operations of a step. A step should
# be cheap, because the page takes it too, and networks of 32 pixels should have 28's options: all begin at 8.
FIRST_MAPS = {28: 7, 32: 8, 64: 8}
SIZES = tuple(FIRST_MAPS)
OPTIONS = ("generator_channels", "generator_kernels", "discriminator_channels")  # one number a stage
MIN_CHANNELS = 8  # of a stage that `fit` adds

Numbers = tuple[int, ...]


def count_stages(size: int) -> int:
    """How many stages the networks of pictures of `size` pixels have; one of `SIZES`."""
    return (size // FIRST_MAPS[size]).bit_length() - 1


def check(size: int, options: dict[str, Numbers]) -> None:
    """Raises InputError, naming the option, unless each has as many numbers as `size` has stages."""
    stages = count_stages(size)
    for name, numbers in options.items():
        found, example = (",".join(map(str, each[:4])) for each in (numbers, (64, 32, 16)[:stages]))
        require(
            len(numbers) == stages,
            f"{name}={found}: expected {stages} numbers with size={size}, one a stage, as {example}",
        )


def fit(
    size: int, generator_channels: Numbers, generator_kernels: Numbers, discriminator_channels: Numbers
) -> dict[str, Numbers]:
    """The three options for pictures of another size, by their names.

    Stages are added, or left out, where the maps are largest: maps of a size keep their channels. A stage
    that is added has half the channels of its neighbour, so that it costs about twice as much and not four
    times. G's last layer keeps its kernel; a layer that is added has the kernel of G's first one.

    Raises InputError if there are no networks of that size.
    """
    require(size in SIZES, f"size={size}: expected one of {', '.join(map(str, SIZES))}")
    stages = count_stages(size)
    *inner, last = generator_kernels
    inner = [*inner, *generator_kernels[:1] * stages]
    return {
        "generator_channels": _fit_channels(generator_channels, stages),
        "generator_kernels": (*inner[: stages - 1], last),
        "discriminator_channels": _fit_channels(discriminator_channels[::-1], stages)[::-1],
    }


def _fit_channels(channels: Numbers, stages: int) -> Numbers:
    """Channels from the smallest map to the largest, for so many stages."""
    while len(channels) < stages:
        channels = (*channels, max(channels[-1] // 2, MIN_CHANNELS))
    return channels[:stages]
