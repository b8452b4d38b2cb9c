import jax
import pytest

from gan.training import devices
from gan.training.trainer import Trainer
from tests.conftest import make_tiny


@pytest.mark.parametrize(
    ("flags", "backend", "chosen"),
    [
        ("flags: fpu avx512f amx_bf16 amx_tile", "cpu", "bfloat16"),
        ("flags: fpu avx512f avx512_bf16 amx_tile", "cpu", "bfloat16"),
        ("flags: fpu avx512f amx_bf16", "cpu", "bfloat16"),
        ("flags: fpu avx512f avx512_vnni avx512_bf16x", "cpu", "float32"),
        ("model name: avx512_bf16", "cpu", "float32"),
        ("flags: fpu avx512_bf16 amx_bf16", "gpu", "float32"),
        (None, "cpu", "float32"),
    ],
)
def test_precision_follows_the_processor(flags, backend, chosen, tmp_path, monkeypatch):
    path = tmp_path / "cpuinfo"
    if flags:
        path.write_text(f"model name: A Processor\n{flags}\n")
    monkeypatch.setattr(devices, "CPUINFO", path)
    monkeypatch.setattr(jax, "default_backend", lambda: backend)
    assert devices.resolve_precision("auto") == chosen
    assert devices.resolve_precision("float32") == "float32"


def test_a_run_says_which_precision_it_uses(mnist):
    recipe = Trainer(make_tiny(precision="auto"), mnist).recipe
    assert recipe.train.precision == devices.resolve_precision("auto")


def test_the_device_has_a_name():
    assert "cpu" in devices.describe().lower()


@pytest.mark.parametrize(
    ("allowed", "limit", "cores"),
    [
        (8, "max 100000", 8),
        (8, "200000 100000", 2),
        (8, "150000 100000", 2),  # one and a half: the half is used too
        (1, "400000 100000", 1),
        (4, "10000 100000", 1),
        (4, None, 4),
        (4, "not what it should be", 4),
    ],
)
def test_a_containers_limit_decides_how_many_cores_there_are(monkeypatch, tmp_path, allowed, limit, cores):
    monkeypatch.setattr(devices.os, "sched_getaffinity", lambda _: set(range(allowed)))
    monkeypatch.setattr(devices, "CPU_MAX", tmp_path / "cpu.max")
    if limit:
        (tmp_path / "cpu.max").write_text(f"{limit}\n")
    assert devices.cpu_cores() == cores
