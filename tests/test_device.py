import jax
import pytest

from gan import device
from gan.trainer import Trainer
from tests.conftest import make_tiny


@pytest.mark.parametrize(
    ("flags", "backend", "chosen"),
    [
        ("flags: fpu avx512f amx_bf16 amx_tile", "cpu", "bfloat16"),
        ("flags: fpu avx512f avx512_bf16", "cpu", "float32"),
        ("flags: fpu amx_bf16", "gpu", "float32"),
        (None, "cpu", "float32"),
    ],
)
def test_precision_follows_the_processor(flags, backend, chosen, tmp_path, monkeypatch):
    path = tmp_path / "cpuinfo"
    if flags:
        path.write_text(f"model name: A Processor\n{flags}\n")
    monkeypatch.setattr(device, "CPUINFO", path)
    monkeypatch.setattr(jax, "default_backend", lambda: backend)
    assert device.resolve_precision("auto") == chosen
    assert device.resolve_precision("float32") == "float32"


def test_a_run_says_which_precision_it_uses(mnist):
    recipe = Trainer(make_tiny(precision="auto"), mnist).recipe
    assert recipe.train.precision == device.resolve_precision("auto")


def test_the_device_has_a_name():
    assert "cpu" in device.describe().lower()
