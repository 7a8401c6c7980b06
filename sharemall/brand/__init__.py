"""The mall's own face: name, logo, colours, names of the points."""
