"""Arrays to pictures: grids, animations. Pixels in are uint8 [N, 28, 28, 1 or 3]."""

import base64
import io

import jax
import jax.numpy as jnp
import numpy as np
from PIL import Image

GAP = 2  # pixels between neighbours, at the digits' own size


def normalize_images(images: jax.Array) -> jax.Array:
    """uint8 in 0–255 to float32 in −1…1."""
    return images.astype(jnp.float32) / 127.5 - 1


def picture(digit: np.ndarray, size: int | None = None) -> Image.Image:
    """One digit [28, 28, C]; with a size, enlarged smoothly to size × size."""
    image = Image.fromarray(digit[..., 0] if digit.shape[-1] == 1 else digit)
    return image if size is None else image.resize((size, size), Image.Resampling.BICUBIC)


def grid(digits: np.ndarray, columns: int | None = None, scale: int = 2) -> Image.Image:
    """Digits in rows, in order. `columns`: None for a square."""
    count, height, width, channels = digits.shape
    columns = columns or int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    canvas = np.zeros((rows * (height + GAP) + GAP, columns * (width + GAP) + GAP, channels), np.uint8)
    for i, digit in enumerate(digits):
        top, left = GAP + i // columns * (height + GAP), GAP + i % columns * (width + GAP)
        canvas[top : top + height, left : left + width] = digit
    image = picture(canvas)
    return image.resize((image.width * scale, image.height * scale), Image.Resampling.NEAREST)


def beside(real: np.ndarray, fake: np.ndarray) -> Image.Image:
    """Real digits on the left, as many generated ones on the right."""
    left, right = grid(real), grid(fake)
    canvas = Image.new(left.mode, (left.width + right.width + 20, left.height), "white")
    canvas.paste(left, (0, 0))
    canvas.paste(right, (left.width + 20, 0))
    return canvas


def gif(digits: np.ndarray, size: int = 224, milliseconds: int = 50) -> bytes:
    """Digits as the frames of an endless animation, as the bytes of a GIF file."""
    frames = [picture(digit, size) for digit in digits]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=milliseconds, loop=0)
    return buffer.getvalue()


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def data_url(image: Image.Image) -> str:
    """A picture as text that a page can show without asking for it."""
    return "data:image/png;base64," + base64.b64encode(png(image)).decode("ascii")
