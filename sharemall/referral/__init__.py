"""Who invited whom: one level, fixed at the first order."""
