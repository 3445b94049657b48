"""What leaves the archive: one small module a format. None so far: Datasette exports as CSV, JSON and, with the `browse` extra, Excel."""
