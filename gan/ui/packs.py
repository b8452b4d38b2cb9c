"""Snapshots of runs as they are sent to the Train page: each is packed once, however many watch."""

import gzip
import json
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from safetensors.numpy import save

from gan.evaluation import sample_quality
from gan.live.controls import RANGES
from gan.live.monitor import JUDGED
from gan.live.session import Snapshot

DUEL = 8  # fakes that are shown beside as many real digits


class Packs:
    """The last pack of each run that is watched. Several threads of the server ask at once."""

    def __init__(self, is_kept: Callable[[str], bool]):
        """`is_kept`: whether there is still a run of this name; the packs of others are forgotten."""
        self._is_kept = is_kept
        self._lock = threading.Lock()
        self._packs: dict[str, tuple[int, bytes]] = {}  # by name: the snapshot's version, and its pack

    def of(self, name: str, snapshot: Snapshot) -> bytes:
        """The gzipped safetensors of a run's snapshot: see `_pack`."""
        with self._lock:
            version, content = self._packs.get(name, (-1, b""))
        if version == snapshot.version:
            return content
        content = gzip.compress(_pack(snapshot), 1)  # without the lock: nobody waits for another run's pack
        with self._lock:
            self._forget()
            if self._is_kept(name) and snapshot.version > self._packs.get(name, (-1, b""))[0]:
                self._packs[name] = snapshot.version, content
        return content

    def forget(self) -> None:
        """Drops the packs of runs that are gone."""
        with self._lock:
            self._forget()

    def __len__(self) -> int:
        return len(self._packs)

    def _forget(self) -> None:
        self._packs = {name: pack for name, pack in self._packs.items() if self._is_kept(name)}


def pace(snapshot: Snapshot) -> dict[str, Any]:
    """How far a run is and how fast, for JSON."""
    return {
        "step": snapshot.step,
        "seconds": round(snapshot.seconds, 1),
        "images": snapshot.step * snapshot.recipe.train.batch_size,
        "rate": round(snapshot.images_per_second),
    }


def _pack(snapshot: Snapshot) -> bytes:
    """A safetensors: pictures and curves as arrays, the rest as JSON in its metadata."""
    arrays = {"curve": np.array(snapshot.curve, np.float32)}
    arrays |= {f"past/{i}": np.array(curve, np.float32) for i, curve in enumerate(snapshot.past)}
    arrays["judgements"] = np.array(snapshot.judgements, np.float32).reshape(-1, 4).T.copy()
    if snapshot.view:
        view = snapshot.view
        arrays |= {"samples": view.samples, "fakes": view.fakes[:DUEL]}
        arrays |= {"fake_logits": view.fake_logits, "real_logits": view.real_logits}
        arrays |= {"copies": view.copies[:DUEL]}
    has_judged = snapshot.judgements or snapshot.past  # else it would be the first to need the test set
    metadata = {
        "version": snapshot.version,
        "status": snapshot.status,
        "message": snapshot.message,
        "recipe": snapshot.recipe.name,
        "loss": snapshot.recipe.train.loss,
        "classes": snapshot.recipe.model.classes,
        "batch": snapshot.recipe.train.batch_size,
        "hyper": {name: getattr(snapshot.hyper, name) for name in RANGES},
        "marks": [mark._asdict() for mark in snapshot.marks],
        "real_frechet": sample_quality.real_frechet(JUDGED) if has_judged else None,
        "frames": snapshot.frames,
        "states": snapshot.states,
        "weights": snapshot.weights.step if snapshot.weights else None,
        "diagnosis": snapshot.diagnosis._asdict(),
        **pace(snapshot),
    }
    return save(arrays, {"about": json.dumps(metadata)})
