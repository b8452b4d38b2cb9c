"""A model as one file for the page, where `gan/web/engine/model.js` runs it in the browser.

The page knows nothing of normalisation: it is folded into the weights, batch normalisation by its running
statistics and spectral normalisation by its last estimate. Large kernels become float16, which takes half the
bytes and makes the same images to one grey level of 255.
"""

import dataclasses
import json

import jax
import numpy as np
from flax import traverse_util
from safetensors.numpy import save

from gan.config import ModelConfig
from gan.exploring.latent_map import LatentMap
from gan.exploring.subjects import subject_of
from gan.networks import checkpoints
from gan.networks.checkpoints import Model
from gan.networks.networks import Variables

FORMAT = "forger-page"
BATCH_NORM_EPSILON = 1e-5  # the ε of flax's BatchNorm
# Arrays of more numbers become float16. In a mapping's small kernels that would cost up to three grey levels.
MAX_FLOAT32_SIZE = 20_000


def fold_normalisation(
    config: ModelConfig, generator: Variables, discriminator: Variables
) -> tuple[ModelConfig, dict]:
    """Two networks without normalisation that compute the same as these in use (with `train=False`).

    Returns:
      Their config, and their weights {"generator": …, "discriminator": …}, without statistics.
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
    params, running = generator["params"], generator["batch_stats"]
    folded = {name: layer for name, layer in params.items() if not name.startswith("BatchNorm")}
    convolutions = [f"Conv_{i}" for i in range(len(config.generator_channels) - 1)]  # all but the last
    for i, name in enumerate([f"Dense_{config.mapping_layers}", *convolutions]):
        norm, stats, layer = params[f"BatchNorm_{i}"], running[f"BatchNorm_{i}"], params[name]
        scale = norm["scale"] / np.sqrt(stats["var"] + BATCH_NORM_EPSILON)
        folded[name] = {
            "kernel": layer["kernel"] * scale,
            "bias": (layer["bias"] - stats["mean"]) * scale + norm["bias"],
        }
    return folded


def _fold_spectral_norm(discriminator: Variables) -> Variables:
    """Each kernel divided by its largest singular value, which flax estimates by one more power step."""
    params = traverse_util.flatten_dict(discriminator["params"], sep="/")
    for name, u in traverse_util.flatten_dict(discriminator["batch_stats"], sep="/").items():
        _, layer = name.split("/", 1)  # "SpectralNorm_0/Conv_0/kernel/u"
        if layer.endswith("/u"):
            kernel = params[layer.removesuffix("/u")]
            matrix = kernel.reshape(-1, kernel.shape[-1])
            v = u @ matrix.T
            if v.any():  # a kernel of zeros, as residual layers begin with, stays as it is
                params[layer.removesuffix("/u")] = kernel / np.linalg.norm(v / np.linalg.norm(v) @ matrix)
    return traverse_util.unflatten_dict(params, sep="/")


def to_page_file(model: Model, latent_map: LatentMap | None) -> bytes:
    """The content of the page's file: a safetensors of weights, and of the latent map's arrays.

    The metadata hold the networks' config and the names of the directions, as JSON.

    Args:
      latent_map: None for a page that has one already, and gets newer weights only.
    """
    config, weights = fold_normalisation(model.recipe.model, model.generator, model.discriminator)
    arrays = {
        name: value.astype(np.float16 if value.size > MAX_FLOAT32_SIZE else np.float32)
        for name, value in traverse_util.flatten_dict(weights, sep="/").items()
    }
    if latent_map:
        arrays |= {f"latent_map/{name}": array for name, array in latent_map.page_arrays().items()}
    metadata = {
        "format": FORMAT,
        "model": json.dumps(dataclasses.asdict(config)),
        "names": json.dumps(latent_map.names() if latent_map else []),
        **metadata_for_page(model.metadata, latent_map),
    }
    return save(arrays, metadata)


def metadata_for_page(metadata: dict[str, str], latent_map: LatentMap | None) -> dict[str, str]:
    """What the page needs of a checkpoint's metadata, and what to call its pictures.

    A path, which old checkpoints may hold, is cut off.
    """
    metadata = checkpoints.without_paths(metadata)
    subject = subject_of(metadata)
    named = {"class_names": metadata["class_names"]} if "class_names" in metadata else {}
    kind = {"kind": "drawings" if latent_map.is_of_drawings else "pictures"} if latent_map else {}
    return {
        "dataset": metadata.get("dataset", ""),
        "step": metadata.get("step", ""),
        "singular": subject.singular,
        "plural": subject.plural,
        **kind,
        **named,
    }
