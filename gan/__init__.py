"""Forger: a GAN that learns to forge pictures. These six names are all that a program needs.

    load_model      a trained model from its file
    Sampler         draws pictures with a trained model
    load_dataset    a data set by its name, or from a folder
    get_recipe      one of the named recipes
    Recipe          two networks and how they are trained
    Trainer         trains them, in chunks of steps

The folders, each of which imports only from those above it:

    options, combinations,           how an option is declared, which of them go together,
    stages                           what follows from the size of a picture,
    config, recipes, older_files     what can be set and to what, named sets of it, and its older names
    errors, temporary, cache         the one error for users; files that are not kept, and others that are
    data/           any data set as one checked array of pictures
    networks/       what a trained model is: layers, the two networks, latents, checkpoints, sampler
    training/       losses, penalties, the batch, the step, the trainer, the run's folder
    evaluation/     how good samples are: metrics, a feature network for each data set, held-out figures
    exploring/      what Explore asks of a model: directions, inversion, a map, the file for the page
    live/           visitors' training runs on a server: sessions, limits, history, diagnosis, failures
    web/            the page, in plain JavaScript, and the files that it is made of
    ui/             the Gradio app, the only folder that imports gradio
    cli/            one file a command of `python -m gan`, and what app.py and train.py say and are told
"""

import jax

from gan.config import Recipe
from gan.data.datasets import load_dataset
from gan.networks.checkpoints import load_model
from gan.networks.sampler import Sampler
from gan.recipes import get_recipe
from gan.training.trainer import Trainer

__all__ = ["Recipe", "Sampler", "Trainer", "get_recipe", "load_dataset", "load_model"]

# NVIDIA cards and TPUs would round the factors of float32 products to 10 or 7 binary digits (TF32, bfloat16).
# Here `precision` says what is rounded, and means the same on every machine.
if jax.config.jax_default_matmul_precision is None:
    jax.config.update("jax_default_matmul_precision", "highest")
