"""Networks of visitors' runs as Explore opens them: each is measured once, and kept for a while."""

import hashlib
from functools import partial

import jax
import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from gan.data.datasets import Dataset
from gan.exploring import latent_map, page_model
from gan.networks.checkpoints import Model
from gan.networks.sampler import Sampler
from gan.ui.work_queue import WorkQueue

MAX_PAGES = 8  # that are kept, of 1 to 5 MB each


class PageModels:
    """Makes the page's files of networks, one at a time: a latent map takes both cores for about a second."""

    def __init__(self):
        self._queue = WorkQueue(threads=1)
        self._pages: dict[bytes, bytes] = {}  # by the networks' digest; replaced whole, never changed

    async def page(self, request: Request, model: Model, dataset: Dataset) -> bytes:
        """The page's file (`page_model.to_page_file`) of a model, with a quick latent map.

        Args:
          dataset: real pictures, whose logits the latent map compares with those of fakes.
        Raises:
          Busy, ClientDisconnect: as `WorkQueue.run` does.
        """
        digest = await run_in_threadpool(_digest, model)
        if digest in self._pages:
            return self._pages[digest]
        return await self._queue.run(request, partial(self._make, digest, model, dataset))

    def _make(self, digest: bytes, model: Model, dataset: Dataset) -> bytes:
        """The file; called in the queue's only thread."""
        if digest not in self._pages:  # another request, which was before this one, may have made it
            made = latent_map.make(Sampler(model), dataset, latent_map.QUICK)
            page = page_model.to_page_file(model, made)
            self._pages = dict([*self._pages.items(), (digest, page)][-MAX_PAGES:])
        return self._pages[digest]


def _digest(model: Model) -> bytes:
    """A hash of all that the file depends on.

    The step alone would not do: a run that went back reaches the same step with other networks.
    """
    digest = hashlib.blake2b(repr((model.recipe.model, model.metadata)).encode())
    for leaf in jax.tree.leaves((model.generator, model.discriminator)):
        digest.update(np.ascontiguousarray(leaf))
    return digest.digest()
