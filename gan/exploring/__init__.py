"""What Explore asks of a model.

The modules:

    attributes            what can be measured on an image of a digit: slant, stroke, and so on
    leading_directions    the directions of z along which images change most
    directions            these directions, turned to follow attributes, and their names
    tsne                  many points placed in the plane, alike beside alike
    latent_map            all this of one model, and its file beside the checkpoint
    inversion             the z whose image is nearest to a drawing
    page_model            a model as one file for the page
    explorer              one model, ready to be explored
    uploads               a model that a visitor sends
"""
