"""The wine scheme as others' modelling libraries take it; each runs in an environment of its own."""
