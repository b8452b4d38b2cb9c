"""A folder of pictures of any size and kind as images of 28 × 28 pixels, light ink on a dark ground."""

from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps

from gan.data import IMAGE_SIZE
from gan.errors import InputError

MID_GREY = 127.5  # between 0, black, and 255, white
UNSURE_RANGE = 40  # a border within this distance of mid-grey may be a light or a dark ground


def read_pictures(folder: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """All pictures in a folder and its sub-folders, in the order of their paths.

    If every picture lies in a sub-folder, and there are two or more of these, then the sub-folders are the
    classes, in alphabetical order. Files and folders whose names begin with a dot are left out.

    Returns:
      images uint8 [N, 28, 28, 1] in 0–255, and labels int32 [N], or None where there are no classes.
    Raises:
      InputError: the folder holds no pictures, or Pillow cannot read one. The message names it.
    """
    paths = _picture_paths(folder)
    if not paths:
        raise InputError(f"{folder}: no IDX files and no pictures that Pillow can read")
    images = _with_dark_ground(np.stack([_read_picture(path) for path in paths]))  # [N, 28, 28]
    return images[..., None], _labels_of(folder, paths)


def _picture_paths(folder: Path) -> list[Path]:
    """The files that are named like a format that Pillow reads."""
    readable = {ending for ending, kind in Image.registered_extensions().items() if kind in Image.OPEN}
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix.lower() in readable
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _labels_of(folder: Path, paths: list[Path]) -> np.ndarray | None:
    """The number of each path's first sub-folder, int32 [N], or None if the paths form no classes."""
    groups = [path.relative_to(folder).parts[0] if path.parent != folder else "" for path in paths]
    names = sorted(set(groups))
    if len(names) < 2 or "" in names:
        return None
    return np.array([names.index(group) for group in groups], np.int32)


def _with_dark_ground(images: np.ndarray) -> np.ndarray:
    """Images uint8 [N, 28, 28], each inverted if its ground is light: MNIST is light ink on a dark ground.

    The border of an image says which its ground is. Where the border is of a middle grey, the median of all
    borders decides.
    """
    borders = np.median([_border_pixels(image) for image in images], axis=1)  # [N]
    is_unsure = np.abs(borders - MID_GREY) < UNSURE_RANGE
    ground = np.where(is_unsure, np.median(borders), borders)
    return np.where(ground[:, None, None] > MID_GREY, 255 - images, images)


def _border_pixels(image: np.ndarray) -> np.ndarray:
    """The pixels of the outermost rows and columns of an image [H, W]."""
    return np.concatenate([image[[0, -1]].ravel(), image[:, [0, -1]].ravel()])


def _read_picture(path: Path) -> np.ndarray:
    """A picture in grey as uint8 [28, 28]: whole, in proportion, and padded with the grey of its border."""
    try:
        with Image.open(path) as picture:
            rgba = _to_8_bits(_upright(picture)).convert("RGBA")
    except Exception as error:  # Pillow's many readers raise whatever a damaged file leads them to
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path}: Pillow cannot read it ({reason}); expected a picture") from error
    grey = _without_transparency(rgba)
    scale = IMAGE_SIZE / max(grey.size)
    width, height = (max(1, round(scale * side)) for side in grey.size)
    fitted = Image.new("L", (IMAGE_SIZE, IMAGE_SIZE), int(np.median(_border_pixels(np.asarray(grey)))))
    small = grey.resize((width, height), Image.Resampling.LANCZOS)
    fitted.paste(small, ((IMAGE_SIZE - width) // 2, (IMAGE_SIZE - height) // 2))
    return np.asarray(fitted)


def _without_transparency(rgba: Image.Image) -> Image.Image:
    """The picture in grey, on black if it is light ink on a transparent ground, and else on white."""
    alpha, luminance = np.asarray(rgba.getchannel("A")), np.asarray(rgba.convert("L"))
    ink = luminance[alpha > MID_GREY]
    is_light_ink = alpha.min() < 255 and ink.size > 0 and ink.mean() > MID_GREY
    ground = Image.new("RGBA", rgba.size, "black" if is_light_ink else "white")
    return Image.alpha_composite(ground, rgba).convert("L")


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


def _to_8_bits(picture: Image.Image) -> Image.Image:
    """A picture whose greys have 16 or 32 bits, scaled to 0–255; Pillow would cut them off at 255."""
    if not picture.mode.startswith(("I", "F")):
        return picture
    wide = np.asarray(picture, np.float64).clip(0)
    return Image.fromarray((wide * (255 / max(wide.max(), 1))).astype(np.uint8))
