"""Zones and the goods in them."""
