"""How often suggest is right: on layouts drawn by a generator, and on a folder of saved pages."""
