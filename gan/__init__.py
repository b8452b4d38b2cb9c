"""Forger: a GAN that forges handwritten digits. The map, lowest layer first; imports run upwards.

errors, cache      the exception for users; where downloads and compiled programs are kept
device             the machine: its name, its cores, and the precision it multiplies fastest
config, recipes    two networks and a game, as frozen dataclasses; the named ones
data               datasets as checked uint8 arrays
layers             convolutions as matrix products, dropout per example
models             the generator and the discriminator
losses             adversarial losses and gradient penalties, one function a paper
latents            maths on z
state              a run between two steps: one immutable pytree
batches            the batch of a step, drawn on the device
steps              one pure train step, under jit or pmap
trainer            the resumable loop, in chunks
checkpoints        the disk format: safetensors with readable metadata
sampler            weights to pictures, at fixed batch shapes
rendering          arrays to pictures, grids, animations
metrics            how near two sets of features are: Fréchet distance, precision, recall, …
plans              what train.py's arguments ask for, checked
runs               a run's folder: record, draw, save
console            what command lines share
classifier         the judge: a small frozen digit classifier, and how it was trained
embedding          a chart of many points: t-SNE
originals          is it copying? The real digits nearest to a forged one
inversion          the z whose picture comes nearest to a drawing
survey             what the directions of a latent space do: found, measured, named
export             a model as one file that the page runs
explorer           what the app asks of a trained model
opening            a model that a visitor sends, checked and surveyed in a process of its own
history            what a run leaves behind: curves, pictures to scrub, states to go back to
signals, health    what is seen of a run that trains; how it is doing, in plain words
lab, knobs         games that go wrong on purpose, each with its repair; what may be moved
autoencoder        the rival in a race: a small VAE
watcher            looks at a run that trains: when, at what, and what is kept
session, live      one visitor's run; all of them, shared fairly over one machine
evaluate, stacked  command lines: how good are samples; how many of 1000 modes are found
sample, benchmark  command lines: pictures from a checkpoint; what this machine can do
record             command line: a run, to be watched without a server
site               the page as files: Explore for the app; with the recorded run, for any web server
ui                 the Gradio app; the only part that imports gradio
web                the pages, in plain JavaScript
"""
