import jax
import pytest

from gan.training import devices, setup
from tests.train_runs import SMALL


@pytest.mark.parametrize(("cores", "words"), [(1, "1 CPU core"), (2, "2 CPU cores")])
def test_the_device_has_a_name(monkeypatch, cores, words):
    monkeypatch.setattr(devices, "cpu_cores", lambda: cores)
    assert devices.describe().startswith(f"{words}, ")
    assert devices.describe_for_visitors()["name"] == f"({words})"


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
    monkeypatch.setattr(devices, "CPU_QUOTA_AND_PERIOD", (tmp_path / "quota", tmp_path / "period"))
    if limit:
        (tmp_path / "cpu.max").write_text(f"{limit}\n")
    assert devices.cpu_cores() == cores


@pytest.mark.parametrize(("quota", "cores"), [("-1", 8), ("200000", 2), ("50000", 1)])
def test_older_control_groups_say_it_in_two_files(monkeypatch, tmp_path, quota, cores):
    monkeypatch.setattr(devices.os, "sched_getaffinity", lambda _: set(range(8)))
    monkeypatch.setattr(devices, "CPU_MAX", tmp_path / "cpu.max")
    files = tmp_path / "quota", tmp_path / "period"
    monkeypatch.setattr(devices, "CPU_QUOTA_AND_PERIOD", files)
    for file, text in zip(files, (quota, "100000"), strict=True):
        file.write_text(f"{text}\n")
    assert devices.cpu_cores() == cores


@pytest.mark.parametrize(
    ("backend", "batch", "hosts", "count"),
    [
        ("gpu", 64, 1, 8),
        ("gpu", 12, 1, 6),
        ("tpu", 64, 16, 4),
        ("gpu", 7, 2, 1),  # it does not divide at all: the trainer says so
        ("cpu", 64, 1, 1),
    ],
)
def test_a_run_takes_every_accelerator_that_divides_its_batch(monkeypatch, backend, batch, hosts, count):
    monkeypatch.setattr(jax, "default_backend", lambda: backend)
    assert jax.local_device_count() == 8
    assert devices.default_count(batch, hosts) == count


def test_a_new_run_shares_its_batch_between_all_that_it_may(monkeypatch):
    monkeypatch.setattr(setup, "default_count", lambda packs, hosts: packs // hosts // 4)
    planned = setup.plan(setup.TrainOptions(set=(*SMALL, "packing=2")))
    assert planned.metadata["devices"] == "2"
    assert len(planned.trainer.state.step.sharding.device_set) == 2


def test_a_card_that_jax_does_not_use_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("JAX_PLATFORMS", raising=False)
    monkeypatch.setattr(devices, "NVIDIA", tmp_path / "version")
    assert devices.unused_card() == ""
    (tmp_path / "version").write_text("NVRM version: 580")
    assert "pip install" in devices.unused_card()
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert devices.unused_card() == ""


@pytest.mark.parametrize(("before", "after"), [(None, "false"), ("true", "true")])
def test_the_app_leaves_a_cards_memory_to_others_unless_it_is_told_otherwise(monkeypatch, before, after):
    monkeypatch.setenv("XLA_PYTHON_CLIENT_PREALLOCATE", before or "")
    if before is None:
        monkeypatch.delenv("XLA_PYTHON_CLIENT_PREALLOCATE")
    devices.take_memory_as_needed()
    assert devices.os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] == after
