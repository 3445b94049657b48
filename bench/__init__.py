"""Measure threadkit on a generated corpus, as ratios in one run. `python -m bench --help` says how."""
