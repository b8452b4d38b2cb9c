"""Packs snapshots of runs for the Train page. Each is packed once for all who watch."""

import asyncio
import gzip
import json
from collections.abc import Callable
from typing import Any

import anyio
import numpy as np
from anyio.to_thread import run_sync
from safetensors.numpy import save

from gan.evaluation import sample_quality
from gan.live.controls import RANGES
from gan.live.monitor import QUALITY_SAMPLES
from gan.live.probe import DUEL
from gan.live.snapshot import Snapshot


class PackedSnapshots:
    """The last packed snapshot of each run. All its calls must come from one event loop."""

    def __init__(self, is_kept: Callable[[str], bool]):
        """`is_kept`: whether there is still a run of this name; what is packed of others is dropped."""
        self._is_kept = is_kept
        self._threads = anyio.CapacityLimiter(1)  # a thread of its own, so that no slow work is waited for
        self._packed: dict[str, tuple[int, asyncio.Future[bytes]]] = {}  # by name: the version, and its pack

    async def get(self, name: str, snapshot: Snapshot) -> bytes:
        """A run's snapshot, or a newer one, as a gzipped safetensors file: see `_pack`.

        It is packed in a thread, once for all who ask, also for those who ask while it is packed.
        """
        version, packing = self._packed.get(name, (-1, None))
        if packing is None or version < snapshot.version:
            self.drop_ended()
            packing = asyncio.ensure_future(run_sync(_pack_and_gzip, snapshot, limiter=self._threads))
            if self._is_kept(name):
                self._packed[name] = snapshot.version, packing
        return await asyncio.shield(packing)  # others wait for it too if this visitor hangs up

    def drop_ended(self) -> None:
        """Drops the snapshots of runs that are over."""
        self._packed = {name: packed for name, packed in self._packed.items() if self._is_kept(name)}

    def __len__(self) -> int:
        return len(self._packed)


def progress(snapshot: Snapshot) -> dict[str, Any]:
    """How far a run is and how fast, for JSON."""
    return {
        "step": snapshot.step,
        "seconds": round(snapshot.seconds, 1),
        "images": snapshot.step * snapshot.recipe.train.batch_size,
        "rate": round(snapshot.images_per_second),
    }


def _pack_and_gzip(snapshot: Snapshot) -> bytes:
    return gzip.compress(_pack(snapshot), 1)


def _pack(snapshot: Snapshot) -> bytes:
    """A safetensors file: pictures and curves as arrays, the rest as JSON in its metadata."""
    arrays = {"curve": snapshot.curve.array()}  # [8, P]
    arrays |= {f"past/{i}": curve.array() for i, curve in enumerate(snapshot.previous_curves)}
    arrays["qualities"] = np.array(snapshot.qualities, np.float32).reshape(-1, 4).T.copy()  # [4, Q]
    if snapshot.samples:
        samples = snapshot.samples
        arrays |= {"samples": samples.samples, "fakes": samples.fakes[:DUEL]}
        arrays |= {"fake_logits": samples.fake_logits, "real_logits": samples.real_logits}
        arrays |= {"copies": samples.reconstructions[:DUEL]}
    has_quality = snapshot.qualities or snapshot.previous_curves
    is_measured = snapshot.is_read and has_quality  # else this would first read the test set
    metadata = {
        "version": snapshot.version,
        "status": snapshot.status,
        "message": snapshot.message,
        "recipe": snapshot.recipe.name,
        "loss": snapshot.recipe.train.loss,
        "classes": snapshot.recipe.model.classes,
        "batch": snapshot.recipe.train.batch_size,
        "hyper": {name: getattr(snapshot.hyper, name) for name in RANGES},
        "events": [event._asdict() for event in snapshot.events],
        "dataset": snapshot.dataset,
        "class_names": snapshot.class_names,
        "is_read": snapshot.is_read,
        "real_frechet": sample_quality.real_frechet(QUALITY_SAMPLES) if is_measured else None,
        "frames": snapshot.frames,
        "states": snapshot.states,
        "weights": snapshot.weights.step if snapshot.weights else None,
        "diagnosis": snapshot.diagnosis._asdict(),
        **progress(snapshot),
    }
    return save(arrays, {"snapshot": json.dumps(metadata)})
