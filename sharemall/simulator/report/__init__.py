"""A study as one page, as pictures and as tables."""
