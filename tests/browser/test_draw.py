"""Drawing a digit: the pad, the search, what is said of it, and the way between two drawings."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from gan.data import datasets
from tests.browser.explore_page import same, settle, shown

LINK = "#model=mnist-digits&seed=7&digit=3&view=draw"
SEVEN = [(50, 60), (220, 50), (120, 240)]
FRAME = """async ([inks, side]) => {
  const { frame } = await import("/web/draw/framing.js");
  return inks.map((ink) => [...(frame(ink, side, 28).picture ?? [])]);
}"""
SOUGHT = """() => {
  const { data } = document.querySelector(".framed canvas").getContext("2d").getImageData(0, 0, 56, 56);
  return [...data].filter((_, i) => i % 4 === 0);
}"""
ONE = [(150, 40), (140, 240)]
EXIF_ORIENTATION, TURNED_LEFT = 274, 8


@pytest.fixture
def pad(follow):
    """Draw, with nothing on its pad."""
    page = follow(LINK)
    if (clear := page.get_by_role("button", name="Clear")).is_enabled():
        clear.click()
    settle(page)
    return page


def draw(page, *shapes):
    if (clear := page.get_by_role("button", name="Clear")).is_enabled():
        clear.click()
    strokes(page, *shapes)
    return verdict(page)


def strokes(page, *shapes):
    pad = page.locator(".pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    for first, *others in shapes:
        page.mouse.move(box["x"] + first[0], box["y"] + first[1])
        page.mouse.down()
        for x, y in others:
            page.mouse.move(box["x"] + x, box["y"] + y, steps=5)
        page.mouse.up()


def verdict(page):
    page.wait_for_function("/misses|empty|dot/.test(document.querySelector('.verdict').textContent)")
    settle(page)
    return page.locator(".verdict").text_content()


def test_a_drawn_digit_is_forged(pad, explorers):
    page = pad
    assert "Your hand is forged" in draw(page, SEVEN)
    assert "A forged 7" in page.locator(".picture").get_attribute("aria-label")
    assert "digit=7" in page.url
    assert page.locator(".seed").input_value() == ""
    assert page.locator(".seed").get_attribute("placeholder") == "drawn"
    edits = dict(pair.split(":") for pair in page.url.split("axes=")[1].split(","))
    place = explorers["mnist-digits"].latent(7, edits={int(i): float(move) for i, move in edits.items()})
    (picture,) = explorers["mnist-digits"].generate(place, 7)
    assert same(shown(page), picture)
    sought = np.array(page.evaluate(SOUGHT), float).reshape(56, 56)[::2, ::2, None]
    assert np.square(picture - sought).sum() < 0.2 * np.square(sought).sum()  # the canvas shows it enlarged


def test_a_tap_is_a_dot_and_a_second_finger_draws_nothing(pad):
    page = pad
    pad = page.locator(".pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    ink = """() => document.querySelector(".pad").getContext("2d").getImageData(0, 0, 280, 280).data
      .filter((level, i) => i % 4 === 3 && level).length"""
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down(button="right")
    page.mouse.up(button="right")
    assert page.evaluate(ink) == 0
    page.mouse.down()
    assert page.evaluate(ink) > 200, "a dot"
    page.mouse.move(box["x"] + 60, box["y"] + 160)
    line = page.evaluate(ink)
    page.evaluate(
        """([x, y]) => {
          for (const [type, dy] of [["pointerdown", 0], ["pointermove", 80], ["pointerup", 80]]) {
            const options = { pointerId: 77, button: 0, clientX: x, clientY: y + dy, bubbles: true };
            document.querySelector(".pad").dispatchEvent(new PointerEvent(type, options));
          }
        }""",
        [box["x"] + 200, box["y"] + 60],
    )
    assert page.evaluate(ink) == line
    page.mouse.move(box["x"] + 60, box["y"] + 200)
    assert page.evaluate(ink) > line
    page.mouse.up()
    verdict(page)


def test_a_drawing_is_framed_as_mnist_frames_its_digits(pad):
    page = pad
    large = np.zeros((3, 84, 84), np.uint8)
    large[0, 5:75, 30:36] = large[1, 10:20, 8:80] = large[2, 40:80, 40:80] = 255
    large[2, 45:75, 45:75] = 0
    for found in page.evaluate(FRAME, [large.reshape(3, -1).tolist(), 84]):
        picture = np.array(found).reshape(28, 28)
        rows, columns = np.nonzero(picture)
        assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
        mass = picture / picture.sum()
        centre = mass.sum(axis=1) @ np.arange(28), mass.sum(axis=0) @ np.arange(28)
        assert np.abs(np.array(centre) - 14).max() <= 0.51
    real = datasets.load_dataset().images[:50, ..., 0]
    moved = [
        np.abs(np.array(found).reshape(28, 28) - image).max() > 0
        for found, image in zip(page.evaluate(FRAME, [real.reshape(50, -1).tolist(), 28]), real, strict=True)
    ]
    assert np.mean(moved) < 0.2  # theirs rounds some halves the other way


def test_nothing_and_nonsense_are_answered_kindly(pad):
    page = pad
    assert "only a dot" in draw(page, [(140, 140), (141, 141)])
    face = [(140 + 110 * np.cos(t), 140 + 110 * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 30)]
    smile = [(90, 170), (110, 200), (140, 210), (170, 200), (190, 170)]
    assert "knows nothing but digits" in draw(
        page, face, smile, [(105, 90), (105, 115)], [(175, 90), (175, 115)]
    )
    scribble = [(x, y) for x in range(40, 250, 15) for y in ((40, 240) if x % 2 else (240, 40))]
    assert "far outside" in draw(page, scribble)


def test_two_drawings_are_the_ends_of_a_way(open_page):
    page = open_page(link=f"/{LINK}")
    join = page.get_by_role("button", name="Morph from the last one")
    draw(page, SEVEN)
    seven = shown(page)
    assert join.is_disabled()
    draw(page, ONE)
    join.click()
    assert page.locator(".stop span").all_text_contents() == ["yours", "yours"]
    page.evaluate(
        "() => { const b = document.querySelector('.play'); if (b.textContent === 'Pause') b.click() }"
    )
    page.get_by_label("Where on the way").fill("0")
    settle(page)
    assert np.abs(shown(page) - seven).max() <= 2


def test_a_strangers_digit_is_looked_for(pad):
    page = pad
    before = shown(page)
    page.get_by_role("button", name="Use a stranger’s digit").click()
    assert "misses" in verdict(page)
    assert np.abs(shown(page) - before).max() > 50
    assert "source=theirs" in page.url
    page.get_by_role("button", name="Undo").click()
    assert np.abs(shown(page) - before).max() <= 2


def test_a_strangers_digit_that_comes_late_is_not_put_on_a_drawing(pad):
    page = pad
    held = []

    def hold(route):
        if "stranger" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.route("**/*", hold)
    with page.expect_request(lambda request: "stranger" in (request.post_data or "")):
        page.get_by_role("button", name="Use a stranger’s digit").click()
    strokes(page, SEVEN)
    drawn = page.evaluate("document.querySelector('.pad').toDataURL()")
    with page.expect_response(lambda response: "stranger" in (response.request.post_data or "")):
        held.pop().continue_()
    assert "Your hand is forged" in verdict(page)
    assert page.evaluate("document.querySelector('.pad').toDataURL()") == drawn
    assert "source=yours" in page.url


def test_another_model_looks_anew(pad):
    page = pad
    draw(page, SEVEN)
    page.get_by_text("Any digit").click()
    settle(page)
    assert page.locator(".prompt").is_visible()
    assert not page.locator(".framed").is_visible()
    assert "misses" in draw(page, SEVEN)


def photograph_of_a_seven():
    """A JPEG file of 900×1200 pixels: ruled paper in uneven light, which the camera has turned."""
    paper = Image.new("L", (900, 1200), 235)
    pen = ImageDraw.Draw(paper)
    for y in range(40, 1200, 75):
        pen.line([(0, y), (900, y + 20)], fill=170, width=4)
    pen.line([(300, 400), (600, 400), (420, 850)], fill=60, width=26, joint="curve")
    light = np.linspace(0.45, 1, 900) * np.where(np.arange(1200) < 700, 1, 0.7)[:, None]  # and a shadow
    noise = np.random.default_rng(0).normal(0, 5, (1200, 900))
    upright = Image.fromarray(np.clip(np.asarray(paper) * light + noise, 0, 255).astype(np.uint8))
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = TURNED_LEFT
    file = io.BytesIO()
    upright.transpose(Image.Transpose.ROTATE_270).save(file, "JPEG", exif=exif)
    assert np.abs(np.asarray(ImageOps.exif_transpose(Image.open(file)), float) - upright).mean() < 5
    return {"name": "seven.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def test_a_photograph_is_taken_and_corrected_and_nothing_of_it_is_sent(pad):
    page = pad
    asked = []
    page.on("request", lambda request: request.method == "POST" and asked.append(request.url))
    page.locator("input.from-file").set_input_files(photograph_of_a_seven())
    assert "misses" in verdict(page)
    assert "A forged 7" in page.locator(".picture").get_attribute("aria-label")
    width, height = page.locator(".photo").evaluate("({ width, height }) => [width, height]")
    assert width * 4 == height * 3  # upright
    sought = np.array(page.evaluate(SOUGHT), float).reshape(56, 56)[::2, ::2]
    rows, columns = np.nonzero(sought > 40)
    assert 18 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 22

    threshold = page.get_by_label("Threshold", exact=True)
    best = threshold.input_value()
    threshold.fill("240")
    assert "Nothing is found" in page.locator(".verdict").text_content()
    threshold.fill(best)
    page.wait_for_function("/Looking/.test(document.querySelector('.verdict').textContent)")
    assert "misses" in verdict(page)
    page.get_by_role("button", name="Rub out").click()
    box = page.locator(".pad").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 45)
    page.mouse.down()
    page.mouse.move(box["x"] + 240, box["y"] + 45, steps=20)  # the bar of the 7
    page.mouse.up()
    page.wait_for_function("/Looking/.test(document.querySelector('.verdict').textContent)")
    assert np.abs(np.array(page.evaluate(SOUGHT), float).reshape(56, 56)[::2, ::2] - sought).max() > 100
    assert not asked
    page.get_by_role("button", name="Clear").click()
    assert not page.locator(".photograph").is_visible()


def test_a_photograph_can_be_pasted_and_what_is_none_is_explained(pad):
    page = pad
    paste = """async ([name, type, bytes]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(bytes)], name, { type }));
      window.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
    }"""
    page.evaluate(paste, ["broken.png", "image/png", [1, 2, 3]])
    page.wait_for_function("/cannot be read/.test(document.querySelector('.verdict').textContent)")
    page.evaluate(paste, ["seven.jpg", "image/jpeg", list(photograph_of_a_seven()["buffer"])])
    assert "misses" in verdict(page)
