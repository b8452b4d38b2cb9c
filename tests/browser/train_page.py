"""What a visitor does on the Train page, and what is read of it: for all tests of that page."""

import json
import re


def open_tab(page, place="server"):
    """Opens Train, and chooses who trains the next run: the server, or the page."""
    page.get_by_role("tab", name="Train").click()
    page.wait_for_selector(".train .reals canvas")
    choose(page, place)
    return page


def choose(page, place):
    page.locator(f".train .where [value={place}]").check()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def save_file(page, name, folder):
    """Downloads a file of the run; returns where it lies."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def stop(page):
    """Ends the run: the button asks first."""
    press(page, "Stop")
    press(page, "Stop this run?")


def status(page):
    return page.locator(".train:not(.recorded) .status").text_content()


def step(page):
    found = re.search(r"step ([\d,]+)", status(page))
    return int(found[1].replace(",", "")) if found else 0


def wait_for_step(page, more_than):
    page.wait_for_function(
        """least => {
          const found = document.querySelector('.status')?.textContent.match(/step ([\\d,]+)/);
          return found && Number(found[1].replaceAll(',', '')) > least;
        }""",
        arg=more_than,
        timeout=240_000,
    )


def wait_for_status(page, word):
    page.wait_for_function(
        "word => document.querySelector('.status')?.textContent.startsWith(word)", arg=word, timeout=240_000
    )


def wall(page):
    return page.evaluate("document.querySelector('.wall').toDataURL()")


def ticket(page):
    return json.loads(page.evaluate("localStorage.getItem('forger-run')"))


def starts_of(page):
    """What the page asks the server to start, from now on: (recipe, whether it is told the digit)."""
    asked = []

    def hear(request):
        if "/live/start" in request.url:
            asked.append((request.post_data_json["recipe"], request.post_data_json["conditional"]))

    page.on("request", hear)
    return asked


def colours(page, chart, left=0.0, top=0.0, width=1.0, height=1.0):
    """How many different pixels a chart has, in a part of it that is given by shares of its size."""
    return page.locator(f"[data-chart={chart}] canvas").evaluate(
        """(canvas, [left, top, width, height]) => {
          const [w, h] = [canvas.width, canvas.height];
          const context = canvas.getContext("2d");
          const { data } = context.getImageData(left * w, top * h, width * w, height * h);
          return new Set(new Uint32Array(data.buffer)).size;
        }""",
        [left, top, width, height],
    )
