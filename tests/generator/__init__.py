"""Invent releases of correspondence with known truth: a small world, its conversations, their prints, and what damages them.

Nothing here is taken from threadkit's words or from its parser: what the generator prints comes from its own data files, and what it
says of the prints from what it printed.
"""
