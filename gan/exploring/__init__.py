"""What Explore asks of a model.

The modules:

    subjects              what a model makes, in words, and whether the classifier of digits may read it
    attributes            what can be measured on a picture: slant and stroke, or brightness and width
    leading_directions    the directions of z along which images change most
    directions            these directions, turned to follow attributes, and their names
    tsne                  many points placed in the plane, alike beside alike
    latent_map            all this of one model, and its file beside the checkpoint
    inversion             the z whose image is nearest to a drawing
    page_model            a model as one file for the page
    explorer              one model, ready to be explored
    gallery               the models of a folder, in order and with titles
    uploads               a model that a visitor sends
"""
