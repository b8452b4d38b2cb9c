"""What a trained model is, and how images are generated with it.

The modules:

    conv           convolutions as matrix products, with their derivatives
    layers         the layers that both networks are made of
    networks       the generator and the discriminator
    latents        maths on z
    latent_classes how often z chooses each latent class
    images         images as numbers, pictures and files
    tensor_file    trees of arrays as safetensors files
    checkpoints    the format of a model's file
    real_logits    what D says of real pictures, as a model's file keeps it
    sampler        a model's weights, ready for use
"""
