"""What a model makes, as a small moving picture for the page's gallery."""

import numpy as np

from gan.exploring.explorer import Explorer
from gan.networks import images, latents

STRETCHES, FRAMES = 5, 6  # of one class each, from one seed to the next; explore/gallery.css counts 30 frames


def address(identifier: str) -> str:
    """Where the page finds the reel of a model."""
    return f"models/{identifier}.png"


def make(explorer: Explorer) -> bytes:
    """A PNG of some 20 kB: frames one below the other, which a style sheet shows one after another."""
    seeds = latents.from_seeds(np.arange(STRETCHES), explorer.z_dim)  # [stretches, z_dim]
    times = np.arange(FRAMES) / FRAMES
    ways = [latents.slerp(seeds[i], seeds[(i + 1) % STRETCHES], times) for i in range(STRETCHES)]
    labels = np.repeat(np.arange(STRETCHES) * max(explorer.classes, 1) // STRETCHES, FRAMES)
    pictures = explorer.sampler.generate(np.concatenate(ways), labels)  # [frames, H, W, channels]
    return images.png(images.to_pil(np.concatenate(list(pictures))))
