"""Films of models in grey and in colour, read by Pillow."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from gan.exploring.explorer import Explorer
from gan.networks import checkpoints
from gan.training.saved_state import model_of
from gan.training.state import init_state
from tests.conftest import make_tiny

# A film of pictures, [784 · channels] each. Returns it and what was painted, [280 · 280 · 4] each; in Base64.
RECORD = """async ([pictures, format, isColour]) => {
  const { encoders } = await import("/web/morph/recording.js");
  const { paint } = await import("/web/shared/paint.js");
  const encode = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const canvas = Object.assign(document.createElement("canvas"), { width: 280, height: 280 });
  const frames = [];
  const draw = async (i) => {
    paint(canvas, Uint8Array.from(pictures[i]));
    frames.push(encode(canvas.getContext("2d").getImageData(0, 0, 280, 280).data));
  };
  const film = await encoders[format](canvas, pictures.length, draw, 40, () => {}, isColour);
  return { film: encode(new Uint8Array(await film.arrayBuffer())), frames };
}"""


@pytest.fixture(scope="module")
def blank(browser, address):
    """A page of the app's origin, with nothing in it."""
    page = browser.new_page()
    page.goto(f"{address}/web/morph/recording.js")
    yield page
    page.close()


@pytest.fixture(scope="module")
def colourful(tmp_path_factory):
    """A checkpoint of an untrained model in colour."""
    recipe = make_tiny(channels=3)
    path = tmp_path_factory.mktemp("colour") / "colourful.safetensors"
    checkpoints.save_model(
        path, model_of(recipe, init_state(recipe, 0), {"dataset": "stacked-mnist", "step": 0})
    )
    return path


@pytest.fixture(scope="module")
def way_in_colour(browser, address, colourful):
    """A page where that model is opened, and a way of it is ready to be saved."""
    page = browser.new_page(accept_downloads=True)
    page.goto(f"{address}/#model=mnist&view=morph&stops=4!7&way=lerp&loop=0&ease=0")
    page.wait_for_selector(".explore[aria-busy=false]", timeout=240_000)
    page.get_by_label("Open a model").set_input_files(colourful)
    page.get_by_label("colourful, step 0").wait_for(timeout=240_000)
    page.wait_for_selector(".explore[aria-busy=false]", timeout=240_000)
    page.locator(".views").get_by_text("Morph").click()
    yield page
    page.close()


def frames_of(content):
    """Of a film, int [N, 280, 280, 3]."""
    film = Image.open(io.BytesIO(content))
    frames = []
    for number in range(film.n_frames):
        film.seek(number)
        frames.append(np.array(film.convert("RGB")).astype(int))
    return np.array(frames)


def recorded(page, pictures, format, is_colour):
    """The frames of a film of pictures uint8 [N, 28, 28, channels], and what was painted for them."""
    made = page.evaluate(RECORD, [[picture.ravel().tolist() for picture in pictures], format, is_colour])
    pixels = np.frombuffer(b"".join(map(base64.b64decode, made["frames"])), np.uint8)
    painted = pixels.reshape(len(pictures), 280, 280, 4)[..., :3].astype(int)
    return frames_of(base64.b64decode(made["film"])), painted


def test_a_gif_of_greys_has_each_pixels_level_of_64(blank, mnist):
    found, painted = recorded(blank, mnist.images[:2], "gif", False)
    assert len(np.unique(painted)) > 64
    np.testing.assert_array_equal(found, np.round((painted >> 2) * 255 / 63))


def test_a_gif_in_colour_has_each_pixels_nearest_colour_of_the_cube(blank):
    pictures = np.random.default_rng(0).integers(0, 256, (2, 28, 28, 3), np.uint8)
    found, painted = recorded(blank, pictures, "gif", True)
    steps = np.array([5, 6, 5])  # from none to all of red, green and blue
    levels = np.floor(painted * steps / 255 + 0.5)
    np.testing.assert_array_equal(found, np.floor(levels * 255 / steps + 0.5))


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_a_film_of_a_model_in_colour_has_its_colours(way_in_colour, colourful, format):
    page = way_in_colour
    page.locator(".speed").select_option("2")
    page.locator(".format").select_option(format)
    with page.expect_download() as download:
        page.locator(".save-way").click()
    frames = frames_of(download.value.path().read_bytes())
    explorer = Explorer(colourful)
    for frame, seed in ((frames[0], 4), (frames[-1], 7)):
        assert np.abs(frame[..., 0] - frame[..., 1]).mean() > 1
        picture = Image.fromarray(explorer.generate(explorer.latent(seed))[0])
        wanted = np.array(picture.resize((280, 280), Image.Resampling.BICUBIC)).astype(int)
        assert np.abs(frame - wanted).mean() < 15


def test_the_pad_of_a_model_in_colour_asks_for_a_photograph_and_the_two_colours_of_where_d_looks_differ(
    way_in_colour,
):
    page = way_in_colour
    page.get_by_text("Draw", exact=True).click()
    page.get_by_text("Drop a photograph here").wait_for()
    assert page.get_by_text("One stroke will do").is_hidden()
    page.locator(".with-saliency").check()
    page.locator(".explore .legend").wait_for()
    assert "more light" in page.locator(".explore .legend").inner_text()
    more, less = page.locator(".explore .legend i").evaluate_all(
        "marks => marks.map((mark) => getComputedStyle(mark).backgroundColor)"
    )
    assert more != less
