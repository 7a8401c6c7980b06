"""What the operator sets of the mall's face: banners, home's sections, notices, policies."""
