"""The work lists: what staff look through, filter, and act on, in django-unfold's change lists."""
