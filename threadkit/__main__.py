"""`python -m threadkit`, for machines where the command itself is not on the path."""

from __future__ import annotations

from threadkit.cli import main

main()
