"""Numbers of any type as grey levels."""

import numpy as np

from gan.errors import InputError


def to_levels(array: np.ndarray, name: str) -> np.ndarray:
    """An array of pixels as uint8 in 0–255, scaled by its type, or by the range that its numbers have.

    Numbers in 0–1 and in −1–1 are scaled, those in 0–255 are not; 16 bits are scaled by 65535.
    Raises InputError for any other range or type.
    """
    kind = array.dtype.kind
    if kind not in "biuf":
        raise InputError(f"{name}: of type {array.dtype}, expected numbers")
    low, high = array.min(), array.max()
    if kind == "u" and array.dtype.itemsize == 2 and high > 255:
        return np.round(array / 257.0).astype(np.uint8)
    if not (np.isfinite(low) and np.isfinite(high)):
        raise InputError(f"{name}: numbers that are not finite, expected 0–255, 0–1 or −1–1")
    if low >= 0 and high <= 1:
        return np.round(array * 255.0).astype(np.uint8)
    if low >= 0 and high <= 255:
        return array if array.dtype == np.uint8 else np.round(array).astype(np.uint8)
    if low >= -1 and high <= 1:
        return np.round((array + 1) * 127.5).astype(np.uint8)
    raise InputError(f"{name}: numbers from {low} to {high}, expected 0–255, 0–1 or −1–1")
