"""Forger: a GAN that forges handwritten digits. The map, lowest layer first; imports run upwards.

errors, cache      the exception for users; where downloads and compiled programs are kept
config             recipes: two networks and a game, as frozen dataclasses
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
plans              what train.py's arguments ask for, checked
runs               a run's folder: record, draw, save
explorer           what the app asks of a trained model
live               visitors' training runs, shared fairly over one machine
console            what command lines share
sample, benchmark  command lines: `python -m gan.sample`, `python -m gan.benchmark`
ui                 the Gradio app; the only part that imports gradio
"""
