"""A foreign order history, from a CSV file into the journal."""
