"""Turn a dump of printed French e-mail into a SQLite archive that answers who sent what to whom and when."""

__version__ = "0.1.0"
