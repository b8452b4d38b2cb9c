"""Arrays of images as numbers for the networks, and as pictures: grids, animations, files.

Where nothing else is said, images are uint8 [N, size, size, 1 or 3] in 0–255.
"""

import io

import jax
import jax.numpy as jnp
import numpy as np
from PIL import Image

from gan.errors import InputError

GAP = 2  # pixels between neighbours in a grid, before it is enlarged
MIDDLE_GAP = 20  # pixels between two grids that stand side by side


def normalize_images(images: jax.Array) -> jax.Array:
    """Images of any shape, uint8 in 0–255, as the networks take them: float32 in −1…1."""
    return images.astype(jnp.float32) / 127.5 - 1


def denormalize_images(images: jax.Array) -> jax.Array:
    """The inverse of `normalize_images`: float32 in −1…1, as the generator makes them, to uint8 in 0–255."""
    return jnp.round((images + 1) * 127.5).astype(jnp.uint8)


def to_pil(image: np.ndarray, size: int | None = None) -> Image.Image:
    """One image [H, W, C] as Pillow has it; with a size, enlarged smoothly to size × size pixels."""
    pil = Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
    return pil if size is None else pil.resize((size, size), Image.Resampling.BICUBIC)


def grid(images: np.ndarray, columns: int | None = None, scale: int = 2) -> Image.Image:
    """Images in rows, in their order.

    Args:
      columns: how many images stand in a row, or None for a square grid.
      scale: how many pixels wide and high each pixel of the images becomes.
    """
    count, height, width, channels = images.shape
    columns = columns or int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    canvas = np.zeros((rows * (height + GAP) + GAP, columns * (width + GAP) + GAP, channels), np.uint8)
    for i, image in enumerate(images):
        top, left = GAP + i // columns * (height + GAP), GAP + i % columns * (width + GAP)
        canvas[top : top + height, left : left + width] = image
    pil = to_pil(canvas)
    return pil.resize((pil.width * scale, pil.height * scale), Image.Resampling.NEAREST)


def side_by_side(real: np.ndarray, fake: np.ndarray) -> Image.Image:
    """A grid of real images on the left, and one of as many generated images on the right."""
    left, right = grid(real), grid(fake)
    canvas = Image.new(left.mode, (left.width + right.width + MIDDLE_GAP, left.height), "white")
    canvas.paste(left, (0, 0))
    canvas.paste(right, (left.width + MIDDLE_GAP, 0))
    return canvas


def gif(images: np.ndarray, size: int = 224, milliseconds: int = 50) -> bytes:
    """The content of a GIF file whose frames are the images; it begins again when it ends.

    Args:
      size: width and height of each frame in pixels.
      milliseconds: how long each frame is shown.
    """
    frames = [to_pil(image, size) for image in images]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=milliseconds, loop=0)
    return buffer.getvalue()


def png(image: Image.Image) -> bytes:
    """The content of a PNG file of a picture."""
    return encoded(image, ".png")


def encoded(image: Image.Image, ending: str) -> bytes:
    """The content of a picture's file, of the kind that the ending of its name says.

    Raises InputError if there is no such kind, or if it cannot hold this picture.
    """
    kind = Image.registered_extensions().get(ending.lower())
    buffer = io.BytesIO()
    try:
        image.save(buffer, kind or ending)
    except (KeyError, OSError, ValueError) as error:  # unknown, or only read; no such colours
        reason = "it is no kind of picture" if isinstance(error, KeyError) else error
        raise InputError(
            f"cannot write {ending or 'a name without an ending'} ({reason}); use .png"
        ) from error
    return buffer.getvalue()
