"""The tests. A package, so that they may share `tests.expected`."""
