"""What leaves the archive, one small module a format: a mail file, a citation. Tables leave as CSV, JSON and Excel through Datasette."""
