"""Tables, views, indexes and search as data; one writer, one reader."""
