"""What a run is made of: frozen dataclasses, whose fields are the options.

Each field can be set from the command line (`--set generator_lr=1e-3`) and is written into the checkpoint.
A config checks itself when it is made, so there is none whose values make no sense.
"""

import dataclasses
import json
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from gan import combinations, stages
from gan.errors import InputError, require
from gan.older_files import RENAMED, with_names_of_today
from gan.options import check, option, options, parse

LOSSES = ("minimax", "non-saturating", "least-squares", "hinge", "wasserstein", "wasserstein-gp", "dragan")
LOSSES += ("relativistic", "as-printed")
PRECISIONS = ("auto", "float32", "bfloat16")
OPTIMIZERS = ("adam", "rmsprop")
AUGMENTATIONS = ("flip", "colour", "translation", "cutout")  # in the order in which they are done
MAX_WIDTH, MAX_DEPTH, MAX_KERNEL = 4096, 32, 28  # a checkpoint's author is unknown: sizes have a limit
MAX_INT32 = 2**31 - 1

count = partial(option, low=1, high=MAX_WIDTH)  # a number of units, channels or classes


@dataclass(frozen=True)
class ModelConfig:
    """The two networks. All that decides the shape of a weight is here.

    Raises InputError, naming the option, for values or combinations that make no sense.
    """

    z_dim: int = count(64, "How many numbers a latent z has.")
    classes: int = count(0, "How many classes G and D are told of; 0: an unconditional model.", low=0)
    latent_classes: int = count(0, "How many classes G chooses by the last numbers of z, unasked.", low=0)
    latent_class_inverse_temperature: float = option(
        10.0, "How sharply z chooses: softmax(this · the last numbers of z).", above=0
    )
    size: int = option(28, "The height and the width of a picture in pixels.", choices=stages.SIZES)
    channels: int = option(1, "Channels of a picture: 1 is grey, 3 is colour.", choices=(1, 3))
    latent_prior: str = option(
        "normal", "The distribution of z that G sees; uniform has no tails.", choices=("normal", "uniform")
    )
    sampling_scale: float = option(
        1.0, "z is multiplied by this in sampling, not in training; more is more varied.", above=0, high=2
    )
    sampling_contrast: float = option(
        1.0,
        "Pictures are multiplied by this before tanh, but not in training; more is sharper.",
        above=0,
        high=2,
    )
    sampling_class_offsets: tuple[float, ...] = option(
        (),
        "Are added to the numbers of z that choose a latent class, in sampling, not in training. If they are "
        "left out, train.py finds those with which samples have each class as often as the data.",
        low=-10,
        high=10,
        is_whole=False,
    )
    mapping_layers: int = option(0, "Dense layers that z passes first (StyleGAN).", low=0, high=MAX_DEPTH)
    mapping_width: int = count(128, "Units of each of these layers.")
    generator_channels: tuple[int, ...] = count(
        (64, 32), "Channels of G at each stage, from its first map on (at 28 pixels: 7×7, 14×14)."
    )
    generator_kernels: tuple[int, ...] = option(
        (4, 4), "Kernel sizes of G's layers with stride 2, one a stage.", low=2, high=MAX_KERNEL
    )
    generator_residual: bool = option(
        False, "Whether a residual 3×3 layer ends each stage of G but the last."
    )
    batch_norm: bool = option(False, "Whether G has batch normalisation.")
    batch_norm_momentum: float = option(0.8, "The share of old statistics a step keeps.", low=0, below=1)
    discriminator_channels: tuple[int, ...] = count(
        (16, 32), "Channels of D at each stage, to its last map (at 28 pixels: 14×14, 7×7)."
    )
    discriminator_residual: bool = option(False, "Whether a residual 3×3 layer ends each stage of D.")
    discriminator_hidden: int = count(128, "Units of D's dense layer; 0: no such layer.", low=0)
    dropout: float = option(0.0, "The share of D's units that a step drops.", low=0, high=0.99)
    spectral_norm: bool = option(False, "Whether D's layers have spectral normalisation.")
    packing: int = count(1, "How many pictures D scores together (PacGAN).")
    negative_slope: float = option(0.2, "The slope of LeakyReLU below zero.", low=0, below=1)
    initializer: str = option(
        "he", "How weights begin; dcgan: normal numbers of deviation 0.02.", choices=("he", "dcgan")
    )

    def __post_init__(self) -> None:
        check(self)
        stages.check(self.size, self._per_stage)
        require(
            self.classes != 1 and self.latent_classes != 1,
            "classes and latent_classes are 0 (unconditional) or at least 2",
        )
        require(
            self.classes == 0 or self.latent_classes == 0,
            "classes are chosen by whoever asks, and latent_classes by z; use one of them",
        )
        require(
            self.latent_classes < self.z_dim, "latent_classes take the last numbers of z; make z_dim larger"
        )
        require(
            len(self.sampling_class_offsets) in (0, self.latent_classes),
            "sampling_class_offsets are as many as latent_classes, or none; leave them empty for none",
        )
        require(
            self.packing == 1 or self.label_classes == 0,
            "packing shows D several pictures as one, and a pack has no class; use packing or classes",
        )

    @property
    def label_classes(self) -> int:
        """How many classes D is told of."""
        return self.classes or self.latent_classes

    @property
    def first_map(self) -> int:
        """The height and the width of G's first feature map and of D's last one, in pixels."""
        return stages.FIRST_MAPS[self.size]

    @property
    def _per_stage(self) -> dict[str, tuple[int, ...]]:
        return {name: getattr(self, name) for name in stages.OPTIONS}

    def for_size(self, size: int) -> "ModelConfig":
        """These networks with the stages that pictures of `size` pixels need. See `gan.stages.fit`."""
        return dataclasses.replace(self, size=size, **stages.fit(size, **self._per_stage))


traced = partial(option, low=0, traced=True)  # a number that can be moved while a run trains
term = partial(option, 0.0, low=0, traced=True, optional=True)  # and whose term is left out where it is 0


@dataclass(frozen=True)
class TrainConfig:
    """How the two networks are trained.

    Raises InputError, naming the option, for values or combinations that make no sense.
    """

    loss: str = option("non-saturating", "What D and G minimise.", choices=LOSSES)
    batch_size: int = option(32, "Pictures a step, over all devices.", low=1, high=MAX_INT32)
    steps: int = option(50_000, "Training stops at this step.", low=1, high=MAX_INT32)
    discriminator_steps: int = option(
        1, "How often D learns, each time from another batch, before G learns once; 5 in both papers of the "
        "Wasserstein losses.", low=1, high=100,
    )  # fmt: skip
    optimizer: str = option(
        "adam", "What both networks learn with; rmsprop goes with loss=wasserstein.", choices=OPTIMIZERS
    )
    precision: str = option(
        "auto", "Of the factors of products. auto is bfloat16 where that is faster.", choices=PRECISIONS
    )
    augment: str = option(
        "none",
        "How pictures are changed at random before D sees them, real and fake alike (DiffAugment). Below "
        "5,000 pictures, train.py chooses colour, translation and cutout by itself, flip for photographs.",
        parts=AUGMENTATIONS,
    )
    generator_lr: float = traced(
        2e-3, "The learning rate of G.", slider=(0.0, 0.05), label="G’s learning rate"
    )
    discriminator_lr: float = traced(
        2e-3, "The learning rate of D.", slider=(0.0, 0.05), label="D’s learning rate"
    )
    decay_steps: int = traced(
        0, "Learning rates fall along a cosine to 0 at this step; 0: never.", high=MAX_INT32, optional=True
    )
    beta1: float = traced(0.0, "Adam's β₁.", below=1, slider=(0.0, 0.99), label="Adam’s β₁")
    beta2: float = traced(0.99, "Adam's β₂; the decay of RMSProp's mean of squares.", below=1)
    final_gamma_fraction: float = traced(
        1.0, "The share of r1_gamma and r2_gamma left at decay_steps, along the same cosine.", high=1
    )
    r1_gamma: float = term("The γ of R1 = ½ γ E‖∇D(real)‖².", slider=(0.0, 100.0), label="R1 penalty γ")
    r2_gamma: float = term("The γ of R2 = ½ γ E‖∇D(fake)‖².")
    gp_weight: float = term("The λ of λ E(‖∇D‖ − 1)², the penalty of wasserstein-gp and dragan.")
    weight_clip: float = term("The bound on each weight of D, for wasserstein; 0 is no bound.")
    label_smoothing: float = term(
        "D learns that real pictures are real with probability 1 − this.",
        below=1, slider=(0.0, 0.5), label="Label smoothing",
    )  # fmt: skip
    instance_noise: float = term(
        "The standard deviation of the noise on all that D sees; pixels are in −1…1.",
        slider=(0.0, 1.0), label="Noise on what D sees",
    )  # fmt: skip
    ema_decay: float = traced(
        0.999, "How much of the averaged G a step keeps, after a warm-up; 0 takes no average.",
        below=1, slider=(0.0, 0.9999), label="Average of G (EMA)",
    )  # fmt: skip
    mode_seeking_weight: float = term("The weight of the distance of two fakes of a class, which G enlarges.")
    wrong_label_weight: float = term("The weight of real pictures with a wrong label, fakes to D.")

    def __post_init__(self) -> None:
        check(self)
        combinations.check(self)


TRAIN_OPTIONS = options(TrainConfig)
MODEL_OPTIONS = options(ModelConfig)
# The numbers that a compiled step takes as inputs, so that moving one compiles nothing anew.
Hyperparams = NamedTuple("Hyperparams", [(name, float) for name, o in TRAIN_OPTIONS.items() if o.traced])
# For each optional term, whether a compiled step computes it. A term that is left out costs nothing.
OptionalTerms = NamedTuple("OptionalTerms", [(name, bool) for name, o in TRAIN_OPTIONS.items() if o.optional])


class StaticConfig(NamedTuple):
    """All that a compiled step depends on. Runs that agree in it share one compiled program."""

    model: ModelConfig
    loss: str
    batch_size: int
    precision: str
    discriminator_steps: int
    optimizer: str
    augment: str
    uses: OptionalTerms


@dataclass(frozen=True)
class Recipe:
    """A name, two networks, and how they are trained.

    Raises InputError, naming the options, for two configs that do not go together.
    """

    name: str
    model: ModelConfig
    train: TrainConfig

    def __post_init__(self) -> None:
        model, train = self.model, self.train
        require(
            train.loss != "wasserstein" or train.weight_clip > 0 or train.r1_gamma > 0 or model.spectral_norm,
            "loss=wasserstein needs a bounded D; set weight_clip=0.01 (or spectral_norm=true, or r1_gamma)",
        )
        require(
            train.weight_clip == 0 or not model.spectral_norm,
            "weight_clip and spectral_norm both bound D's weights; choose one",
        )
        require(
            train.wrong_label_weight == 0 or model.label_classes > 0,
            "wrong_label_weight shows D wrong labels, and this model has none; set classes",
        )
        require(
            train.batch_size % model.packing == 0,
            f"batch_size={train.batch_size} does not divide into packs of {model.packing}",
        )

    @property
    def hyper(self) -> Hyperparams:
        """The inputs of a compiled step, as Python floats."""
        return Hyperparams(*(float(getattr(self.train, name)) for name in Hyperparams._fields))

    @property
    def static_config(self) -> StaticConfig:
        """What a compiled step depends on: no name, no number of steps, no value of `Hyperparams`."""
        uses = OptionalTerms(*(getattr(self.train, name) > 0 for name in OptionalTerms._fields))
        own = {name: getattr(self.train, name) for name in StaticConfig._fields if hasattr(self.train, name)}
        return StaticConfig(self.model, uses=uses, **own)

    def replace(self, **changes: Any) -> "Recipe":
        """This recipe with some options changed, whose values may be texts as typed on a command line.

        A new `size` brings its stages (`ModelConfig.for_size`), and other latent classes have no offsets; the
        other changes come after it.

        Raises:
          InputError: no such option, a value of the wrong kind, or a combination that makes no sense.
        """
        known = MODEL_OPTIONS | TRAIN_OPTIONS
        for name in changes:
            require(name not in RENAMED, f"option {name!r} is called {RENAMED.get(name)!r} now")
            require(name in known, f"unknown option {name!r}; the options are {', '.join(known)}")
        size = parse(ModelConfig, "size", changes.get("size", self.model.size))
        if "latent_classes" in changes:
            changes = {"sampling_class_offsets": (), **changes}
        model, train = (
            dataclasses.replace(
                config,
                **{name: parse(type(config), name, changes[name]) for name in known.keys() & changes.keys()},
            )
            for config, known in ((self.model.for_size(size), MODEL_OPTIONS), (self.train, TRAIN_OPTIONS))
        )
        return Recipe(self.name, model, train)

    def to_json(self) -> str:
        """The recipe as JSON, for a checkpoint's metadata."""
        return json.dumps(dataclasses.asdict(self))

    @staticmethod
    def from_json(text: str) -> "Recipe":
        """Inverse of `to_json`; also reads older files. Raises InputError for anything else."""
        try:
            fields = json.loads(text)
            base = Recipe(str(fields["name"]), ModelConfig(), TrainConfig())
            return base.replace(**with_names_of_today({**fields["model"], **fields["train"]}))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(f"not a recipe of this version: {error}") from error
