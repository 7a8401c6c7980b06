"""The wine scheme in others' modelling libraries, each in an environment of its own."""
