"""A scheme's future before anybody's money is in it: the engine itself over an invented population.

`scenario` reads what is to be simulated, `run.simulate` does it day by day, `results` says what
came of it. No formula of the rules is repeated here: `engine.batch` and `engine.close` are called.
Floats draw random numbers and nothing else; every amount is an integer of micro-units.
"""
