"""Sharemall: an open platform for equity e-commerce."""

__version__ = "0.1.0"
