"""Any data set becomes one checked array of images, uint8 [N, 28, 28, channels].

The modules:

    datasets     `load_dataset` finds a data set by its name or its folder
    idx          reads files in MNIST's own format
    pictures     reads a folder of pictures, and fits each into 28 × 28 pixels
    downloads    fetches the sets that do not come with this package, and checks them
    mnist/       the bundled files of MNIST
"""

IMAGE_SIZE = 28  # pixels: every image has this height and this width
