"""Any data set becomes one checked array of images, uint8 [N, size, size, channels], and their classes.

The modules, in the order of their work:

    datasets       `load_dataset` finds a data set by its name or its path
    downloads      fetches the sets that do not come with this package, and checks them
    files          what lies in a folder or a .zip
    reading        which reader knows these files, and how what it hands on (`raw`) becomes a `Dataset`
    idx, cifar, parquet, folders, arrays, csv_pixels       the readers, one for each format
    splits, labels, known_classes, levels                  what names and numbers in files mean
    decoding       one file of a picture
    treatment      how the pictures of a set become alike: size, colour, polarity, one decision for all
    pictures       many pictures, in parallel
    prepared       keeps what took long to read
    held_out       which pictures are validation pictures, and which are test pictures
    summary, advice                                        what was read, or how to convert what was not
    mnist/         the bundled files of MNIST
"""

from gan.stages import SIZES  # those that can be asked for: there are networks of each

__all__ = ["IMAGE_SIZE", "SIZES"]

IMAGE_SIZE = 28  # pixels: the height and the width of every image, unless another is asked for
