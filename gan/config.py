"""What a run is made of: frozen dataclasses.

Every field can be set from the command line (`--set generator_lr=1e-3`) and is written into the
checkpoint. Combinations that make no sense are refused by name in `Recipe.validate`.
"""

import dataclasses
import json
import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from gan.errors import InputError

LOSSES = (
    "minimax",
    "non-saturating",
    "least-squares",
    "hinge",
    "wasserstein",
    "wasserstein-gp",
    "dragan",
    "relativistic",
    "as-printed",
)
PRECISIONS = ("auto", "float32", "bfloat16")
BCE_LOSSES = (
    "minimax",
    "non-saturating",
    "dragan",
    "as-printed",
)  # D(x) is a probability; labels can be smoothed
GP_LOSSES = ("wasserstein-gp", "dragan")  # these losses come with their own gradient penalty
OPTIONAL_TERMS = (  # left out of a compiled step, at no cost, where they are zero
    "decay_steps",
    "r1_gamma",
    "r2_gamma",
    "gp_weight",
    "weight_clip",
    "label_smoothing",
    "instance_noise",
    "mode_seeking_weight",
    "wrong_label_weight",
)
WIDEST, DEEPEST, LARGEST = 4096, 32, 28  # of layers, of the mapping, of kernels: a file may be a stranger's


RENAMED = {  # options as files and commands of before called them -> their names now
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
}


def with_names_of_today(options: dict[str, Any]) -> dict[str, Any]:
    """The options of a recipe in an older file, by the names that they have now."""
    options = {RENAMED.get(name, name): value for name, value in options.items()}
    if isinstance(options.get("latent_prior"), bool):  # it was uniform: true or false
        options["latent_prior"] = "uniform" if options["latent_prior"] else "normal"
    return options


@dataclass(frozen=True)
class ModelConfig:
    """The two networks. All that decides the shape of a weight is here."""

    z_dim: int = 64
    classes: int = 0  # 0: unconditional; else G and D are told the class
    latent_classes: int = 0  # classes that G chooses by the last numbers of z, and of which only D is told
    latent_class_inverse_temperature: float = (
        10.0  # of that choice: softmax(latent_class_inverse_temperature · z)
    )
    channels: int = 1  # of the picture
    latent_prior: str = "normal"  # or "uniform": z's numbers are made uniform first, and have no tails
    sampling_scale: float = (
        1.0  # of z when samples are drawn, beside that in training: wider is more varied, less sure
    )
    mapping_layers: int = 0  # fully connected ones that z goes through first (StyleGAN's mapping)
    mapping_width: int = 128
    generator_channels: tuple[int, int] = (64, 32)  # at 7×7 and 14×14
    generator_kernels: tuple[int, int] = (4, 4)  # of the two stride-2 layers
    batch_norm: bool = False  # in the generator
    batch_norm_momentum: float = 0.8
    discriminator_channels: tuple[int, int] = (16, 32)  # at 14×14 and 7×7
    discriminator_hidden: int = 128  # 0: straight to the logit
    dropout: float = 0.0  # in the discriminator
    spectral_norm: bool = False  # of the discriminator
    packing: int = 1  # pictures that D judges together (PacGAN)
    negative_slope: float = 0.2  # slope of LeakyReLU below zero
    initializer: str = "he"  # or "dcgan": normal(0, 0.02)

    @property
    def label_classes(self) -> int:
        """The classes that D knows of."""
        return self.classes or self.latent_classes


@dataclass(frozen=True)
class TrainConfig:
    """The game. Those that are also in `Hyperparams` can be moved while a run is under way."""

    loss: str = "non-saturating"
    batch_size: int = 32
    steps: int = 50_000
    precision: str = "auto"  # of the factors of products: bfloat16 where that is faster, else float32
    generator_lr: float = 2e-3
    discriminator_lr: float = 2e-3
    decay_steps: int = 0  # learning rates fall along a cosine to 0 at this step; 0: never
    beta1: float = 0.0
    beta2: float = 0.99
    final_gamma_fraction: float = (
        1.0  # the share of r1 and r2 that is left at decay_steps, on the same cosine
    )
    r1_gamma: float = 0.0  # γ of ½γ E‖∇D(real)‖²
    r2_gamma: float = 0.0  # γ of ½γ E‖∇D(fake)‖²
    gp_weight: float = 0.0  # λ of λ E(‖∇D‖ − 1)², for wasserstein-gp and dragan
    weight_clip: float = 0.0  # bound on each weight of D, for wasserstein
    ema_decay: float = 0.999  # of the averaged generator, after its warm-up; 0: no average
    label_smoothing: float = 0.0  # real labels are 1 − this, one-sided
    instance_noise: float = 0.0  # standard deviation, on pictures in −1…1
    mode_seeking_weight: float = (
        0.0  # weight of the distance between two fakes of a class, which G makes large
    )
    wrong_label_weight: float = 0.0  # weight of real pictures with a wrong label, which D takes for fakes


class Hyperparams(NamedTuple):
    """The numbers that are traced: moving one never recompiles a step.

    Except that one of `SWITCHES` that is zero when a step is compiled is left out of it.
    """

    generator_lr: float
    discriminator_lr: float
    decay_steps: float
    final_gamma_fraction: float
    beta1: float
    beta2: float
    r1_gamma: float
    r2_gamma: float
    gp_weight: float
    weight_clip: float
    ema_decay: float
    label_smoothing: float
    instance_noise: float
    mode_seeking_weight: float
    wrong_label_weight: float


@dataclass(frozen=True)
class Recipe:
    """A name, two networks and a game."""

    name: str
    model: ModelConfig
    train: TrainConfig

    @property
    def hyper(self) -> Hyperparams:
        return Hyperparams(*(float(getattr(self.train, name)) for name in Hyperparams._fields))

    @property
    def program(self) -> "Recipe":
        """What a compiled step depends on: this recipe without its name and the numbers of `Hyperparams`."""
        numbers = {
            name: float(name in OPTIONAL_TERMS and getattr(self.train, name) > 0)
            for name in Hyperparams._fields
        }
        return Recipe("", self.model, dataclasses.replace(self.train, steps=0, **numbers))

    def replace(self, **options: Any) -> "Recipe":
        """This recipe with some fields of its two configs changed, validated.

        Raises:
          InputError: no such option, a value of the wrong kind, or a combination without sense.
        """
        model, train = self.model, self.train
        for name, value in options.items():
            if name in RENAMED:
                raise InputError(f"option {name!r} is called {RENAMED[name]!r} now")
            if name in _fields(ModelConfig):
                model = dataclasses.replace(model, **{name: _cast(ModelConfig, name, value)})
            elif name in _fields(TrainConfig):
                train = dataclasses.replace(train, **{name: _cast(TrainConfig, name, value)})
            else:
                known = ", ".join([*_fields(ModelConfig), *_fields(TrainConfig)])
                raise InputError(f"unknown option {name!r}; the options are {known}")
        recipe = Recipe(self.name, model, train)
        recipe.validate()
        return recipe

    def validate(self) -> None:
        """Raises InputError, naming the fields, for values or combinations that make no sense."""
        for errors in (_range_errors, _clashes):  # the second may count on the ranges: it divides by packing
            for wrong, message in errors(self.model, self.train):
                if wrong:
                    raise InputError(f"recipe {self.name!r}: {message}")

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @staticmethod
    def from_json(text: str) -> "Recipe":
        """Inverse of `to_json`. Raises InputError for anything else."""
        try:
            fields = json.loads(text)
            base = Recipe(str(fields["name"]), ModelConfig(), TrainConfig())
            return base.replace(**with_names_of_today({**fields["model"], **fields["train"]}))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(f"not a recipe of this version: {error}") from error


def _range_errors(model: ModelConfig, train: TrainConfig) -> list[tuple[bool, str]]:
    channels = (model.channels, *model.generator_channels, *model.discriminator_channels)
    widths = (
        model.z_dim,
        model.label_classes,
        model.mapping_width,
        model.discriminator_hidden,
        model.packing,
    )
    rates = (train.generator_lr, train.discriminator_lr)
    weights = (
        train.r1_gamma,
        train.r2_gamma,
        train.gp_weight,
        train.weight_clip,
        train.instance_noise,
        train.mode_seeking_weight,
        train.wrong_label_weight,
    )
    shares = (train.beta1, train.beta2, train.ema_decay, train.label_smoothing)
    return [
        (
            min(model.z_dim, model.mapping_width, *channels) < 1,
            "z_dim, mapping_width and all channels must be at least 1",
        ),
        (min(model.generator_kernels) < 2, "generator_kernels must be at least 2, their layers' stride"),
        (
            min(model.discriminator_hidden, model.classes, model.latent_classes, model.mapping_layers) < 0,
            "sizes cannot be negative",
        ),
        (max(*widths, *channels) > WIDEST, f"sizes of layers, classes and packs are at most {WIDEST}"),
        (model.mapping_layers > DEEPEST, f"mapping_layers must be at most {DEEPEST}"),
        (max(model.generator_kernels) > LARGEST, f"generator_kernels must be at most {LARGEST}, the picture"),
        (model.channels not in (1, 3), "channels is 1 (grey) or 3 (colours)"),
        (not 0 < model.sampling_scale <= 2, "sampling_scale must be above 0 and at most 2"),
        (
            1 in (model.classes, model.latent_classes),
            "classes and latent_classes are 0 (unconditional) or at least 2",
        ),
        (model.latent_classes >= model.z_dim, "latent classes take the last numbers of z; make z_dim larger"),
        (model.latent_class_inverse_temperature <= 0, "latent_class_inverse_temperature must be above 0"),
        (not 0 <= model.dropout <= 0.99, "dropout must be from 0 to 0.99"),
        (not 0 <= model.negative_slope < 1, "negative_slope must be at least 0 and below 1"),
        (not 0 <= model.batch_norm_momentum < 1, "batch_norm_momentum must be at least 0 and below 1"),
        (model.initializer not in ("he", "dcgan"), "initializer is 'he' or 'dcgan'"),
        (model.latent_prior not in ("normal", "uniform"), "latent_prior is 'normal' or 'uniform'"),
        (model.packing < 1, "packing must be at least 1"),
        (train.loss not in LOSSES, f"unknown loss {train.loss!r}; the losses are {', '.join(LOSSES)}"),
        (train.precision not in PRECISIONS, f"precision is one of {', '.join(PRECISIONS)}"),
        (train.batch_size < 1 or train.steps < 1, "batch_size and steps must be at least 1"),
        (min(rates) < 0 or min(weights) < 0, "learning rates, penalty weights and noise cannot be negative"),
        (
            not all(0 <= share < 1 for share in shares),
            "betas, ema_decay and label_smoothing must be in [0, 1)",
        ),
        (train.decay_steps < 0, "decay_steps cannot be negative"),
        (not 0 <= train.final_gamma_fraction <= 1, "final_gamma_fraction is a share, from 0 to 1"),
        (max(train.steps, train.decay_steps, train.batch_size) >= 2**31, "steps and sizes stay below 2³¹"),
    ]


def _clashes(model: ModelConfig, train: TrainConfig) -> list[tuple[bool, str]]:
    one_centered_gp = train.loss in GP_LOSSES
    return [
        (
            one_centered_gp and not train.gp_weight,
            f"loss={train.loss} is nothing without its gp_weight; set gp_weight=10",
        ),
        (
            bool(train.gp_weight) and not one_centered_gp,
            f"gp_weight belongs to wasserstein-gp and dragan; with loss={train.loss} use r1 or r2",
        ),
        (
            one_centered_gp and bool(train.r1_gamma or train.r2_gamma),
            f"loss={train.loss} pulls D's slope to 1 and r1/r2 pull it to 0; set r1_gamma=0 r2_gamma=0",
        ),
        (
            train.loss == "wasserstein" and not (train.weight_clip or model.spectral_norm or train.r1_gamma),
            "loss=wasserstein needs a bounded D; set weight_clip=0.01 (or spectral_norm=true, or r1)",
        ),
        (
            bool(train.weight_clip) and bool(train.r1_gamma or train.r2_gamma),
            "weight_clip and r1/r2 both bound D; choose one (weight_clip=0, or r1_gamma=0 r2_gamma=0)",
        ),
        (
            0 < train.decay_steps < train.steps,
            f"with decay_steps={train.decay_steps} the learning rates are 0 long before steps={train.steps}",
        ),
        (
            train.final_gamma_fraction < 1 and not (train.r1_gamma or train.r2_gamma),
            "final_gamma_fraction is the share of r1 and r2 that is left at decay_steps; set r1 or r2 too",
        ),
        (
            train.final_gamma_fraction < 1 and not train.decay_steps,
            "final_gamma_fraction is reached at decay_steps; set decay_steps too",
        ),
        (
            bool(train.weight_clip) and train.loss != "wasserstein",
            f"weight_clip belongs to loss=wasserstein, not to loss={train.loss}",
        ),
        (
            bool(train.weight_clip) and model.spectral_norm,
            "weight_clip and spectral_norm both bound D's weights; choose one",
        ),
        (
            bool(train.label_smoothing) and train.loss not in BCE_LOSSES,
            f"label_smoothing needs a loss with labels ({', '.join(BCE_LOSSES)}), not loss={train.loss}",
        ),
        (
            bool(train.wrong_label_weight) and train.loss not in BCE_LOSSES,
            f"wrong_label_weight needs a loss with labels ({', '.join(BCE_LOSSES)}), not loss={train.loss}",
        ),
        (
            bool(train.wrong_label_weight) and not model.label_classes,
            "wrong_label_weight shows D wrong labels, and here there are none; use --conditional",
        ),
        (
            model.classes > 0 and model.latent_classes > 0,
            "classes are chosen by whoever asks, and latent_classes by z; use one of them",
        ),
        (
            model.packing > 1 and model.label_classes > 0,
            "packing shows D several pictures as one, and a pack has no class; use packing or digits",
        ),
        (
            train.batch_size % model.packing != 0,
            f"batch_size={train.batch_size} does not divide into packs of {model.packing}",
        ),
    ]


def _fields(config: type) -> dict[str, Any]:
    return {field.name: field.default for field in dataclasses.fields(config)}


def _cast(config: type, name: str, value: Any) -> Any:
    """`value`, perhaps as typed on a command line, as the type of the field's default."""
    kind = type(_fields(config)[name])
    try:
        if kind is tuple:
            parts = value.split(",") if isinstance(value, str) else value
            first, second = (_whole(part) for part in parts)
            return (first, second)
        if kind is bool and isinstance(value, str):
            return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[
                value.lower()
            ]
        number = _whole(value) if kind is int else kind(value)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        wanted = {
            tuple: "two whole numbers, as 64,32",
            bool: "true or false",
            int: "a whole number",
            float: "a number",
        }
        raise InputError(f"{name}={value}: expected {wanted.get(kind, 'a word')}") from None
    if kind is float and not math.isfinite(number):
        raise InputError(f"{name}={value}: expected a number")
    return number


def _whole(value: Any) -> int:
    if isinstance(value, float) and value != int(value):
        raise ValueError
    return int(value)
