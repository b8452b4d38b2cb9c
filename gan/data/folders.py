"""A folder of pictures: which of its sub-folders are splits, and which are classes."""

from collections import Counter

from gan.data import arrays
from gan.data.advice import OTHER_PICTURES
from gan.data.decoding import picture_endings
from gan.data.files import File
from gan.data.labels import in_turn
from gan.data.raw import Listed
from gan.data.splits import choose, is_split, split_of

Placed = tuple[tuple[str, ...], File]  # a picture, and its path below the folder that matters


FEW = 10  # so many pictures beside an .npz or .npy only show what is in it


def matches(files: list[File]) -> bool:
    """Whether there are pictures, and they are not just a few that show what is in a file of arrays."""
    endings = picture_endings()
    count = sum(file.ending in endings for file in files)
    return count >= FEW or (count > 0 and not arrays.matches(files))


def read(files: list[File], split: str) -> Listed:
    """The pictures of one split, still to be decoded.

    A folder that holds nothing but one folder is passed by. If the sub-folders are called train and test (or
    val), they are splits. If all pictures lie in sub-folders, and there are two or more of these, they are
    the classes, which take turns.
    Raises:
      InputError: there is no such split.
    """
    endings = picture_endings()
    others = Counter(file.ending for file in files if file.ending in set(OTHER_PICTURES) - endings)
    placed = _unwrap([(file.parts, file) for file in files if file.ending in endings])
    beside = [path[0] for path, _ in placed if len(path) == 1]
    splits = {path[0] for path, _ in placed if len(path) > 1}
    remarks = ()
    if len(splits) > 1 and all(map(is_split, splits)) and "train" in map(split_of, splits):
        wanted = choose(map(split_of, splits), split)
        placed = _unwrap([(path[1:], file) for path, file in placed
                          if len(path) > 1 and split_of(path[0]) == wanted])  # fmt: skip
        remarks = (f"{len(beside)} beside the splits are left out",) if beside else ()
    folders = {path[0] for path, _ in placed if len(path) > 1}
    beside = [path[0] for path, _ in placed if len(path) == 1]
    if len(folders) > 1 and beside:
        remarks += (f"no classes, because {beside[0]} lies beside the sub-folders",)
    has_classes = len(folders) > 1 and not beside
    if has_classes:
        placed = [placed[i] for i in in_turn([path[0] for path, _ in placed])]
    values = [path[0] for path, _ in placed] if has_classes else None
    return Listed([file for _, file in placed], values, left_out=others, remarks=remarks)


def _unwrap(placed: list[Placed]) -> list[Placed]:
    """The same without the folders that hold nothing but one folder."""
    while placed and all(len(path) > 1 for path, _ in placed) and len({path[0] for path, _ in placed}) == 1:
        placed = [(path[1:], file) for path, file in placed]
    return placed
