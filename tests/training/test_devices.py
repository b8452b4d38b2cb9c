import pytest

from gan.training import devices


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
