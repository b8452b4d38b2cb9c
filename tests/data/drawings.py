"""Draws pictures of one kind, of which the README trains a GAN: `python -m tests.data.drawings OUT`.

They are fish in colour, each with its own body, fins, stripes, hue and tilt.
"""

import colorsys
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

COUNT = 300
SIDE = 256  # pixels of a picture's height and width
FINE = 2  # each is drawn at so many times its size, which makes its edges smooth
WATER = (226, 240, 244)
INK = (32, 38, 58)

Points = np.ndarray  # float [N, 2]: x to the right and y down, in a square from -1 to 1


def colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of three numbers of 0 to 1; hues go round."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(255 * red), round(255 * green), round(255 * blue)


def body(length: float, height: float) -> Points:
    """An outline that is round at the head (left), and runs to a point at the tail."""
    angle = np.linspace(-np.pi, np.pi, 80)
    x = np.cos(angle)
    return np.stack([length * x, height * np.sin(angle) * (1 - 0.45 * np.maximum(x, 0))], axis=1)


def turned(points: Points, tilt: float) -> Points:
    cosine, sine = np.cos(tilt), np.sin(tilt)
    return points @ np.array([[cosine, sine], [-sine, cosine]])


def draw_fish(rng: np.random.Generator) -> Image.Image:
    """One fish, RGB [SIDE, SIDE]; all look to the left."""
    length, height = rng.uniform(0.5, 0.62), rng.uniform(0.28, 0.48)
    spread = height * rng.uniform(0.8, 1.1)  # of the tail fin
    tilt, hue = rng.uniform(-0.2, 0.2), rng.uniform()
    scale = FINE * SIDE / 2
    image = Image.new("RGB", (FINE * SIDE, FINE * SIDE), WATER)
    pen = ImageDraw.Draw(image)

    def paint(points: Points, fill: tuple[int, int, int], line: float = 0.035) -> None:
        places = [tuple(place) for place in scale * (1 + turned(points - [0.12, 0], tilt))]
        pen.polygon(places, fill=fill)
        pen.line([*places, places[0]], fill=INK, width=round(scale * line), joint="curve")

    fins = colour(hue + rng.uniform(0.04, 0.14), 0.85, 0.95)
    paint(
        np.array([[0.8 * length, 0], [length + 0.42, -spread], [length + 0.28, 0], [length + 0.42, spread]]),
        fins,
    )
    top = rng.uniform(0.5, 0.75)
    paint(
        np.array(
            [
                [-0.35 * length, -0.8 * height],
                [0.2 * length, -height - top * 0.4],
                [0.65 * length, -0.5 * height],
            ]
        ),
        fins,
    )
    paint(
        np.array(
            [[-0.1 * length, 0.8 * height], [0.25 * length, height + 0.2], [0.5 * length, 0.6 * height]]
        ),
        fins,
    )
    outline = body(length, height)
    paint(outline, colour(hue, 0.75, 0.95))
    for i in range(rng.integers(0, 4)):  # stripes
        left = length * (-0.3 + 0.36 * i)
        x = np.linspace(left, left + 0.14 * length, 6)
        edge = 0.94 * height * np.sqrt(1 - (x / length) ** 2) * (1 - 0.45 * np.maximum(x / length, 0))
        stripe = np.concatenate([np.stack([x, -edge], 1), np.stack([x, edge], 1)[::-1]])
        paint(stripe, colour(hue - 0.08, 0.9, 0.55), line=0)
    eye = np.array([-0.6 * length, -0.2 * height])
    circle = np.stack([np.cos(np.linspace(0, 2 * np.pi, 24)), np.sin(np.linspace(0, 2 * np.pi, 24))], axis=1)
    paint(eye + 0.11 * circle, (255, 255, 255))
    paint(eye + 0.045 * circle, INK)
    return image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("Expected one folder: python -m tests.data.drawings OUT")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for number in range(COUNT):
        draw_fish(rng).save(folder / f"fish-{number + 1:03}.png", optimize=True)
    print(f"{COUNT} drawings of fish are in {folder}.")


if __name__ == "__main__":
    main()
