// What Explore and its panels know of each other. No code.

/** @import { DrawAnswer, Engine } from "../engine/types.js" */
/** @import { KnownModel } from "./known_model.js" */
/** @import { ModelEntry, State, View } from "./state.js" */

/**
 * What a panel may ask of the page. Whoever changes the state calls `change` or `goTo`; what follows, in this order, is
 * written in explore.js.
 * @typedef {object} Page
 * @property {State} state what is shown; it is replaced, never written to
 * @property {ModelEntry} entry the chosen model, before it is loaded
 * @property {KnownModel} model the model that is shown
 * @property {Engine} engine
 * @property {boolean} isLocal whether the engine runs in this page, and not on the server
 * @property {Uint8Array | null} picture as it was last drawn, [size² · channels]
 * @property {(part: Partial<State>) => void} change by a control that shows the new value already: it is drawn
 * @property {(part: Partial<State>) => void} goTo another state: all controls follow
 * @property {(answer: DrawAnswer) => void} show puts a picture, and what the networks make of it, on the screen
 * @property {(error: unknown) => void} showError in one line
 * @property {Done} done
 */

/**
 * The message of what a button has done. It goes by itself after a while.
 * @typedef {object} Done
 * @property {() => void} clear
 * @property {(text: string) => void} say
 */

/**
 * A way to explore. The page calls `useModel` when a model was loaded, `followState` when the state has changed
 * elsewhere, `draw` (if there is one) for the large picture, and `finish` when all has come to rest.
 * @typedef {object} Panel
 * @property {() => void} useModel makes the controls for the model
 * @property {(isOpening: boolean) => void} followState sets the controls at the state's values
 * @property {() => Promise<DrawAnswer>} [draw] instead of the picture at the state's z
 * @property {() => Promise<(() => void) | undefined>} finish computes what need not follow a drag; what it gives shows
 *   that, and is not called if the state has changed meanwhile
 * @property {() => boolean} [isPassing] whether the panel is on its way to another state: undo does not stop here
 */

export {};
