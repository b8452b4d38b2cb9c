import pytest

from gan.config import (
    LOSSES,
    MODEL_OPTIONS,
    TRAIN_OPTIONS,
    Hyperparams,
    ModelConfig,
    Recipe,
    TrainConfig,
)
from gan.errors import InputError
from gan.live import description
from gan.older_files import RENAMED
from gan.options import help_text
from gan.recipes import RECIPES, get_recipe
from gan.stages import SIZES
from tests.conftest import make_tiny

NEEDED = {
    "wasserstein": {"weight_clip": 0.01},
    "wasserstein-gp": {"gp_weight": 10},
    "dragan": {"gp_weight": 10},
}


@pytest.mark.parametrize("name", RECIPES)
def test_recipes_are_valid_and_survive_json(name):
    recipe = get_recipe(name)
    assert Recipe.from_json(recipe.to_json()) == recipe


@pytest.mark.parametrize("name", ["slow", None, []])
def test_a_recipe_that_is_none_is_refused_with_the_names(name):
    with pytest.raises(InputError, match="the recipes are article, fast"):
        get_recipe(name)


def test_article_is_the_articles():
    recipe = get_recipe("article")
    model, train = recipe.model, recipe.train
    assert (model.z_dim, model.generator_channels, model.generator_kernels) == (100, (256, 128), (4, 7))
    assert (model.discriminator_channels, model.dropout, model.batch_norm_momentum) == ((64, 128), 0.3, 0.8)
    assert (train.batch_size, train.generator_lr, train.discriminator_lr, train.beta1) == (
        16,
        2e-4,
        2e-4,
        0.5,
    )


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_makes_a_recipe(loss):
    assert make_tiny(loss=loss, r1_gamma=0, **NEEDED.get(loss, {})).train.loss == loss


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"loss": "wasserstein-gp", "r1_gamma": 0}, "gp_weight"),
        ({"loss": "dragan", "gp_weight": 10, "r1_gamma": 1}, "R1 and R2"),
        ({"gp_weight": 10}, "gp_weight"),
        ({"loss": "wasserstein", "r1_gamma": 0}, "bounded"),
        ({"weight_clip": 0.01, "r1_gamma": 0}, "weight_clip"),
        ({"loss": "wasserstein", "weight_clip": 0.01, "r1_gamma": 0, "spectral_norm": True}, "choose one"),
        ({"loss": "hinge", "label_smoothing": 0.1}, "label_smoothing"),
        ({"packing": 2, "classes": 10}, "packing"),
        ({"packing": 0}, "packing=0: expected a whole number from 1"),
        ({"packing": 2, "latent_classes": 3}, "packing"),
        ({"latent_classes": 3, "classes": 10}, "use one of them"),
        ({"latent_classes": 8}, "make z_dim larger"),
        ({"latent_classes": 1}, "at least 2"),
        ({"generator_channels": "64,,32"}, "generator_channels=64,,32: expected whole numbers"),
        ({"latent_classes": 3, "sampling_class_offsets": (0.5, 0.5)}, "as many as latent_classes"),
        ({"sampling_class_offsets": (0.5, 0.5)}, "as many as latent_classes"),
        ({"latent_classes": 2, "sampling_class_offsets": (0.5, 11.0)}, "numbers from -10 to 10, as 0"),
        ({"latent_classes": 2, "sampling_class_offsets": "0.5,b"}, "expected numbers from -10 to 10"),
        ({"latent_class_inverse_temperature": 0}, "latent_class_inverse_temperature"),
        ({"wrong_label_weight": 0.1}, "set classes"),
        ({"wrong_label_weight": 0.1, "classes": 10, "loss": "hinge"}, "wrong_label_weight needs"),
        ({"mode_seeking_weight": -1}, "mode_seeking_weight=-1.0: expected a number from 0"),
        ({"sampling_scale": 0}, "sampling_scale"),
        ({"sampling_contrast": 0}, "sampling_contrast"),
        ({"packing": 3}, "packs of 3"),
        ({"loss": "perceptual"}, "loss=perceptual: expected one of minimax"),
        ({"batch_size": 0}, "batch_size"),
        ({"generator_lr": -1}, "generator_lr=-1.0: expected a number from 0"),
        ({"beta1": 1.0}, "beta1=1.0: expected a number from 0 and below 1"),
        ({"dropout": 1.0}, "dropout"),
        ({"initializer": "zeros"}, "initializer"),
        ({"dropout": 0.999}, "dropout"),
        ({"negative_slope": -3.0}, "negative_slope"),
        ({"precision": "float8"}, "precision"),
        ({"final_gamma_fraction": 0.1}, "decay_steps"),
        (
            {"final_gamma_fraction": 0.1, "decay_steps": 100, "r1_gamma": 0},
            "a share of r1_gamma",
        ),
        ({"final_gamma_fraction": 2}, "final_gamma_fraction"),
        ({"mapping_width": 0}, "mapping_width"),
        ({"mapping_layers": -1}, "mapping_layers=-1: expected a whole number from 0 to 32"),
        ({"mapping_layers": 10**6}, "mapping_layers=1000000: expected a whole number from 0 to 32"),
        ({"generator_channels": (10**9, 32)}, "generator_channels=1000000000,32: expected whole .* to 4096"),
        ({"z_dim": 10**30}, "z_dim=10+: expected a whole number from 1 to 4096"),
        (
            {"generator_kernels": (4, 1000)},
            "generator_kernels=4,1000: .* from 2 to 28",
        ),
        ({"channels": 2}, "channels=2: expected one of 1, 3"),
        ({"steps": 3_000_000_000}, "to 2147483647"),
        ({"decay_steps": 10}, "decay_steps=10"),
        ({"loss": "wasserstein", "weight_clip": 0.01, "r1_gamma": 1}, "weight_clip and R1"),
    ],
)
def test_nonsense_is_refused_by_name(options, word):
    with pytest.raises(InputError, match=word):
        make_tiny(**options)


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("learning_rate", "1", "unknown option"),
        ("generator_lr", "fast", "a number"),
        ("generator_lr", "nan", "a number"),
        ("batch_size", "1.5", "a whole number"),
        ("batch_norm", "perhaps", "true or false"),
        ("generator_channels", "64", "expected 2 numbers with size=28, one a stage, as 64,32"),
        ("size", 30, "size=30: expected one of 28, 32, 64"),
        ("generator_channels", "64,wide", "whole numbers"),
        ("generator_channels", (1.9, 2), "whole numbers"),
        ("steps", float("inf"), "a whole number"),
        ("r1_gamma", 10**400, "a number"),
    ],
)
def test_command_line_values_are_checked(name, value, word):
    with pytest.raises(InputError, match=word):
        get_recipe("fast").replace(**{name: value})


def test_command_line_values_are_understood():
    recipe = get_recipe("fast").replace(generator_lr="1e-3", generator_channels="32,16", batch_norm="true")
    assert recipe.train.generator_lr == 1e-3
    assert recipe.model.generator_channels == (32, 16)
    assert recipe.model.batch_norm is True


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("size", SIZES)
def test_another_size_brings_its_stages_and_keeps_the_rest(name, size):
    recipe = get_recipe(name)
    model, before = recipe.replace(size=str(size)).model, recipe.model
    assert model.first_map * 2 ** len(model.generator_channels) == size
    assert model.generator_channels[:2] == before.generator_channels
    assert model.discriminator_channels[-2:] == before.discriminator_channels
    assert (model.generator_kernels[0], model.generator_kernels[-1]) == before.generator_kernels
    assert model.for_size(28) == before
    given = recipe.replace(size=64, generator_channels="9,9,9")
    assert given.model.generator_channels == (9, 9, 9)
    assert Recipe.from_json(given.to_json()) == given


def test_moving_a_number_keeps_the_program_and_switching_one_on_does_not():
    recipe = get_recipe("fast")
    moved = {"generator_lr": 1e-4, "r1_gamma": 9, "beta1": 0.5, "beta2": 0.0, "ema_decay": 0, "steps": 7}
    assert recipe.replace(**moved).static_config == recipe.static_config
    assert recipe.replace(instance_noise=0.1).static_config != recipe.static_config
    assert recipe.replace(batch_size=64).static_config != recipe.static_config
    assert set(Hyperparams._fields) <= set(TRAIN_OPTIONS)
    assert recipe.static_config.uses.r1_gamma is True
    assert recipe.static_config.uses.r2_gamma is False


def test_every_option_is_declared_in_full():
    for name, option in (MODEL_OPTIONS | TRAIN_OPTIONS).items():
        assert option.help.endswith("."), name
        assert option.accepts(option.default), name
        is_number = isinstance(option.default, int | float) and not isinstance(option.default, bool)
        assert not is_number or option.choices or " from " in option.expected or " above " in option.expected
        assert not option.optional or (option.traced and option.default == 0), name


def test_what_a_visitor_moves_is_traced_and_stays_in_range():
    told = description.describe()
    sliders = {name: option for name, option in TRAIN_OPTIONS.items() if option.slider}
    assert len(sliders) == 7
    for name, option in sliders.items():
        assert option.traced, name
        assert all(option.accepts(end) for end in option.slider), name
        assert told["labels"][name] == option.label != "", name
        assert told["ranges"][name] == option.slider, name


@pytest.mark.parametrize("config", [ModelConfig, TrainConfig])
def test_a_config_checks_itself(config):
    name, value = {ModelConfig: ("z_dim", 0), TrainConfig: ("batch_size", 0)}[config]
    with pytest.raises(InputError, match=f"{name}=0: expected a whole number from 1"):
        config(**{name: value})


def test_a_long_value_is_not_quoted_whole():
    with pytest.raises(InputError) as error:
        get_recipe("fast").replace(z_dim="9" * 10_000)
    assert len(str(error.value)) < 200


@pytest.mark.parametrize("name", [name for name in RENAMED if not name.startswith("--")])
def test_an_old_name_leads_to_the_new_one(name):
    with pytest.raises(InputError, match=f"option '{name}' is called '{RENAMED[name]}' now"):
        get_recipe("fast").replace(**{name: 1})


def test_the_help_names_every_option_with_its_default():
    text = "\n".join([help_text(ModelConfig), help_text(TrainConfig)])
    for name in MODEL_OPTIONS | TRAIN_OPTIONS:
        assert f"  {name}=" in text
    assert "generator_channels=64,32: whole numbers from 1 to 4096" in text
    assert "r1_gamma=0.0: a number from 0" in text
    assert max(map(len, text.splitlines())) <= 110
