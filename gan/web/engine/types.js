// The types that cross boundaries: between the page and its Worker, and between the page and the server. No code.

/**
 * The config of the two networks, as in gan/config.py (`ModelConfig`): the fields that the page uses.
 * @typedef {object} ModelConfig
 * @property {number} z_dim numbers in a z
 * @property {number} classes how many classes the generator is told, or 0
 * @property {number} latent_classes how many of the last numbers of z choose the class, or 0
 * @property {number} latent_class_inverse_temperature factor before the softmax over those numbers
 * @property {number} channels of a picture: 1 or 3
 * @property {"normal" | "uniform"} latent_prior
 * @property {number} sampling_scale factor of z
 * @property {number} sampling_contrast factor of the pictures before the tanh
 * @property {number[]} sampling_class_offsets added to the numbers of z that choose a latent class, or none
 * @property {number} mapping_layers fully connected layers that z goes through first
 * @property {number} size height and width of a picture in pixels: 28, 32 or 64
 * @property {number} discriminator_hidden hidden units before the logit, or 0
 * @property {number} packing pictures that the discriminator scores together
 * @property {number} negative_slope of LeakyReLU below zero
 */

/**
 * An array of an exported file.
 * @typedef {object} Tensor
 * @property {number[]} shape
 * @property {Float32Array | Int32Array | Uint32Array | Uint8Array} values in row-major order
 */

/** @typedef {Record<string, Tensor>} Tensors by name: "generator/Dense_0/kernel" */

/**
 * What gan/exploring/latent_map.py has found out about a model's latent space. N seeds, D directions.
 * @typedef {object} LatentMap
 * @property {{name: string, effect: string}[]} names of the directions
 * @property {Tensor} directions unit vectors, [D, z_dim]
 * @property {Tensor} logits percentiles 0…100 of D's logits of real pictures, [classes or 1, 101]; or empty
 * @property {Tensor} positions where each seed lies on the map, −1…1, [N, 2]
 * @property {Tensor} digits what the classifier reads at each seed, or the class asked for, [N]
 * @property {Tensor} scores D's score of each seed, 0…100, [N]
 */

/**
 * @typedef {object} LoadedModel
 * @property {ModelConfig} config
 * @property {Record<string, string>} metadata of the file
 * @property {LatentMap} latent_map
 */

/**
 * What the generator makes a picture of.
 * @typedef {object} GeneratorInput
 * @property {Float32Array} z [z_dim]
 * @property {number} digit the class; unconditional models ignore it
 */

/** @typedef {"slerp" | "lerp" | "features"} Way how two latents are mixed (interpolation.js) */

/**
 * One picture, and what the networks make of it.
 * @typedef {object} DrawAnswer
 * @property {number} digit the class that was asked for
 * @property {Uint8Array} picture [size² · channels]
 * @property {Uint8Array | null} hand the picture of each class at the same z, [classes · size² · channels]
 * @property {Float32Array | null} saliency the slope of D's logit at each pixel, [size² · channels]
 * @property {number | null} logit D's, where it scores single pictures
 * @property {number[] | Float32Array | null} probabilities that the classifier gives each digit, of a model of MNIST
 */

/**
 * Many pictures, and of each what the networks make of it, if that was asked for and can be had.
 * @typedef {object} SheetAnswer
 * @property {Uint8Array} pictures [count · size² · channels]
 * @property {number[] | null} logits D's
 * @property {number[] | null} read the digits that the classifier reads, of a model of MNIST
 */

/**
 * What D says of pictures.
 * @typedef {object} Opinions
 * @property {number[]} logits [count]
 * @property {Float32Array | null} saliency the slope of each logit at each pixel, [count · size² · channels]
 */

/** @typedef {`generator${number}` | `discriminator${number}`} MapName a network, and the side of the maps in pixels */
/** @typedef {Partial<Record<MapName, number[]>>} Silenced the numbers of maps that are set to 0 */

/**
 * The feature maps of a layer.
 * @typedef {object} FeatureMaps
 * @property {number} side of a map, in pixels
 * @property {number} count of maps
 * @property {Float32Array} values [side, side, count]
 */

/**
 * A picture's way through both networks (features.js).
 * @typedef {object} FeatureAnswer
 * @property {Partial<Record<MapName, FeatureMaps>>} maps those of D only where it scores single pictures
 * @property {Uint8Array} picture [size² · channels]
 * @property {number | null} logit D's
 */

/**
 * A search for the z of a drawing (inversion.js), between two steps. S starts.
 * @typedef {object} Search
 * @property {Uint8Array | Float32Array} picture that is looked for, [size² · channels], 0…255
 * @property {number} step steps made so far
 * @property {number[]} digits the class of each start
 * @property {Float32Array} z [S · z_dim]
 * @property {Float32Array} mean Adam's first moment, [S · z_dim]
 * @property {Float32Array} square Adam's second moment, [S · z_dim]
 * @property {number[]} errors how far each start's picture is from the drawing: 0 is a perfect likeness
 */

/**
 * @typedef {object} NearestDigits
 * @property {Uint8Array} pictures nearest first, [count · 784]
 * @property {number[]} labels
 * @property {number[]} distances Euclidean, of pixels in 0…1
 */

/**
 * Who computes what the page shows. Every method rejects with an Error of one clear line.
 * @typedef {object} Engine
 * @property {(name: string, url: string) => Promise<LoadedModel>} load replaces a model of the same name
 * @property {(url: string) => Promise<void>} useClassifier fetches it, once; until then `draw` has no
 *   probabilities, and `sheet` waits with what is to be read
 * @property {(asked: {model: string, z: Float32Array, digit: number, saliency: boolean}) => Promise<DrawAnswer>} draw
 *   saliency: whether D's saliency map is wanted
 * @property {(asked: {model: string, z: Float32Array, digits: number[], with_scores?: boolean}) =>
 *   Promise<SheetAnswer>} sheet pictures at many z, [count · z_dim]; with_scores: with logits and what is read
 * @property {(asked: {model: string, pictures: Uint8Array, digits: number[], saliency: boolean}) =>
 *   Promise<Opinions>} discriminate D's opinion of any pictures, [count · size² · channels], with their classes
 * @property {(asked: {model: string, input: GeneratorInput, silenced: Silenced}) => Promise<FeatureAnswer>} features
 *   what happens between z and D's logit
 * @property {(asked: {model: string, stops: GeneratorInput[], way: Way, times: number[]}) =>
 *   Promise<{pictures: Uint8Array}>} along pictures at times 0…1 of the way through all stops
 * @property {(asked: {model: string, stops: GeneratorInput[], way: Way, time: number}) =>
 *   Promise<DrawAnswer>} drawAlong the picture at one time of the way
 * @property {(asked: {model: string, corners: GeneratorInput[], way: Way, side: number}) =>
 *   Promise<{pictures: Uint8Array}>} between side² pictures between four corners
 * @property {(asked: {model: string, picture: Uint8Array}) => Promise<Search>} startSearch
 * @property {(asked: {model: string, search: Search}) => Promise<Search>} continueSearch
 * @property {(asked: {folder: string, picture: Uint8Array, count: number}) => Promise<NearestDigits>} nearest
 *   the real digits nearest to a picture; folder: the address of MNIST's files
 */

/**
 * Python's functions (gan/ui/explore.py). Each answers with the fields of the engine's method of that name, arrays as
 * base64, or with {error}.
 * @typedef {Record<string, (asked: object) => Promise<any>>} Server
 */

export {};
