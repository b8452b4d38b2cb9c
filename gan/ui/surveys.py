"""Networks of visitors' runs as Explore opens them: surveyed once, and kept for whoever asks for the same."""

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
from gan.ui.desk import Desk

KEPT = 8  # pages, of 1 to 5 MB each


class Surveys:
    """Makes the pages, one at a time: a survey takes both cores for a second or so."""

    def __init__(self, dataset: Dataset):
        """`dataset`: real pictures for D to judge."""
        self._dataset = dataset
        self._desk = Desk(at_once=1)
        self._pages: dict[bytes, bytes] = {}  # by the networks' digest; replaced whole, never changed

    async def page(self, request: Request, model: Model) -> bytes:
        """The page's file (`to_page_file`) of a model, with a quick survey. Raises as `Desk.do` does."""
        digest = await run_in_threadpool(_digest, model)
        if digest in self._pages:
            return self._pages[digest]
        return await self._desk.do(request, partial(self._make, digest, model))

    def _make(self, digest: bytes, model: Model) -> bytes:
        """In the desk's only thread."""
        if digest not in self._pages:  # somebody else's request may have made it meanwhile
            page = page_model.to_page_file(
                model, latent_map.make(Sampler(model), self._dataset, latent_map.QUICK)
            )
            self._pages = dict([*self._pages.items(), (digest, page)][-KEPT:])
        return self._pages[digest]


def _digest(model: Model) -> bytes:
    """Of all that a page depends on. A run that went back meets a step twice, with other networks."""
    digest = hashlib.blake2b(repr((model.recipe.model, model.metadata)).encode())
    for leaf in jax.tree.leaves((model.generator, model.discriminator)):
        digest.update(np.ascontiguousarray(leaf))
    return digest.digest()
