"""The architecture, as rules that hold: in which order folders import, and who may import what."""

import ast
import graphlib
import re
import subprocess
import sys

from tests.conftest import ROOT

MODULES = sorted((ROOT / "gan").rglob("*.py"))
SCRIPTS = sorted((ROOT / "gan/web").rglob("*.js"))
TOP_LEVEL = {"app.py", "train.py", "gan", "checkpoints", "tests", "requirements.txt", "README.md"}
TOOLS = {".ci", ".git", ".gitignore", ".gitattributes", "pyproject.toml", "LICENSE"}

# Each folder (or module of gan/ itself) imports from its own level and from those before it.
PYTHON_ORDER = [
    {"errors", "cache", "temporary", "stages", "options", "older_files", "combinations", "config", "recipes"}
    | {"data"},
    {"networks"},
    {"training"},
    {"evaluation"},
    {"exploring"},
    {"live"},
    {"web"},
    {"ui", "cli"},
]
PAGE_ORDER = [
    {"vendor", "engine"},
    {"training"},
    {"shared"},
    {"map", "morph", "draw"},
    {"explore", "train", "learn"},
    {"shell"},
]


def imports(path):
    """The names of all modules that a Python file imports, those inside functions included."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def script_imports(path):
    """The files that a script imports from this page, whether it does so at once or later."""
    for relative in re.findall(r'(?:from|import)\s*\(?\s*"(\.[^"]+\.js)"', path.read_text()):
        yield (path.parent / relative).resolve()


def assert_order(order, edges):
    """Fails if a folder imports from a later one, or from another folder of its own level.

    The first level is excepted: its members may use each other.
    """
    level = {name: i for i, names in enumerate(order) for name in names}
    for importer, imported in edges:
        if importer != imported:
            assert level[imported] <= level[importer], f"{importer} imports {imported}"
            assert level[imported] < level[importer] or level[importer] == 0, f"{importer} imports {imported}"


def assert_no_cycles(graph):
    list(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError, which names the files


def python_graph():
    """Module -> the modules of this package that it imports; the public names in gan/__init__.py aside."""
    known = {module_name(path) for path in MODULES}
    graph = {module_name(path): set(imports(path)) & known for path in MODULES}
    del graph["gan"]
    return {name: found - {"gan", name, name.rpartition(".")[0]} for name, found in graph.items()}


def test_python_folders_import_one_way():
    edges = [(a, b) for a, found in python_graph().items() for b in found]
    assert len(edges) > 100
    commands = {"gan.__main__"}
    assert_order(PYTHON_ORDER, [(a.split(".")[1], b.split(".")[1]) for a, b in edges if a not in commands])
    assert_no_cycles(python_graph())


def test_page_folders_import_one_way():
    graph = {path: set(script_imports(path)) for path in SCRIPTS}
    assert all(imported in graph for found in graph.values() for imported in found)
    edges = [(a.relative_to(ROOT / "gan/web").parts[0], b.relative_to(ROOT / "gan/web").parts[0])
             for a, found in graph.items() for b in found]  # fmt: skip
    assert len(edges) > 50
    assert_order(PAGE_ORDER, edges)
    assert_no_cycles(graph)


def test_only_the_ui_imports_gradio():
    for path in MODULES:
        used = any(name.split(".")[0] in ("gradio", "gradio_client") for name in imports(path))
        assert not used or path.parent.name == "ui", path


def test_only_command_lines_know_argparse():
    for path in MODULES:
        assert "argparse" not in imports(path) or path.parent.name == "cli", path


def test_maths_sees_nothing_of_the_package():
    for name in ("training/losses", "training/penalties", "networks/latents", "evaluation/metrics"):
        assert not any(module.startswith("gan") for module in imports(ROOT / f"gan/{name}.py")), name


def test_nothing_below_the_trainer_touches_files():
    networks = ("conv", "layers", "networks", "latents")
    training = ("losses", "penalties", "batch", "schedules", "state", "objectives", "step", "trainer")
    for path in [*(f"networks/{name}" for name in networks), *(f"training/{name}" for name in training)]:
        used = set(imports(ROOT / f"gan/{path}.py"))
        assert not used & {"os", "pathlib", "pathlib.Path", "io", "shutil", "tempfile", "safetensors"}, path
        assert "open(" not in (ROOT / f"gan/{path}.py").read_text(), path


def test_the_map_names_every_folder():
    text = (ROOT / "gan/__init__.py").read_text()
    for folder in (path for path in (ROOT / "gan").iterdir() if path.is_dir() and any(path.glob("*.py"))):
        assert f"{folder.name}/" in text, folder.name


def test_the_top_level_is_what_was_asked_for():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = {line.split("/")[0] for line in listed.splitlines()}
    assert found <= TOP_LEVEL | TOOLS


def test_importing_the_package_does_not_import_gradio():
    modules = "gan, gan.training.run_folder, gan.cli.sample, gan.live.manager, gan.exploring.explorer"
    code = f"import sys, {modules}; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
