"""D's logits on real pictures, which a model's metadata keep: they say what a logit on another picture means.

A bare logit says nothing. Among those of real pictures it becomes "more real than 70 of 100 real pictures",
and nobody needs the data set to say so.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

KEY = "real_logits"  # of the metadata
PICTURES = 2000  # validation pictures that are looked at
PERCENTS = np.arange(0, 101, 5)  # the percentiles that are kept, for each class
MAX_LENGTH = 1_000_000  # letters of the text: a checkpoint's author is unknown


def to_text(logits: np.ndarray, labels: np.ndarray | None, classes: int) -> str:
    """Percentiles of D's logits on real pictures, as one line for the metadata.

    Args:
      logits: [N], N ≥ 1.
      labels: [N]; of a conditional model only.
      classes: of the model; 0: it is unconditional.
    """
    groups = by_class(logits, labels, classes)
    rows = [[float(f"{value:.4g}") for value in np.percentile(group, PERCENTS)] for group in groups]
    return json.dumps(rows)


def by_class(logits: np.ndarray, labels: np.ndarray | None, classes: int) -> list[np.ndarray]:
    """The logits of each class's pictures, `max(classes, 1)` arrays; a class without pictures has all.

    Args: as `to_text`.
    """
    groups = [logits[labels == label] for label in range(classes)] if classes else [logits]
    return [group if len(group) else logits for group in groups]


def percentiles_of(metadata: Mapping[str, Any], classes: int) -> np.ndarray | None:
    """The percentiles 0…100 of D's logits on real pictures, float32 [max(classes, 1), 101].

    Between those that are kept they are interpolated. None: the metadata have none, as older files, or wrong
    ones.
    """
    text = str(metadata.get(KEY, ""))
    try:
        rows = np.array(json.loads(text[:MAX_LENGTH]), np.float64)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    fits = rows.shape == (max(classes, 1), len(PERCENTS)) and np.isfinite(rows).all()
    if not fits or (np.diff(rows, axis=1) < 0).any():
        return None
    return np.array([np.interp(np.arange(101), PERCENTS, row) for row in rows], np.float32)


def percent_below(percentiles: np.ndarray, logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """How many of 100 real pictures, of the same class if there are classes, have a lower logit: int32 [N].

    Args:
      percentiles: as `percentiles_of` returns them.
      logits: [N].
      labels: int [N]; an unconditional model has one scale, whatever they are.
    """
    rows = np.zeros(len(logits), int) if len(percentiles) == 1 else labels
    pairs = zip(rows, logits, strict=True)
    found = [np.searchsorted(percentiles[row], logit) for row, logit in pairs]
    return np.minimum(found, 100).astype(np.int32)
