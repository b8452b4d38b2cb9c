"""Options as older files and commands name them."""

from typing import Any

RENAMED = {  # names of options in older files and commands -> their names now
    "hidden": "latent_classes",
    "sharpness": "latent_class_inverse_temperature",
    "uniform": "latent_prior",
    "spread": "sampling_scale",
    "leak": "negative_slope",
    "penalty_end": "final_gamma_fraction",
    "r1": "r1_gamma",
    "r2": "r2_gamma",
    "gradient_penalty": "gp_weight",
    "diversity": "mode_seeking_weight",
    "mismatch": "wrong_label_weight",
    "--begin-with": "--init-from",
    "--digits": "--conditional",
}


def with_names_of_today(options: dict[str, Any]) -> dict[str, Any]:
    """The options of a recipe in an older file, by the names that they have now."""
    options = {RENAMED.get(name, name): value for name, value in options.items()}
    if isinstance(options.get("latent_prior"), bool):  # it was uniform: true or false
        options["latent_prior"] = "uniform" if options["latent_prior"] else "normal"
    return options
