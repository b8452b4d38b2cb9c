"""The architecture, as rules that hold."""

import ast
import subprocess
import sys

import pytest

from tests.conftest import ROOT

MODULES = sorted((ROOT / "gan").rglob("*.py"))
TOP_LEVEL = {"app.py", "train.py", "gan", "checkpoints", "tests", "requirements.txt", "README.md"}
TOOLS = {".ci", ".git", ".gitignore", ".gitattributes", "pyproject.toml", "LICENSE"}
LAYERS = [
    {"errors", "cache", "device"},
    {"config", "data", "layers", "losses", "latents", "rendering", "metrics", "embedding", "history"},
    {"models", "batches", "recipes", "originals", "lab", "knobs"},
    {"state"},
    {"steps"},
    {"trainer"},
    {"autoencoder"},
    {"checkpoints"},
    {"sampler"},
    {"inversion"},
    {"plans"},
    {"runs"},
    {"console"},
    {"classifier"},
    {"survey", "signals"},
    {"export"},
    {"explorer", "opening"},
    {"sample", "benchmark", "evaluate", "stacked"},
    {"health"},
    {"watcher"},
    {"record"},
    {"site"},
    {"session"},
    {"live"},
    {"ui"},
]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def level(name):
    return next(i for i, layer in enumerate(LAYERS) if name in layer)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_ui_imports_gradio(path):
    used = any(name.split(".")[0] in ("gradio", "gradio_client") for name in imports(path))
    assert not used or path.parent.name == "ui"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path):
    own = "ui" if path.parent.name == "ui" else path.stem
    if own == "__init__":
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "gan" and len(parts) > 1 and parts[1] != own:
            assert level(parts[1]) <= level(own), f"{own} imports {name}"


@pytest.mark.parametrize("name", ["losses", "latents"])
def test_maths_sees_nothing_of_the_package(name):
    assert not any(module.startswith("gan") for module in imports(ROOT / "gan" / f"{name}.py"))


@pytest.mark.parametrize(
    "name", ["layers", "models", "losses", "latents", "batches", "state", "steps", "trainer"]
)
def test_nothing_below_the_trainer_touches_files(name):
    used = set(imports(ROOT / "gan" / f"{name}.py"))
    assert not used & {"os", "pathlib", "pathlib.Path", "io", "shutil", "tempfile", "safetensors"}
    assert "open(" not in (ROOT / "gan" / f"{name}.py").read_text()


def test_the_map_names_every_module():
    text = (ROOT / "gan" / "__init__.py").read_text()
    for path in MODULES:
        if path.parent.name == "gan" and path.stem != "__init__":
            assert path.stem in text, path.stem


def test_the_top_level_is_what_was_asked_for():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = {line.split("/")[0] for line in listed.splitlines()}
    assert found <= TOP_LEVEL | TOOLS


def test_importing_the_package_does_not_import_gradio():
    code = "import sys, gan, gan.runs, gan.sample, gan.live, gan.explorer; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
