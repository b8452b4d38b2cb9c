"""What command lines share: bars, terminals and disks that are full or not there, and errors in one line."""

import errno
import io
import sys
from pathlib import Path

import pytest
from jax.errors import JaxRuntimeError

import train
from gan.cli import console, sample
from gan.cli.streams import forgiving_streams
from gan.errors import InputError


def test_the_bar_of_what_is_read_follows_each_download_and_is_not_seen_at_once(capsys):
    with console.ReadingBar() as bar:
        bar.show(5, 10)
        assert (bar.n, bar.total) == (5, 10)
        bar.show(1, 20)
        assert (bar.n, bar.total) == (1, 20)
    assert "reading" not in capsys.readouterr().err


def test_a_terminal_without_the_letters_of_a_name_shows_question_marks(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "cp1252"))
    with forgiving_streams():
        print("28×28, 2 classes: é, あ")
    assert sys.stdout.buffer.getvalue().decode("cp1252").strip() == "28×28, 2 classes: é, ?"
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    with pytest.raises(SystemExit):
        train.main(["--help"])  # has a β
    assert "beta1" in sys.stdout.buffer.getvalue().decode("ascii")


def test_a_program_without_a_terminal_goes_on(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    with forgiving_streams():
        print("nobody hears this")


@pytest.mark.parametrize(
    "path", ["no\nmodel", "no\x1b[2Jmodel", "no\udcffmodel"], ids=["lines", "colours", "bytes"]
)
def test_a_path_that_is_quoted_stays_on_one_line(path, capsys):
    assert sample.main([path]) == 2
    said = capsys.readouterr().err
    assert said.endswith("\n")
    assert said[:-1].isprintable(), repr(said)
    assert "model" in said


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (KeyboardInterrupt(), 130),
        (MemoryError(), 1),
        (OSError(errno.ENOSPC, "No space left on device"), 1),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), 1),
        (InputError("too many"), 2),
    ],
)
def test_what_ends_a_command_is_one_line(error, status, capsys):
    def work(parsed):
        raise error

    assert console.run(console.CommandLine(prog="python -m gan sample"), work, []) == status
    told = capsys.readouterr().err.strip()
    assert told.startswith("gan sample: ")
    assert "\n" not in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="of Linux")
def test_a_result_that_does_not_fit_on_the_disk_is_not_lost_in_silence(monkeypatch, capsys):
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        parser = console.CommandLine(prog="python -m gan evaluate")
        assert console.run(parser, lambda parsed: print("0.14"), []) == 1
    assert "gan evaluate: error: [Errno 28] No space left on device; make room" in capsys.readouterr().err


def test_a_result_beyond_a_limit_of_the_disk_is_not_lost_in_silence_either(tmp_path, monkeypatch, capsys):
    resource = pytest.importorskip("resource")  # of Unix
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with (tmp_path / "figures").open("w") as file, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", file)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
        try:
            parser = console.CommandLine(prog="python -m gan evaluate")
            assert console.run(parser, lambda parsed: print("0.14"), []) == 1
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "File too large; make room" in capsys.readouterr().err


def test_an_error_of_the_program_itself_is_not_hidden():
    with pytest.raises(JaxRuntimeError, match="INTERNAL"):
        console.why_no_memory(JaxRuntimeError("INTERNAL: a fault"))
    assert "smaller batch" in console.why_no_memory(JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory"))
