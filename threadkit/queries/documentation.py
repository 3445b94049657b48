"""Write docs/queries.md from the canned queries."""

from __future__ import annotations

from collections.abc import Iterator

from threadkit.queries.canned import CannedQuery, load_canned

__all__ = ["write_documentation"]

_OPENING = """# Questions

The questions that Datasette's pages offer, made from `threadkit/queries/canned.toml` by `make docs`. `threadkit browse` shows them in the
language of its user; `datasette_metadata.json` holds both languages.

An answer is a table: sort it, filter it, or take it away as CSV or JSON. Numbers of messages, threads, people, attachments and documents
lead to their rows, and `threadkit show NUMBER` prints the same in a terminal. `who`, `one`, `other` and `filename` look for a part of a name
(`%` stands for anything, `_` for one letter); dates are compared as written, so that `2023-09` is a whole month.

## With Datasette itself

`threadkit browse` serves this machine alone. To serve an archive in another way, give its metadata to Datasette, which must find it under the
name that the file names: `archive.db`.

```console
$ datasette archive.db -m datasette_metadata.json                                  # Datasette 0.65
$ datasette archive.db -m datasette_metadata.json -c datasette_metadata.json       # Datasette 1.0, alpha
```

Where threadkit is installed beside Datasette, its plugin registers five SQL functions, which `threadkit sql` knows too:

| function | gives |
|---|---|
| `threadkit_match(words)` | what `messages_fts` or `documents_fts` is to `MATCH`, so that accents and inflections do not count |
| `threadkit_excerpt(text, words)` | a stretch of the text around the first of the words, those found between « and » |
| `threadkit_lines(text, starts, first, last)` | lines of a page whose first line is `starts`, each behind its number |
| `threadkit_loose(text)` | what `LIKE` is to look for before names are folded, so that few are |
| `threadkit_fold(text)` | the text in lower case, without accents, ligatures or damaged letters |

and shows control characters of the mail as marks such as `<U+001B>`, times without their `T`, and subjects that lead to their message.
Where it is not installed, every question but `said_about` and `where_it_stands` answers all the same, for in `datasette_metadata.json` names
are compared with their accents; `said_exactly` and the search box above `messages` and `documents` ignore accents by themselves, but know no inflections.

Mail is private: before an archive is put where others can reach it, think of who is named in it.
"""


def write_documentation() -> str:
    """Return the whole of docs/queries.md."""
    return "\n".join([_OPENING, *(line for query in load_canned() for line in _query(query))])


def _query(query: CannedQuery) -> Iterator[str]:
    yield f"## `{query.name}`\n"
    yield f"{query.title['en']}. {query.about['en']}\n"
    yield f"*{query.title['fr']}. {query.about['fr']}*\n"
    if query.parameters:
        yield f"Parameters: {', '.join(f'`{name}`' for name in query.parameters)}.\n"
    yield f"```sql\n{query.sql}\n```\n"
