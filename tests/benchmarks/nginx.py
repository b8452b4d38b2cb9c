"""A visit to the app behind nginx, in a folder of another server: `python -m tests.benchmarks.nginx`.

It needs nginx (`apt-get install --no-install-recommends nginx-light`), which buffers answers, as it does by
default. Prints one line for each thing that a visitor does; what fails ends it with an error.
"""

import getpass
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image, ImageDraw
from playwright.sync_api import Page, sync_playwright

from tests.app import answers, free_port, launch_browser, running_app
from tests.browser.explore_page import copied, settle, shown
from tests.browser.train_page import open_tab, press, save_file, stop, wait_for_step

FOLDER = "/some/app"
CONFIG = """
user USER;  # its workers write into a folder that is the user's alone
pid FOLDER_OF_NGINX/pid;
daemon off;
error_log stderr crit;  # at the address without a slash, Gradio's files are not found
events {}
http {
  access_log off;
  client_body_temp_path FOLDER_OF_NGINX/body;
  proxy_temp_path FOLDER_OF_NGINX/proxy;
  fastcgi_temp_path FOLDER_OF_NGINX/fastcgi;
  uwsgi_temp_path FOLDER_OF_NGINX/uwsgi;
  scgi_temp_path FOLDER_OF_NGINX/scgi;
  server {
    listen 127.0.0.1:PORT;
    client_max_body_size 100m;  # else nginx refuses models and pictures of more than 1 MB
    location SUBPATH {
      rewrite ^SUBPATH/?(.*)$ /$1 break;
      proxy_pass http://APP;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
}
"""


@contextmanager
def behind_nginx(app: str) -> Iterator[str]:
    """nginx before an app, until both answer. Yields the address of the app there, without a slash."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        config = CONFIG.replace("FOLDER_OF_NGINX", folder).replace("SUBPATH", FOLDER)
        config = config.replace("USER", getpass.getuser())
        path = Path(folder) / "nginx.conf"
        path.write_text(config.replace("PORT", str(port)).replace("APP", app))
        program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
        process = subprocess.Popen([program, "-c", str(path), "-p", folder])
        try:
            address = f"http://127.0.0.1:{port}{FOLDER}"
            while not answers(address):
                if process.poll() is not None:
                    raise RuntimeError("nginx did not start")
                time.sleep(0.05)
            yield address
        finally:
            process.terminate()
            process.wait()


def visit(page: Page, address: str, folder: Path) -> Iterator[str]:
    """Does what a visitor does, and says what has worked. `folder`: for files."""
    page.goto(f"{address}#seed=5")
    page.wait_for_url(f"{address}/#**")
    settle(page)
    picture = shown(page)
    yield "the address without a slash opens, and Explore draws"
    link = copied(page, "Copy link")
    page.goto("about:blank")
    page.goto(link)
    assert (shown(page) == picture).all(), "a link opens another picture"
    yield "a copied link opens the same picture"
    open_tab(page)
    press(page, "Start")
    wait_for_step(page, 20)
    yield "a run on the server starts, and its pictures come"
    model = save_file(page, "the model", folder)
    stop(page)
    yield "its model is saved, and it stops"
    page.get_by_role("tab", name="Explore").click()
    page.get_by_label("Open a model").set_input_files(model)
    page.get_by_label("model, step").wait_for()
    yield f"that model is opened ({model.stat().st_size / 1e6:.1f} MB)"
    draw_discs(folder / "discs")
    open_tab(page)
    page.locator(".next summary").click()
    page.locator(".dataset").select_option("own pictures")
    page.locator(".folder-input").set_input_files(folder / "discs")
    page.get_by_text("40 pictures, 64×64").wait_for()
    press(page, "Start")
    wait_for_step(page, 1)
    yield "a run on the server learns from one's own pictures"
    stop(page)


def draw_discs(folder: Path) -> None:
    folder.mkdir()
    for i in range(40):
        picture = Image.new("RGB", (64, 64), "white")
        ImageDraw.Draw(picture).ellipse([8, 8, 30 + i // 2, 30 + i // 2], fill=(200, 5 * i, 60))
        picture.save(folder / f"{i}.png")


def main() -> None:
    with (
        running_app("--behind-proxy") as app,
        behind_nginx(urlsplit(app).netloc) as address,
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as folder,
    ):
        browser = launch_browser(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(300_000)
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("response", lambda answer: answer.status >= 400 and troubles.append(answer.url))
        for done in visit(page, address, Path(folder)):
            print(done, flush=True)
        browser.close()
        print(f"{len(troubles)} errors {troubles[:3]}")


if __name__ == "__main__":
    main()
