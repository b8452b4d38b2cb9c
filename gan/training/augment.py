"""DiffAugment: D sees every picture changed at random, real and fake alike.

Zhao et al. 2020, "Differentiable augmentation for data-efficient GAN training", arXiv 2006.10738. With few
pictures D learns them by heart, and then tells G nothing. If only the real pictures were changed, G would
learn to make changed ones. So both are, and G's gradient flows back through the changes, which are linear in
the pixels but for a constant. The sizes of the changes are those of the paper's own code. There, too, what
is moved in or cut out is 0, the middle of −1…1: no drawing has such a margin, so D and G can tell it apart.
"""

import jax
import jax.numpy as jnp
from jax import lax

MAX_SHIFT = 1 / 8  # of the side of a picture
CUT = 1 / 2  # the side of the square that is cut out, as a share of the side of a picture
NUMBERS = 8  # random numbers that an example takes, whatever is done to it


def augment(pictures: jax.Array, kinds: tuple[str, ...], keys: jax.Array) -> jax.Array:
    """Pictures [B, H, W, C] in −1…1, each changed at random.

    Args:
      kinds: some of `gan.config.AUGMENTATIONS`: what is done to the pictures.
      keys: [B] random keys, one an example.
    Returns:
      [B, H, W, C]. With "colour" the numbers may leave −1…1.
    """

    def augment_one(picture: jax.Array, key: jax.Array) -> jax.Array:
        shares = jax.random.uniform(key, (NUMBERS,))  # in 0…1
        if "flip" in kinds:
            picture = jnp.where(shares[0] < 0.5, picture[:, ::-1], picture)
        if "colour" in kinds:
            picture = _change_colour(picture, *shares[1:4])
        if "translation" in kinds:
            picture = _translate(picture, *shares[4:6])
        if "cutout" in kinds:
            picture = _cut_out(picture, *shares[6:8])
        return picture

    return jax.vmap(augment_one)(pictures, keys)


def _change_colour(
    picture: jax.Array, brightness: jax.Array, saturation: jax.Array, contrast: jax.Array
) -> jax.Array:
    """A picture [H, W, C] brighter by −½…½, its saturation times 0…2, and its contrast times ½…1½."""
    picture = picture + (brightness - 0.5)
    grey = jnp.mean(picture, axis=2, keepdims=True)  # [H, W, 1]
    picture = grey + 2 * saturation * (picture - grey)
    mean = jnp.mean(picture)
    return mean + (0.5 + contrast) * (picture - mean)


def _translate(picture: jax.Array, down: jax.Array, right: jax.Array) -> jax.Array:
    """A picture [H, W, C] moved by whole pixels along both axes, with zeros where nothing was."""
    most = _pixels(MAX_SHIFT, picture)
    padded = jnp.pad(picture, ((most, most), (most, most), (0, 0)))
    corner = _whole_number(down, 2 * most + 1), _whole_number(right, 2 * most + 1), 0
    return lax.dynamic_slice(padded, corner, picture.shape)


def _cut_out(picture: jax.Array, row: jax.Array, column: jax.Array) -> jax.Array:
    """A picture [H, W, C] with zeros in a square, of which a part may lie outside."""
    height, width, _ = picture.shape
    side = _pixels(CUT, picture)

    def is_cut(share: jax.Array, length: int) -> jax.Array:
        """For each of `length` rows or columns, whether the square reaches over it."""
        first = _whole_number(share, length + 1 - side % 2) - side // 2
        place = jnp.arange(length)
        return (place >= first) & (place < first + side)

    is_inside = is_cut(row, height)[:, None, None] & is_cut(column, width)[None, :, None]  # [H, W, 1]
    return jnp.where(is_inside, 0.0, picture)


def _pixels(share: float, picture: jax.Array) -> int:
    """That share of a picture's side in whole pixels; a half is rounded up."""
    return int(picture.shape[0] * share + 0.5)


def _whole_number(share: jax.Array, count: int) -> jax.Array:
    """A number in 0…1 as one of the whole numbers 0 … count − 1, all of which are equally likely."""
    return jnp.floor(share * count).astype(jnp.int32)
