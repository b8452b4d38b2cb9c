"""A model as one file for the page: `gan/web/engine/model.js` runs it in the browser.

What the page need not know is folded into the weights: batch normalisation by its running statistics,
spectral normalisation by its last estimate. Large kernels become float16: half the bytes, and the
same pictures to one grey level of 255.
"""

import dataclasses
import json

import jax
import numpy as np
from flax import traverse_util
from safetensors.numpy import save

from gan.config import ModelConfig
from gan.exploring.directions import Survey
from gan.networks import checkpoints
from gan.networks.checkpoints import Model
from gan.networks.networks import Variables

FORMAT = "forger-page"
EPSILON = 1e-5  # of flax's BatchNorm
LARGE = 20_000  # numbers; in a mapping's small kernels halves would cost up to three grey levels
PAGE_ARRAYS = ("directions", "logits", "places", "digits", "scores")  # of the survey


def fold(config: ModelConfig, generator: Variables, discriminator: Variables) -> tuple[ModelConfig, dict]:
    """The same two networks without normalisation.

    Returns:
      their config, and the weights {"generator": …, "discriminator": …} without statistics.
    """
    plain = dataclasses.replace(config, batch_norm=False, spectral_norm=False)
    generator, discriminator = (jax.tree.map(np.asarray, network) for network in (generator, discriminator))
    weights = {
        "generator": _fold_batch_norm(config, generator) if config.batch_norm else generator["params"],
        "discriminator": _fold_spectral_norm(discriminator)
        if config.spectral_norm
        else discriminator["params"],
    }
    return plain, weights


def _fold_batch_norm(config: ModelConfig, generator: Variables) -> Variables:
    """BN(x · w + b) = x · (w · s) + (b − mean) · s + shift, with s = scale / √(var + ε)."""
    params, statistics = generator["params"], generator["batch_stats"]
    folded = {name: layer for name, layer in params.items() if not name.startswith("BatchNorm")}
    for i, name in enumerate((f"Dense_{config.mapping_layers}", "Conv_0")):
        norm, seen, layer = params[f"BatchNorm_{i}"], statistics[f"BatchNorm_{i}"], params[name]
        scale = norm["scale"] / np.sqrt(seen["var"] + EPSILON)
        folded[name] = {
            "kernel": layer["kernel"] * scale,
            "bias": (layer["bias"] - seen["mean"]) * scale + norm["bias"],
        }
    return folded


def _fold_spectral_norm(discriminator: Variables) -> Variables:
    """Each kernel divided by the estimate of its largest singular value that flax makes when it is used."""
    params = traverse_util.flatten_dict(discriminator["params"], sep="/")
    for name, u in traverse_util.flatten_dict(discriminator["batch_stats"], sep="/").items():
        _, layer = name.split("/", 1)  # "SpectralNorm_0/Conv_0/kernel/u"
        if layer.endswith("/u"):
            kernel = params[layer.removesuffix("/u")]
            matrix = kernel.reshape(-1, kernel.shape[-1])
            v = u @ matrix.T
            params[layer.removesuffix("/u")] = kernel / np.linalg.norm(v / np.linalg.norm(v) @ matrix)
    return traverse_util.unflatten_dict(params, sep="/")


def for_page(model: Model, survey: Survey | None) -> bytes:
    """The file: a safetensors of weights and of the survey's arrays.

    The metadata hold the networks' config and the survey's words, as JSON. Without a survey: weights in
    the place of those that the page has.
    """
    config, weights = fold(model.recipe.model, model.generator, model.discriminator)
    arrays = {
        name: value.astype(np.float16 if value.size > LARGE else np.float32)
        for name, value in traverse_util.flatten_dict(weights, sep="/").items()
    }
    if survey:
        arrays |= {f"survey/{name}": getattr(survey, name) for name in PAGE_ARRAYS}
    metadata = {
        "format": FORMAT,
        "model": json.dumps(dataclasses.asdict(config)),
        "names": json.dumps(survey.names() if survey else []),
        **metadata_for_page(model.metadata),
    }
    return save(arrays, metadata)


def metadata_for_page(metadata: dict[str, str]) -> dict[str, str]:
    """Of a checkpoint's metadata, what the page needs; an old checkpoint's may hold a path of its machine."""
    metadata = checkpoints.public(metadata)
    return {name: metadata.get(name, "") for name in ("dataset", "step")}
