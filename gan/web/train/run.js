/**
 * A run of training, as the Train page knows it. The page does not ask who trains: every kind of run has the same
 * orders and snapshots. server_run.js has those that the server trains, recorded_run.js one that was recorded.
 */

import { shapeOf } from "../engine/stages.js";
import { number } from "../shared/text.js";

/** @import { Shape } from "../engine/stages.js" */
/** @import { Dataset } from "../training/batch.js" */
/** @import { ModelEntry } from "../shared/state.js" */
/** @import { Originals } from "./originals.js" */

/**
 * What the browser keeps of a run, so that a reload of the page finds it again. Who has no key may watch, and gives
 * no orders.
 * @typedef {{name: string, key?: string}} Ticket
 */

/** @typedef {"compiling" | "running" | "paused" | "stopped" | "failed"} Status */

/**
 * How a run is doing (gan/live/diagnosis.py).
 * @typedef {object} Diagnosis
 * @property {string} name "warming_up", "healthy", or what is wrong
 * @property {string} text what is seen
 * @property {string} advice what to do; "" if nothing
 * @property {Record<string, number>} change the settings that the advice is about
 * @property {string} repair "this_run" if they repair the run as it is, "start_again" if it must begin again
 * @property {string} loss with which it begins again; "" if the loss stays
 * @property {number} since the step at which this was first said
 */

/**
 * What was seen of a run, and its numbers over time. Without a discriminator there are no logits.
 * @typedef {{values: Uint8Array<ArrayBuffer>}} Pixels
 * @typedef {{values: Float32Array}} Numbers
 *
 * @typedef {object} Arrays
 * @property {Pixels} [samples] 64 pictures by the averaged generator, always of the same z, [64 · 784]
 * @property {Pixels} [fakes] 8 pictures by the generator as it is, [8 · 784]
 * @property {Pixels} [copies] 8 pictures that an autoencoder made of the first real digits, [8 · 784]
 * @property {Numbers} [fake_logits] [64]
 * @property {Numbers} [real_logits] [64]
 * @property {Numbers} curve the metrics, row by row (Curve in gan/live/history.py)
 * @property {Numbers} qualities step, seconds, Fréchet distance, digits found: [4 · qualities]
 */

/**
 * A run at a moment (gan/ui/packs.py).
 * @typedef {object} Snapshot
 * @property {number} version counts up with every change
 * @property {Status} status
 * @property {string} message why it failed or paused by itself, else ""
 * @property {number} step
 * @property {number} seconds spent training
 * @property {number} images pictures that were trained on
 * @property {number} rate pictures a second
 * @property {number} [workers] Workers of this page that shared the last step
 * @property {number} [queue_position] how many runs train before this one has its turn
 * @property {number} classes that the networks are told; 0: none
 * @property {Record<string, number>} hyper the settings that can be changed, by name
 * @property {string} loss its name in gan/config.py
 * @property {{step: number, text: string}[]} events what a visitor changed, and when
 * @property {number | null} real_frechet the Fréchet distance of as many real digits as are measured of the run
 * @property {number[]} frames steps whose pictures are kept
 * @property {number[]} states steps whose networks are kept
 * @property {number | null} weights the step of the latest networks for Explore
 * @property {string} [dataset] what a run on the server learns from
 * @property {string[]} [class_names] of that
 * @property {boolean} [is_read] whether a classifier reads its pictures: digits and Fréchet distances are measured
 * @property {Diagnosis} diagnosis
 * @property {Arrays} arrays
 */

/**
 * What is on the wall: 64 pictures of one shape, and what is said of them. `step` is missing where they are of no run.
 * @typedef {{pixels: Uint8Array, shape: Shape, caption: string, step?: number}} Picture
 */

/**
 * What a run is started with (StartRequest in gan/ui/requests.py).
 * @typedef {object} Wish
 * @property {string} recipe of gan/recipes.py or gan/live/failures.py, or "autoencoder"
 * @property {number} seed
 * @property {boolean} conditional whether the networks are told the class
 * @property {FirstCommand} [first_command] "step": it takes one step and pauses
 * @property {Record<string, number>} [change] settings that are otherwise than the recipe's
 * @property {string} [dataset] the name of what it learns from; missing: digits
 * @property {Dataset | null} [pictures] the visitor's own, if it learns from these
 */

/** What a run does first. @typedef {"run" | "step"} FirstCommand */

/** Which networks learn in a single step. @typedef {"both" | "D" | "G"} Network */

/** A file that can be saved of a run. @typedef {"model" | "state" | "film" | "metrics"} FileKind */

/**
 * A run: the orders that it takes, and what is known of it. An order that is refused throws an Error with one line for
 * the page.
 * @typedef {object} Run
 * @property {Snapshot | null} snapshot the latest; null: nothing is known yet
 * @property {"page" | "server"} place where it is trained
 * @property {boolean} isMine whether it takes orders from this page; else it can only be watched
 * @property {boolean} isOver whether it has ended: it goes on only if it is found again and told to
 * @property {boolean} isGone whether who trained it has forgotten it
 * @property {boolean} [isRestarted] whether it is gone because the server was started again
 * @property {string} trouble why who trains it did not answer when asked last; "": it did
 * @property {Ticket | null} ticket finds it again after a reload; null: nothing does
 * @property {Originals | null} originals what it learns to forge; null: what its host names
 * @property {string | null} link an address where others can watch it; null: there is none
 *
 * @property {() => Promise<unknown>} resume
 * @property {() => Promise<unknown>} pause
 * @property {(network: Network) => Promise<unknown>} step takes a single step
 * @property {(change: Record<string, number>) => Promise<unknown>} set changes settings, by their names
 * @property {(step: number, otherwise?: Otherwise) => Promise<unknown>} rewind goes back to one of `snapshot.states`,
 *   and on from there. What came after it is forgotten.
 * @property {() => Promise<unknown>} stop ends it. Its pictures and its last networks are kept for a while.
 * @property {() => Promise<boolean>} [isKept] asks whether it can still be had; missing: it can
 *
 * @property {(isWatched: () => boolean, changed: (isNew: boolean) => void) => void} follow keeps `snapshot` up to date
 *   until the run is over, and calls `changed` each time. isWatched: whether somebody looks at it now; isNew: there is
 *   another snapshot, not only another pace.
 * @property {() => void} leave follows it no longer
 * @property {() => void} abandon says that the page is being closed, where no answer can be waited for any more
 *
 * @property {(step: number) => Promise<Uint8Array | null>} pictures the 64 pictures of a step, [64 · 784]; null if they
 *   are no longer kept, or cannot be had
 * @property {(step: number | null) => ModelEntry | undefined | Promise<ModelEntry>} model its networks as a model that
 *   Explore can open: of a step, or (null) as they are and go on learning; undefined: it cannot
 * @property {(step: number) => Weights | Promise<Weights>} latestWeights what Explore must know to replace the networks
 *   that it follows by the latest, which are those of this step or later ones
 * @property {(isLeft: boolean) => void} [leaveCore] whether Train is closed, and a core is left to the tab that is open
 * @property {FileKind[]} files which can be saved
 * @property {(kind: FileKind) => string | null} file the address of a file to save; null: it is made by `save`
 * @property {(kind: FileKind) => Promise<void>} [save] makes a file that has no address, and gives it to the visitor
 */

/** Networks that Explore can load in the place of others. @typedef {{id: string, url: string, name: string}} Weights */

/**
 * What is different after a run has gone back.
 * @typedef {{loss?: string, change?: Record<string, number>}} Otherwise
 */

/**
 * Who trains: the server, or this page itself. Whoever is given to `mount` of train.js starts all runs of the page.
 * @typedef {object} RunHost
 * @property {(wish: Wish) => Promise<Run>} start throws an Error with one line for the page if that cannot be
 * @property {(ticket: any) => Promise<Run | null>} find the run of a ticket, which comes from a link or from storage and
 *   so may be anything; null: it leads to no run
 * @property {(file: File, pictures: Dataset | null) => Promise<Run>} [open] starts a run that goes on from a saved
 *   training state; pictures: the visitor's own, if they are read. Missing: it cannot. Throws an Error with one line for
 *   the page.
 * @property {(ticket: Ticket) => unknown} [forget] deletes what is kept of a run that is not on the page
 * @property {(dataset?: string) => Promise<Originals>} originals what runs learn to forge where nothing else is chosen,
 *   or what one on a set of this name does. Throws an Error if it has no such set.
 * @property {(place: Run["place"]) => void} [stayAt] trains the next run at this place, where there is a choice
 * @property {(recipe: string) => boolean} canTrain whether it has the networks of a recipe, or of a failure of the lab
 */

/**
 * What is on the wall at a moment of a run.
 *
 * @param {Uint8Array} pixels [64 · size² · channels]
 * @param {number} step
 * @returns {Picture}
 */
export const forgeriesAt = (pixels, step) => ({
  pixels,
  shape: shapeOf(pixels.length / 64),
  step,
  caption: `64 forgeries after ${number(step)} steps. Each is always made from the same random numbers.`,
});
