"""What is said of files that are pictures, or hold some, and that this package does not read."""

from collections import Counter
from collections.abc import Iterable

from gan.data.files import File

# Endings of pictures that Pillow cannot open, and of containers -> how they become something readable.
_TO_JPEG = "save them as JPEG (ImageMagick: magick mogrify -format jpg *{})"
_FRAMES = "take its frames as pictures (ffmpeg -i FILM -vf fps=1 %05d.png)"
_UNPACK = "unpack it first, or pack it as .zip"
_SAVE = "np.savez('pictures.npz', images=images, labels=labels)"
OTHER_PICTURES = (".heic", ".heif", ".avif", ".jxl", ".svg", ".cr2", ".cr3", ".nef", ".arw", ".dng", ".raf")
CONVERSIONS = {
    **{ending: _TO_JPEG.format(ending) for ending in OTHER_PICTURES},
    ".pdf": "save its pages as pictures (pdftoppm -png FILE page)",
    **dict.fromkeys((".mp4", ".mov", ".avi", ".mkv", ".mpg", ".mpeg", ".webm"), _FRAMES),
    ".zip": "give the path of one .zip, or unpack it first",
    **dict.fromkeys((".tar", ".gz", ".tgz", ".bz2", ".xz", ".rar", ".7z", ".zst"), _UNPACK),
    **dict.fromkeys((".pkl", ".pickle"), f"a pickle may run any code; open it yourself, then {_SAVE}"),
    ".mat": f"open it with scipy.io.loadmat, then {_SAVE}",
    **dict.fromkeys((".h5", ".hdf5"), f"open it with h5py.File, then {_SAVE}"),
    **dict.fromkeys((".pt", ".pth"), f"open it with torch.load, then {_SAVE}"),
    ".tfrecord": f"read it with tensorflow_datasets.as_numpy, then {_SAVE}",
    ".arrow": "datasets.load_from_disk(FOLDER)['train'].to_parquet('train-00000-of-00001.parquet')",
    ".parquet": "pip install pyarrow",
    ".npy": "its array must be [N, height, width] or [N, height, width, 1 or 3]",
    ".npz": "its array must be called images or x_train, [N, height, width] or [N, height, width, 1 or 3]",
    ".csv": "a row is a label and the pixels of one square picture, as in Kaggle's train.csv",
}
KINDS = (
    "expected pictures (PNG, JPEG, TIFF, …), IDX files, .npz, .npy, a .csv of pixels, or a .parquet of images"
)


def nothing_to_read(files: Iterable[File]) -> str:
    """Why there is nothing to read in these files, and how to convert the commonest of them."""
    files = list(files)
    if any(file.parts[-1] == "data_batch_1" for file in files):
        return "CIFAR's Python version is made of pickles; take its binary version, or the name cifar-10"
    endings = Counter(file.ending for file in files)
    found = [ending for ending, _ in endings.most_common() if ending in CONVERSIONS]
    if not found:
        return f"no pictures; {KINDS}"
    ending = found[0]
    return f"no pictures that can be read, but {endings[ending]:,} {ending}: {CONVERSIONS[ending]}"
