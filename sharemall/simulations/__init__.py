"""Simulations that the staff asks for, and what the real mall comes to if nobody buys any more."""
