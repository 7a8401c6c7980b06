"""Paying for an order: providers behind one interface."""
