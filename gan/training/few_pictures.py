"""What a small data set is trained with, and what it can come to.

D learns few pictures by heart. Below FEW pictures they are augmented (`gan.training.augment`); below TOO_FEW
that does not help either: the paper of DiffAugment has no fewer.
"""

import numpy as np

from gan.data.datasets import Dataset
from gan.data.treatment import PLAIN_LEVELS, PLAIN_SHARE

FEW = 5_000
TOO_FEW = 100
CHANGES = "colour,translation,cutout"
SAMPLE = 100  # pictures, spread over the set, that are looked at


def suitable_augmentation(dataset: Dataset) -> str:
    """The value of `TrainConfig.augment` that suits a data set: "none" for FEW pictures or more.

    Photographs are flipped too, and nothing else: a letter that is flipped is none.
    """
    if len(dataset.images) >= FEW:
        return "none"
    return f"flip,{CHANGES}" if are_photographs(dataset) else CHANGES


def are_photographs(dataset: Dataset) -> bool:
    """Whether the pictures are photographs: most of them fill their square up to the border.

    Drawings and cut-out things stand on a plain ground. Where each class is called by one character, the
    pictures are of characters, whatever their ground is.
    """
    if dataset.class_names and all(len(name) == 1 for name in dataset.class_names):
        return False
    chosen = np.linspace(0, len(dataset.images) - 1, min(SAMPLE, len(dataset.images))).astype(int)
    images = dataset.images[chosen].mean(axis=3)  # [n, H, W]
    edges = [images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]]
    border = np.concatenate(edges, axis=1)  # [n, 2H + 2W]
    is_near = np.abs(border - np.median(border, axis=1, keepdims=True)) < PLAIN_LEVELS
    return bool(np.mean(is_near.mean(axis=1) >= PLAIN_SHARE) < 0.5)


def remarks(count: int, augment: str) -> list[str]:
    """What a person should know before a run on `count` pictures begins: whole sentences.

    Args:
      augment: `TrainConfig.augment`.
    """
    told = []
    given, them = ("1 picture", "it") if count == 1 else (f"{count:,} pictures", "them")
    if augment != "none":  # which a model may bring along to many pictures (--init-from)
        changed = f"D sees real and fake alike changed at random: {augment.replace(',', ', ')}"
        few = f"{given} {'is' if count == 1 else 'are'} few, so {changed}."
        told.append(few if count < FEW else f"{changed}. {given} are enough without (augment=none).")
    if count < TOO_FEW:
        told.append(f"With {given} it can only learn to copy {them}; give it {TOO_FEW} or more.")
    return told
