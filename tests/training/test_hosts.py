"""Several hosts that train one run: the roll call before it, what they agree on, and two real processes."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading

import jax
import numpy as np
import pytest

import train
from gan.cli.train_options import parse
from gan.errors import InputError
from gan.training import agreement, hosts, saved_state
from gan.training.relay import open_relay
from gan.training.roll_call import answer_roll, call_roll
from gan.training.setup import TrainOptions
from gan.training.state import init_state
from tests.conftest import ROOT
from tests.train_runs import arguments, free_port, process, saved_step, slurm, wait_until

PATIENCE = 0.5  # seconds, where a host is not going to come


def roll(calls):
    """What each of the calls, made at the same time with one address, is refused with; None if it is not."""
    coordinator, said = f"127.0.0.1:{free_port()}", [None] * len(calls)

    def make(i):
        function, *rest = calls[i]
        try:
            function(coordinator, *rest)
        except InputError as error:
            said[i] = str(error)

    threads = [threading.Thread(target=make, args=(i,)) for i in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_a_run_begins_when_all_have_come():
    assert roll([(answer_roll, 3, 2, 60), (call_roll, 3, 60), (answer_roll, 3, 1, 60)]) == [None] * 3


@pytest.mark.parametrize(
    ("calls", "word"),
    [
        ([(call_roll, 3, PATIENCE), (answer_roll, 3, 2, 60)], "host 1 did not come"),
        ([(call_roll, 3, 60), (answer_roll, 3, 1, 60), (answer_roll, 3, 1, 60)], "two hosts were started"),
        ([(call_roll, 2, 60), (answer_roll, 3, 2, 60)], "with --hosts 3, and host 0 with --hosts 2"),
        ([(answer_roll, 2, 1, PATIENCE)], "host 0 did not answer"),
    ],
)
def test_a_roll_call_that_fails_says_why_to_all(calls, word):
    for said in roll(calls):
        assert word in said
        assert "\n" not in said


@pytest.mark.parametrize(
    "words",
    [b"GET / HTTP/1.1", b"[" * 999, b'{"host": 1e999, "hosts": 2}', b'{"host": 7, "hosts": 2}'],
    ids=["a browser", "brackets", "infinity", "host 7 of 2"],
)
def test_who_is_no_host_is_not_counted(words):
    def shout(coordinator):
        name, port = coordinator.split(":")
        with socket.create_connection((name, int(port))) as connection:
            connection.sendall(words + b"\n")

    port = free_port()
    calling = threading.Thread(target=call_roll, args=(f"127.0.0.1:{port}", 2, 60))
    calling.start()
    for _ in range(100):
        try:
            shout(f"127.0.0.1:{port}")
            break
        except ConnectionRefusedError:
            calling.join(0.05)
    answer_roll(f"127.0.0.1:{port}", 2, 1, 60)
    calling.join()


def test_a_host_that_ends_in_the_roll_call_may_come_again():
    has_ended = threading.Event()

    def end(coordinator):
        name, port = coordinator.split(":")
        while not has_ended.wait(0.01):
            with contextlib.suppress(ConnectionRefusedError):
                with socket.create_connection((name, int(port))) as connection:
                    connection.sendall(b'{"host": 1, "hosts": 3}\n')
                has_ended.set()

    def come(coordinator, host):
        has_ended.wait()
        answer_roll(coordinator, 3, host, 60)

    assert roll([(call_roll, 3, 60), (end,), (come, 1), (come, 2)]) == [None] * 4


def test_who_comes_late_is_told_so_and_not_how_bytes_are_read():
    """Where a run has begun, another protocol is spoken at host 0's address."""
    settings_frame = bytes.fromhex("0000180400000000000004003fffff000500 3fffff")  # HTTP/2's, as of gRPC
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            with server.accept()[0] as connection:
                connection.sendall(settings_frame + b"\n")

        answering = threading.Thread(target=answer)
        answering.start()
        with pytest.raises(InputError, match=r"\(another program answers, or a run that has begun\)"):
            answer_roll(f"127.0.0.1:{server.getsockname()[1]}", 2, 1, 0)
        answering.join()


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (["--hosts", "2"], "give all three"),
        (["--coordinator", "here", "--hosts", "2", "--host", "0"], "expected HOST:PORT"),
        (["--coordinator", "here:1", "--hosts", "2", "--host", "2"], "expected 0 to 1"),
        (["--coordinator", "here:1", "--hosts", "0", "--host", "0"], "expected at least 1"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(more, word, tmp_path, capsys):
    assert train.main(["--out", str(tmp_path / "run"), *more]) == 2
    printed = capsys.readouterr().err
    assert word in printed
    assert printed.count("\n") == 1


def test_where_hosts_differ_all_are_refused(monkeypatch):
    monkeypatch.setattr(hosts, "gather", lambda numbers: np.float32([numbers, [2.0] * len(numbers)]))
    with pytest.raises(InputError, match="host 1 has not the same pictures as host 0"):
        hosts.check_equal({"pictures": "mine"})
    with pytest.raises(InputError, match="host 1 cannot begin"), hosts.together():
        pass
    with pytest.raises(InputError, match="mine"), hosts.together():
        raise InputError("mine")
    assert hosts.any_wants(False)


def test_a_host_that_is_given_no_folder_to_go_on_with_keeps_no_other_waiting(monkeypatch):
    monkeypatch.setattr(agreement, "plan", lambda *_: pytest.fail("host 0 waits here for all"))
    with pytest.raises(InputError, match="--resume needs --out"):
        agreement.plan_together(TrainOptions(resume=True))


def test_what_slurm_sets_is_enough():
    program = (  # not to stdout, where Gloo writes too
        "import sys; from gan.training import hosts; hosts.join(None, None, None);"
        "print(hosts.index(), hosts.count(), hosts.of_first(7 + hosts.index()), file=sys.stderr)"
    )
    command = [sys.executable, "-c", program]
    running = [subprocess.Popen(command, cwd=ROOT, env=each, stderr=subprocess.PIPE) for each in slurm(2)]
    said = [each.communicate(timeout=240)[1].splitlines()[-1] for each in running]
    assert said == [b"0 2 7.0", b"1 2 7.0"]


def test_the_end_of_host_0_ends_the_others_with_one_line():
    """Also while they wait for nothing, as when they compile; JAX alone would print a page of its own.

    The proxy, which is not there, must not be asked for the relay's address.
    """
    program = (
        "import sys, time; from gan.cli import endings; from gan.training import hosts; endings.PATIENCE = 0;"
        "hosts.join(sys.argv[1], 2, int(sys.argv[2]), endings.end_without_first); hosts.gather([1]);"
        "print('joined', file=sys.stderr, flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", program, f"localhost:{free_port()}"]
    behind_proxy = {"http_proxy": "http://127.0.0.1:9", "no_proxy": "localhost"}  # of which JAX warns
    options = {"cwd": ROOT, "env": {**os.environ, **behind_proxy}, "stderr": subprocess.PIPE, "text": True}
    with (
        subprocess.Popen([*command, "0"], **options) as first,
        subprocess.Popen([*command, "1"], **options) as second,
    ):
        try:
            for each in (first, second):
                assert "joined\n" in iter(each.stderr.readline, "")
            first.kill()
            said = second.communicate(timeout=60)[1].strip()
        finally:
            first.kill()
            second.kill()
    assert said.startswith("train.py: host 0 has ended")
    assert "\n" not in said
    assert second.returncode == 1


def test_who_ends_first_is_not_told_that_host_0_has():
    lost = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        name, port = open_relay(f"127.0.0.1:{server.getsockname()[1]}", 60, lost.set).split(":")
        with socket.create_connection((name, int(port))) as near:
            far, _ = server.accept()
            near.sendall(b"forth")
            assert far.recv(100) == b"forth"
            far.sendall(b"back")
            assert near.recv(100) == b"back"
        assert far.recv(100) == b""
        assert not lost.is_set()
        far.close()
        with socket.create_connection((name, int(port))) as near:
            server.accept()[0].close()
            assert lost.wait(60)
            with pytest.raises(BlockingIOError):  # still open, and nothing to read
                near.recv(1, socket.MSG_DONTWAIT)


def test_the_script_for_slurm_starts_one_task_a_machine_with_options_that_there_are():
    script = (ROOT / "gan/training/slurm.sh").read_text()
    assert "--ntasks-per-node=1 " in script
    (command,) = re.findall(r"^srun python train\.py (.*)$", script, re.MULTILINE)
    options = parse(command.replace("$out", "runs/slurm").replace("$resume", "--resume").split())
    assert options.resume
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)


@pytest.mark.parametrize(
    ("environment", "is_alone"),
    [
        ({"SLURM_STEP_NUM_TASKS": "8", "SLURM_STEP_NUM_NODES": "2"}, False),
        ({"SLURM_STEP_NUM_TASKS": "2", "SLURM_STEP_NUM_NODES": "2"}, True),
        ({"OMPI_COMM_WORLD_LOCAL_SIZE": "4"}, False),
        ({"OMPI_COMM_WORLD_LOCAL_SIZE": "1"}, True),
    ],
)
def test_several_processes_on_a_machine_share_its_cards(environment, is_alone, monkeypatch):
    """JAX gives each of them one; one process alone must see them all."""
    asked, seen = [], []
    for name, value in {"SLURM_STEP_NUM_TASKS": "2", "SLURM_STEP_NUM_NODES": "1", **environment}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(jax.distributed, "initialize", lambda *_, **options: asked.append(options))
    monkeypatch.setattr(jax.config, "update", lambda *change: seen.append(change))
    hosts.join(None, None, None)
    assert len(asked) == 1
    assert (("jax_cuda_visible_devices", "all") in seen) == is_alone


def parameters(path):
    _, state, _ = saved_state.load_state(path / "state.safetensors")
    leaves = jax.tree.leaves((state.generator["params"], state.discriminator["params"]))
    return np.concatenate([np.ravel(leaf) for leaf in leaves])


def test_two_processes_train_as_one_and_the_end_of_one_ends_the_other(tmp_path, tiny):
    """One launch: equal to one process, host 0 alone writes, one line at the end, and one host goes on."""
    out, other, alone = (tmp_path / name for name in ("run", "other", "alone"))
    slow = ["generator_lr=1e-5", "discriminator_lr=1e-5"]  # so that differences of rounding stay small
    together = ["--coordinator", f"127.0.0.1:{free_port()}", "--hosts", "2", "--steps", "100000000"]
    more = [*slow, "--save-every", "0", *together]
    with (
        process(*arguments(out, *more, "--host", "0")) as first,
        process(*arguments(other, *more, "--host", "1")) as second,
    ):
        wait_until(lambda: second.poll() is not None or saved_step(out) >= 10, first)
        assert second.poll() is None, second.communicate()
        second.send_signal(signal.SIGKILL)
        _, errors = first.communicate(timeout=60)
        printed, _ = second.communicate()
    assert first.returncode == 1
    told = [line for line in errors.splitlines() if line.startswith("train.py:")]
    assert len(told) == 1
    assert "another host has ended" in told[0]
    assert "compiling" not in printed
    assert not other.exists()

    _, state, metadata = saved_state.load_state(out / "state.safetensors")
    step = int(state.step)
    assert (metadata["hosts"], metadata["step"]) == ("2", str(step))
    assert train.main(arguments(alone, *slow, "--steps", str(step))) == 0
    found, wanted = parameters(out), parameters(alone)
    begun = init_state(tiny, 0)
    begun = np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(
        (begun.generator["params"], begun.discriminator["params"]))])  # fmt: skip
    assert np.linalg.norm(found - wanted) < 1e-3 * np.linalg.norm(wanted - begun)
    assert train.main(["--out", str(out), "--resume", "--steps", str(step + 2)]) == 0
    assert "hosts" not in saved_state.load_state(out / "state.safetensors")[2]
