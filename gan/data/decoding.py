"""A file of a picture, of any kind that Pillow reads, as small pictures of mode L, RGB or RGBA.

Greys of 32 bits stay as they are, of mode I (integers) or F (floats): `gan.data.treatment` decides for all
pictures of a set at once which number is white.
"""

import io
import warnings

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from gan.data.files import File

# Pillow warns of pictures of 90 million pixels and refuses those of 180 million. The limit here is between.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)

# The endings of files that are taken for pictures, if Pillow reads their kind here.
_ENDINGS = ".png .apng .jpg .jpeg .jpe .jfif .bmp .dib .gif .webp .tif .tiff .ppm .pgm .pbm .pnm .tga .pcx "
_ENDINGS += ".ico .jp2 .j2k .avif .dds .psd .sgi .qoi"
MAX_PIXELS = 120_000_000  # of one picture: in colour they fill 360 MB while it is decoded
_TIFF_SUBFILE = 254  # the tag that says of a page that it is a small copy, or a mask, of another
_WHITE_OF_16_BITS = 65_535


def picture_endings() -> set[str]:
    """The endings, in small letters with their dot, of files that are decoded."""
    kinds = Image.registered_extensions()
    return {ending for ending in _ENDINGS.split() if kinds.get(ending) in Image.OPEN}


def decode(file: File, size: int) -> list[Image.Image]:
    """The picture in a file, upright: one, or all pages of a TIFF stack.

    Large ones come smaller, in proportion, but with no side below 2 · `size` (where it was that long): the
    fine steps to `size` are still to be taken, and a JPEG decodes fast to an eighth.
    Raises:
      Exception: of any kind, if Pillow cannot read it.
    """
    with _open(file) as picture:
        pages = range(getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1)
        if len(pages) == 1:
            picture.draft(None, (2 * size, 2 * size))
        found = []
        for page in pages:
            picture.seek(page)
            if not _is_copy(picture):
                found.append(_reduce(_plain(_upright(picture)), size))
    if not found:
        raise ValueError("no page of it is a picture of its own")
    return found


def _open(file: File) -> Image.Image:
    """A picture of which only the first bytes have been looked at. Raises ValueError, which says why not."""
    content = file.read()
    if not content:
        raise ValueError("it is empty")
    try:
        picture = Image.open(io.BytesIO(content))
    except UnidentifiedImageError:
        raise ValueError("it is no picture") from None
    except Image.DecompressionBombError:
        picture = None
    if picture is None or picture.width * picture.height > MAX_PIXELS:
        raise ValueError(f"more than {MAX_PIXELS // 10**6} million pixels")
    return picture


def _is_copy(picture: Image.Image) -> bool:
    return picture.format == "TIFF" and bool(picture.tag_v2.get(_TIFF_SUBFILE, 0) & 0b101)


def _reduce(picture: Image.Image, size: int) -> Image.Image:
    factor = min(picture.size) // (2 * size)
    return picture.reduce(factor) if factor > 1 else picture


def _upright(picture: Image.Image) -> Image.Image:
    """The picture turned as its EXIF orientation says, or as it is where that tag cannot be read."""
    plain = picture.copy()  # This reads the pixels, so an error in them is raised here and not hidden below.
    plain.info = {name: value for name, value in picture.info.items() if name == "transparency"}
    try:
        orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
        plain.getexif()[ExifTags.Base.Orientation] = int(orientation)
    except Exception:  # a damaged EXIF block makes Pillow raise a dozen kinds of error
        return plain
    return ImageOps.exif_transpose(plain)  # `plain` has only this one tag: the others may be damaged


def _plain(picture: Image.Image) -> Image.Image:
    """The same picture: L for grey, I or F for grey of 32 bits, RGBA where it is transparent, or RGB."""
    mode = picture.mode
    if mode.startswith("I;16"):
        return to_8_bits(picture, _WHITE_OF_16_BITS)
    if mode in ("I", "F"):
        if not np.isfinite(np.asarray(picture)).all():
            raise ValueError("it has numbers that are not finite")
        return picture
    if "transparency" in picture.info or mode in ("LA", "La", "PA", "RGBA", "RGBa"):
        picture = picture.convert("RGBA")
        return picture if picture.getextrema()[3][0] < 255 else picture.convert("RGB")
    return picture.convert("L" if mode in ("1", "L") else "RGB")


def to_8_bits(picture: Image.Image, white: float) -> Image.Image:
    """A grey picture of more bits, as one of mode L in which `white` is 255."""
    levels = np.asarray(picture, np.float64) * (255 / white)
    return Image.fromarray(levels.clip(0, 255).round().astype(np.uint8))
