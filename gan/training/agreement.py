"""A run that several hosts begin together: they must have the same options, pictures, recipe and weights."""

import dataclasses
import zlib

import jax
import numpy as np

from gan.data.pictures import Progress
from gan.training import hosts
from gan.training.data_of_run import HELD_OUT
from gan.training.setup import Plan, TrainOptions, check_folder, plan

# What may differ between hosts: which of them it is, and where its files lie.
OWN_OPTIONS = {"out": None, "dataset": None, "host": None}


def plan_together(options: TrainOptions, progress: Progress | None = None) -> Plan:
    """`setup.plan` on each host. With one process, which is the usual case, it is no more than that.

    Args:
      progress: for `datasets.load_dataset`, on host 0.
    Raises:
      InputError: on every host, if one of them is refused, or is not like host 0.
    """
    hosts.check_equal({"options": dataclasses.replace(options, **OWN_OPTIONS)})
    with hosts.together():  # before a plan, where all hosts wait for the state that host 0 reads
        check_folder(options)
    with hosts.together():
        planned = plan(options, progress if hosts.is_first() else None)
    if hosts.count() > 1:
        weights = jax.tree.leaves(jax.device_get(planned.trainer.state))
        hosts.check_equal(
            {
                "pictures": planned.dataset.fingerprint(),
                "held-out pictures": planned.metadata.get(HELD_OUT),
                "recipe": planned.trainer.recipe,
                "number of devices": planned.metadata["devices"],
                "weights": [zlib.crc32(np.ascontiguousarray(each)) for each in weights],
            }
        )
    return planned
