"""Measure what threadkit reads in dumps against readings of them by hand: `make accuracy`, or `python -m tests.accuracy`."""
