"""Tables that staff hand in: read, tried without a trace, carried out, told row by row."""
