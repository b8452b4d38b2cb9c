"""The named recipes."""

from gan.config import ModelConfig, Recipe, TrainConfig
from gan.errors import InputError

RECIPES = {
    # The article's own networks, made to work (README, "What the article's code gets wrong").
    "article": Recipe(
        "article",
        ModelConfig(
            z_dim=100,
            generator_channels=(256, 128),
            generator_kernels=(4, 7),
            batch_norm=True,
            discriminator_channels=(64, 128),
            discriminator_hidden=0,
            dropout=0.3,
            negative_slope=0.3,
            initializer="dcgan",
        ),
        TrainConfig(batch_size=16, generator_lr=2e-4, discriminator_lr=2e-4, beta1=0.5, beta2=0.999),
    ),
    # A lean pair for a CPU: many small steps, and a strong R1, which keeps D from running ahead.
    "fast": Recipe("fast", ModelConfig(), TrainConfig(r1_gamma=10.0)),
}


def get_recipe(name: str) -> Recipe:
    """The recipe of that name. Raises InputError, listing the names, if there is none."""
    if name not in tuple(RECIPES):  # in which a list can be sought too
        raise InputError(f"unknown recipe {name!r}; the recipes are {', '.join(RECIPES)}")
    return RECIPES[name]
