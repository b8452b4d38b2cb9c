"""Links in a document's head that fetch the page's modules all at once, and not one level after the other."""

import re
from pathlib import Path

WEB = Path(__file__).parent
IMPORTED = r'^import\s[^;]*?"(\.[^"]+\.js)"'  # how a script names what it imports
IMPORTED_LATER = r'(?:await|=) import\("(\.[^"]+\.js)"\)'  # when it is needed
STARTED_LATER = r'new Worker\(new URL\("([^"]+\.js)"'
LOW_PRIORITY = ' fetchpriority="low"'  # of a link: whatever else is asked for meanwhile comes before


def links(start: str) -> str:
    """The links of a page.

    First come the modules that its first script imports, with what these import. Those of a tab that is not
    open yet, and of Workers that start later, wait in a template until shared/ahead.js takes them out of it.

    Args:
      start: the address of the first script, in a folder web/.
    """
    folder, _, name = start.rpartition("web/")
    first = _with_imports([WEB / name, WEB / "engine/worker.js"], [IMPORTED])
    later = _with_imports(first, [IMPORTED, IMPORTED_LATER, STARTED_LATER])[len(first) :]

    def links_to(paths: list[Path], more: str = "") -> str:
        addresses = [f"{folder}web/{path.relative_to(WEB).as_posix()}" for path in paths]
        return "".join(f'    <link rel="modulepreload" href="{address}"{more}>\n' for address in addresses)

    return f"{links_to(first)}    <template>\n{links_to(later, LOW_PRIORITY)}    </template>\n"


def _with_imports(scripts: list[Path], patterns: list[str]) -> list[Path]:
    """These scripts, then those that they name as the patterns say, those that these name, and so on."""
    found = list(scripts)
    for path in found:  # which grows meanwhile
        text = path.read_text(encoding="utf-8")
        for relative in (name for pattern in patterns for name in re.findall(pattern, text, re.MULTILINE)):
            imported = (path.parent / relative).resolve()
            if imported not in found:
                found.append(imported)
    return found
