"""Which options of training go together, and what to do where they do not."""

from typing import Any

from gan.errors import require

BCE_LOSSES = ("minimax", "non-saturating", "dragan", "as-printed")  # σ(D(x)) is a probability
GP_LOSSES = ("wasserstein-gp", "dragan")  # they come with a gradient penalty of their own


def check(train: Any) -> None:
    """Raises InputError, naming the options, if those of a `gan.config.TrainConfig` do not go together."""
    _check_gradient_penalties(train)
    _check_weight_clip(train)
    _check_decay(train)
    for name in ("label_smoothing", "wrong_label_weight"):
        require(
            train.loss in BCE_LOSSES or getattr(train, name) == 0,
            f"{name} needs a loss with labels ({', '.join(BCE_LOSSES)}), not loss={train.loss}",
        )
    require(
        train.optimizer == "adam" or train.beta1 == 0,
        "beta1 is Adam's, and optimizer=rmsprop has none; set beta1=0",
    )


def _check_gradient_penalties(train: Any) -> None:
    if train.loss in GP_LOSSES:
        require(train.gp_weight > 0, f"loss={train.loss} is nothing without its gp_weight; set gp_weight=10")
        require(
            train.r1_gamma == 0 and train.r2_gamma == 0,
            f"loss={train.loss} pulls D's slope to 1 and R1 and R2 pull it to 0; set r1_gamma=0 r2_gamma=0",
        )
    else:
        require(train.gp_weight == 0, f"gp_weight is for loss={' and loss='.join(GP_LOSSES)}; set r1_gamma")


def _check_weight_clip(train: Any) -> None:
    if train.weight_clip > 0:
        require(
            train.r1_gamma == 0 and train.r2_gamma == 0,
            "weight_clip and R1 or R2 both bound D; choose one (weight_clip=0, or r1_gamma=0 r2_gamma=0)",
        )
        require(train.loss == "wasserstein", f"weight_clip goes with loss=wasserstein, not loss={train.loss}")


def _check_decay(train: Any) -> None:
    require(
        train.decay_steps == 0 or train.steps <= train.decay_steps,
        f"with decay_steps={train.decay_steps} the learning rates are 0 long before steps={train.steps}",
    )
    if train.final_gamma_fraction < 1:
        require(
            train.r1_gamma > 0 or train.r2_gamma > 0,
            "final_gamma_fraction is a share of r1_gamma and r2_gamma; set one of them too",
        )
        require(train.decay_steps > 0, "final_gamma_fraction is reached at decay_steps; set decay_steps too")
