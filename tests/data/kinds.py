"""The kinds of input that people come with, each made by one function.

A function writes its files into a folder, and returns the path to read if that is another.
"""

import zipfile

import numpy as np

from tests.data.make import (
    STEMS,
    TEST_STEMS,
    digits,
    drawing,
    idx_bytes,
    photograph,
    save,
    save_drawings,
    write_idx,
)

LABELS = [0, 1, 2, 1]


def a_flat_folder(path):
    save_drawings(path, 4)


def class_folders(path):
    for name in ("10", "9", "dog"):
        save_drawings(path / name, 2)


def splits_of_classes(path):
    for split, count in (("train", 3), ("val", 1), ("test", 2)):
        for name in ("0", "1"):
            save_drawings(path / split / name, count)


def a_zip_with_a_folder_above(path):
    save_drawings(path / "cat", 2)
    save_drawings(path / "dog", 2)
    with zipfile.ZipFile(path / "animals.zip", "w") as archive:
        for file in sorted(path.rglob("*.png")):
            archive.write(file, f"animals/{file.relative_to(path)}")
        archive.writestr("__MACOSX/animals/cat/._0.png", "a Mac was here")
    return path / "animals.zip"


def mnist_files(path):
    write_idx(path / f"{STEMS[0]}.gz", digits(4))
    write_idx(path / f"{STEMS[1]}.gz", np.array(LABELS))


def a_zip_of_mnist(path):
    with zipfile.ZipFile(path / "archive.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for stem, array in zip(STEMS, (digits(4), np.array(LABELS)), strict=True):
            archive.writestr(f"{stem}/{stem}", idx_bytes(array))
    return path / "archive.zip"


def files_with_dots(path):
    write_idx(path / "train-images.idx3-ubyte", digits(4))
    write_idx(path / "train-labels.idx1-ubyte", np.array(LABELS))


def files_in_folders_of_their_names(path):
    for stem, array in zip(STEMS, (digits(4), np.array(LABELS)), strict=True):
        write_idx(path / stem / stem, array)


def torchvisions_folder(path):
    for stem, array in zip(STEMS, (digits(4), np.array(LABELS)), strict=True):
        write_idx(path / "MNIST" / "raw" / stem, array)
        write_idx(path / "MNIST" / "raw" / f"{stem}.gz", array)
    write_idx(path / "MNIST" / "raw" / TEST_STEMS[0], digits(2))


def idx_without_labels(path):
    write_idx(path / STEMS[0], digits(4))


def emnist(path):
    """Its pictures are turned about their diagonal, and its letters are counted from 1."""
    write_idx(path / "gzip" / f"emnist-letters-{STEMS[0]}.gz", digits(4).swapaxes(1, 2))
    write_idx(path / "gzip" / f"emnist-letters-{STEMS[1]}.gz", np.array([1, 2, 26, 2]))


def keras_npz(path):
    arrays = {"x_train": digits(4), "y_train": LABELS, "x_test": digits(2), "y_test": [0, 1]}
    np.savez(path / "mnist.npz", **arrays)
    return path / "mnist.npz"


def medmnist_npz(path):
    """Colour, labels [N, 1], three splits, and numbers in 0–1."""
    images = digits(4, channels=3) / 255.0
    images[..., 2] = 0
    np.savez(
        path / "a.npz", train_images=images, train_labels=np.array(LABELS)[:, None], val_images=images[:1]
    )


def npz_one_hot_and_named(path):
    """Channels first, in −1…1."""
    images = digits(4, channels=1).transpose(0, 3, 1, 2) / 127.5 - 1
    np.savez(path / "a.npz", images=images, labels=np.eye(3)[LABELS], class_names=["cat", "dog", "owl"])


def npz_beside_a_preview(path):
    keras_npz(path)
    save_drawings(path, 1)


def kmnist_npz(path):
    np.savez(path / "kmnist-train-imgs.npz", digits(4))
    np.savez(path / "kmnist-train-labels.npz", np.array(LABELS))


def npy_pair(path):
    np.save(path / "X_train.npy", digits(4).reshape(4, 784))
    np.save(path / "y_train.npy", np.array(["cat", "dog", "owl", "dog"]))


def quick_draw(path):
    for name in ("cat", "dog", "owl"):
        np.save(path / f"full_numpy_bitmap_{name}.npy", digits(2).reshape(2, 784))


def kaggles_csv(path):
    rows = np.concatenate([np.array(LABELS)[:, None], digits(4).reshape(4, 784)], axis=1)
    header = ",".join(["label", *(f"pixel{i}" for i in range(784))])
    np.savetxt(path / "train.csv", rows, "%d", ",", header=header, comments="")
    np.savetxt(path / "test.csv", rows[:, 1:], "%d", ",", header=header.partition(",")[2], comments="")


def csv_without_header(path):
    rows = np.concatenate([np.array(LABELS)[:, None], digits(4).reshape(4, 784)], axis=1)
    np.savetxt(path / "mnist_train.csv", rows, "%d", ",")
    return path / "mnist_train.csv"


def cifar_binary(path):
    for name, count in [*((f"data_batch_{i}.bin", 2) for i in range(1, 6)), ("test_batch.bin", 1)]:
        planes = np.full((count, 3, 32, 32), 50, np.uint8)
        planes[:, 0] = 200  # red
        labels = np.arange(count, dtype=np.uint8)
        (path / name).write_bytes(np.concatenate([labels[:, None], planes.reshape(count, -1)], 1).tobytes())


def photographs(path):
    for i in range(3):
        save(photograph(seed=i), path / f"IMG_{i}.JPG", format="JPEG")


def a_tiff_stack(path):
    first, *others = [drawing(shift=i) for i in range(4)]
    first.save(path / "stack.tif", save_all=True, append_images=others)
    return path / "stack.tif"


def symlinked_folders(path):
    for name in ("cat", "dog"):
        save_drawings(path / "elsewhere" / name, 2)
        (path / "set").mkdir(exist_ok=True)
        (path / "set" / name).symlink_to(path / "elsewhere" / name, target_is_directory=True)
    (path / "set" / "cat" / "loop").symlink_to(path / "set", target_is_directory=True)
    return path / "set"


def folders_that_link_to_each_other(path):
    names = [f"c{i}" for i in range(9)]
    for name in names:
        save_drawings(path / name, 1)
        for other in names:
            (path / name / f"to_{other}").symlink_to(path / other, target_is_directory=True)
    (path / "a").symlink_to(path / "c0", target_is_directory=True)
    (path / "loop").symlink_to(path / "loop")


def pictures_among_other_files(path):
    save_drawings(path, 4)
    for name, content in {
        "model.h5": b"\x89HDF\r\n\x1a\n",
        "film.mpg": b"\0\0\1\xba",
        "notes.pdf": b"%PDF",
        "labels.csv": b"file,label\n0.png,cat\n",
        "._0.png": b"a Mac was here",
        "Thumbs.db": b"x",
    }.items():
        (path / name).write_bytes(content)


def an_empty_class(path):
    for name in ("cat", "dog"):
        save_drawings(path / name, 2)
    (path / "owl").mkdir()


def splits_below_other_folders(path):
    for split in ("train", "test"):
        for name in ("a", "b"):
            save_drawings(path / "data" / "set" / split / "all" / name, 3)


def a_zip_of_another_system(path):
    """Names are UTF-8, which is not said, with the separators of Windows."""
    picture = (save_drawings(path, 1) / "0.png").read_bytes()
    places = {"CLASS1": "ねこ", "CLASS2": "いぬ"}  # of as many bytes
    with zipfile.ZipFile(path / "a.zip", "w") as archive:
        for place in places:
            for i in range(2):
                archive.writestr(f"{place}\\{i}.png", picture)
    content = (path / "a.zip").read_bytes()
    for place, name in places.items():
        content = content.replace(place.encode(), name.encode())
    (path / "a.zip").write_bytes(content)
    return path / "a.zip"


def strange_names(path):
    for name in ("ねこ", "か\u3099", "🐈 #1", "a\nb"):
        save_drawings(path / name, 2)


def npz_with_labels_of_bools(path):
    np.savez(path / "a.npz", images=digits(4), labels=[True, False, True, False])


def npz_with_texts_as_labels(path):
    np.savez(path / "a.npz", X=digits(4), y=np.array(["猫", "dog", "owl", "dog"]))


def csv_of_a_spreadsheet(path):
    """With semicolons, quotes, the mark that Windows puts before UTF-8, and two empty rows at the top."""
    header = ["label", *(f"pixel{i}" for i in range(784))]
    rows = [header, *([label, *picture.ravel()] for label, picture in zip(LABELS, digits(4), strict=True))]
    lines = ["", "", *(";".join(f'"{cell}"' for cell in row) for row in rows)]
    (path / "train.csv").write_text("\r\n".join(lines), "utf-8-sig")


def csv_in_utf_16(path):
    kaggles_csv(path)
    for name in ("train.csv", "test.csv"):
        (path / name).write_text((path / name).read_text(), "utf-16")


def single_pixels(path):
    for i in range(3):
        save(drawing(size=1, ground=90 * i), path / f"{i}.png")


def long_strips(path):
    for i in range(2):
        save(photograph(size=(30_000, 3), seed=i), path / f"{i}.png")


def the_same_picture(path):
    for name in ("cat", "dog"):
        for i in range(3):
            save(drawing(), path / name / f"{i}.png")
