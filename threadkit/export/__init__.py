"""What leaves the archive: one small module a format. None so far: Datasette exports tables and queries as CSV, JSON and, with the `browse` extra, Excel."""
