"""What the three READMEs promise: their commands, options and links exist, and their Python runs.

Fenced blocks of the language `text` are quotations of older commands, and are not checked.
"""

import dataclasses
import importlib
import re
import shlex
import subprocess
import sys

import pytest

import app
import train
from gan.__main__ import COMMANDS
from gan.config import ModelConfig, TrainConfig
from tests.app import as_a_user_has_it
from tests.conftest import ROOT

DOCUMENTS = ("README.md", "checkpoints/README.md", "tests/benchmarks/README.md")
MOST_LINES = 200
OPTION = re.compile(r"--[a-z][a-z-]*")
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
documents = pytest.mark.parametrize("name", DOCUMENTS)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """The fenced blocks of that language."""
    return [block for found, block in FENCED.findall(read(name)) if found == language]


def code(name: str) -> list[str]:
    """All that a document shows as code: the lines of its shell blocks, joined where \\ breaks them, and the
    spans between backticks in its text.
    """
    shell = "\n".join(blocks(name, "bash")).replace("\\\n", " ").splitlines()
    return [*shell, *SPAN.findall(FENCED.sub("", read(name)))]


def commands(name: str, program: str) -> list[list[str]]:
    """The arguments of each call of `python PROGRAM` in a document, as a shell would split them."""
    calls = re.compile(rf"python {re.escape(program)}(?= |$)([^|&;]*)")
    return [shlex.split(call[1], comments=True) for line in code(name) if (call := calls.search(line))]


@pytest.fixture
def options(capsys) -> dict[str, set[str]]:
    """Of each program (as written after `python `), the options that its --help names."""
    mains = {"train.py": train.main, "app.py": app.build_parser().parse_args}
    mains |= {f"-m gan {name}": importlib.import_module(f"gan.cli.{name}").main for name in COMMANDS}
    found = {}
    for program, main in mains.items():
        with pytest.raises(SystemExit) as end:
            main(["--help"])
        assert end.value.code == 0
        found[program] = set(OPTION.findall(capsys.readouterr().out))
    return found


def recipe_options() -> set[str]:
    """The names that --set knows."""
    return {field.name for config in (ModelConfig, TrainConfig) for field in dataclasses.fields(config)}


def anchors(text: str) -> set[str]:
    """The addresses of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_is_one_page():
    assert len(read("README.md").splitlines()) <= MOST_LINES


def test_the_readme_begins_with_the_configuration_of_a_space():
    header = read("README.md").split("---\n")[1]
    values = dict(line.split(": ", 1) for line in header.splitlines())
    assert values["sdk"] == "gradio"
    assert (ROOT / values["app_file"]).is_file()


def test_the_readme_names_one_line_that_sets_up_and_tests():
    (line,) = (line for line in read("README.md").splitlines() if "bin/pytest" in line)
    assert line.endswith("&& .venv/bin/pytest")
    assert "tests/requirements.txt" in line


def test_six_lines_of_python_run_as_they_stand():
    (block,) = (block for block in blocks("README.md", "python") if "from gan import" in block)
    assert sum(map(bool, block.splitlines())) == 6
    check = "assert pictures.shape == (10, 28, 28, 1) and pictures.dtype == 'uint8' and trainer.step == 100"
    ran = subprocess.run(
        [sys.executable, "-c", f"{block}\n{check}"],
        cwd=ROOT,
        env=as_a_user_has_it(),
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip().endswith("100]")


def test_three_lines_call_the_app(address):
    (block,) = (block for block in blocks("README.md", "python") if "gradio_client" in block)
    assert sum(map(bool, block.splitlines())) == 3
    here = block.replace("http://127.0.0.1:7860", address)
    assert here != block
    ran = subprocess.run([sys.executable, "-c", here], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip().endswith(".png")


@documents
def test_every_command_exists(name):
    named = {words[0] for words in commands(name, "-m gan") if words and words[0].islower()}
    assert named <= set(COMMANDS)
    assert named, "no command found: has the way changed in which they are written?"
    for module in re.findall(r"python -m (tests(?:\.\w+)+)", "\n".join(code(name))):
        assert (ROOT / f"{module.replace('.', '/')}.py").is_file(), module


@documents
def test_every_option_exists(name, options):
    for program, known in options.items():
        used = {word for words in commands(name, program) for word in words if OPTION.fullmatch(word)}
        assert used <= known, program
    alone = {span.split()[0] for span in code(name) if span.startswith("--")}
    assert alone <= set.union(*options.values())


def test_options_are_found_in_commands():
    used = {word for words in commands("README.md", "train.py") for word in words}
    assert {"--conditional", "--init-from", "--set", "r1_gamma=1", "--dataset", "--devices"} <= used


@documents
def test_every_recipe_option_exists(name):
    settings = (re.match(r"([a-z][a-z0-9_]*)=", word) for line in code(name) for word in line.split())
    assert {setting[1] for setting in settings if setting} <= recipe_options()


@documents
def test_every_link_leads_to_a_file(name):
    links = [link for link in LINK.findall(FENCED.sub("", read(name))) if not link.startswith("http")]
    assert links
    for link in links:
        path, _, anchor = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.is_file(), link
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link
