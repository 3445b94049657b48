"""The reading room as a page sees it: one reader's request in one archive, what may be asked there, and how an answer is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from datasette.utils import tilde_encode
from datasette.utils.asgi import Forbidden, NotFound, Response

from threadkit.browse import answers
from threadkit.browse.access import may_see_table
from threadkit.browse.questions import Question, load_questions
from threadkit.browse.static_files import load_static
from threadkit.browse.stretches import Stretch, read_stretches
from threadkit.browse.templating import load_environment
from threadkit.locale import Texts, load_texts
from threadkit.locale.catalogue import Catalogue, load_catalogue

__all__ = ["Room", "Row"]

Row = dict[str, Any]
PREFIX = "/-/threadkit"


@dataclass(frozen=True, slots=True)
class Room:
    """One request in one archive. `name` is the database's name in Datasette; `language` is fr or en; `namesakes` tells apart who shares a name."""

    datasette: Any
    request: Any
    name: str
    language: str
    namesakes: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    _seen: dict[str, bool] = field(default_factory=dict)

    # ------------------------------------------------------------------ what was asked

    @property
    def database(self) -> Any:
        """The archive as Datasette's database."""
        return self.datasette.get_database(self.name)

    def part(self, name: str) -> str:
        """Return what stands in the address at a named place of the page's path."""
        return str(self.request.url_vars[name])

    def id(self) -> int:
        """Return the number in the address; routes let no longer one than SQLite knows come so far."""
        return int(self.part("id"))

    def given(self, name: str) -> str:
        """Return a parameter of the address, '' where it is not given."""
        return str(self.request.args.get(name) or "")

    def number(self, name: str, default: int, low: int = 1, high: int = 1_000_000_000) -> int:
        """Return a number of the address within its limits; junk counts as the default."""
        text = self.given(name)
        return min(max(int(text), low), high) if text.isascii() and text.isdigit() and len(text) < 20 else default

    # ------------------------------------------------------------------ what the archive says

    async def ask(self, question: str, /, **parameters: object) -> list[Row]:
        """Return the rows of a question of `sql/`, by its name `file.name`.

        Raises:
            Forbidden: the reader may not see one of its tables.
            QueryInterrupted: it took longer than Datasette allows.
        """
        return await self.ask_sql(load_questions()[question], parameters)

    async def ask_sql(self, question: Question, parameters: dict[str, object]) -> list[Row]:
        """Return the rows of a question that a page put together from pieces of `sql/`."""
        for table in sorted(question.tables):
            await self.require(table)
        found = await self.database.execute(question.sql, parameters)
        return [dict(zip(found.columns, row, strict=True)) for row in found.rows]

    async def ask_one(self, question: str, /, **parameters: object) -> Row | None:
        """Return the first row of a question, None where there is none."""
        rows = await self.ask(question, **parameters)
        return rows[0] if rows else None

    async def stretches(self, table: str, column: str, ids: Sequence[int], most: int, start: int = 0) -> dict[int, Stretch]:
        """Return at most `most` bytes of a long text of each row, without reading the rest of it."""
        await self.require(table)
        found: dict[int, Stretch] = await self.database.execute_fn(
            lambda connection: read_stretches(connection, table, column, ids, most, start)
        )
        return found

    async def require(self, table: str) -> None:
        """Raise where the reader may not see a table or view; each is asked for once a request.

        Raises:
            Forbidden: the reader may not.
        """
        if table not in self._seen:
            self._seen[table] = await may_see_table(self.datasette, self.request.actor, self.name, table)
        if not self._seen[table]:
            raise Forbidden(f"view-table {table}")

    # ------------------------------------------------------------------ where things are

    def url(self, *parts: object, anchor: object = "", **query: object) -> str:
        """Return the address of a page of the room: `url("message", 12)`, `url("search", q="pont")`. A None in `query` is left out."""
        path = "/".join((f"{tilde_encode(self.database.route)}{PREFIX}", *(tilde_encode(str(part)) for part in parts)))
        wanted = [(name, value) for name, value in query.items() if value is not None]
        return f"{self.datasette.urls.path(path)}{f'?{urlencode(wanted)}' if wanted else ''}{f'#{anchor}' if anchor else ''}"

    def lasting_url(self, *parts: object) -> str | None:
        """Return the whole address of a page for a citation; None on this machine alone, where it leads nowhere for others."""
        if str(self.request.host).rpartition(":")[0] in ("127.0.0.1", "localhost") or str(self.request.host) in ("localhost", "127.0.0.1"):
            return None
        return str(self.datasette.absolute_url(self.request, self.url(*parts)))

    def row_url(self, table: str, *key: object) -> str:
        """Return the address of Datasette's own page of one row."""
        return str(self.datasette.urls.row(self.name, table, ",".join(tilde_encode(str(part)) for part in key)))

    def table_url(self, table: str, **query: object) -> str:
        """Return the address of Datasette's own page of a table or view."""
        return f"{self.datasette.urls.table(self.name, table)}{f'?{urlencode(query)}' if query else ''}"

    def static(self, name: str) -> str:
        """Return the address of a file of `static/`, which changes with what it holds."""
        return str(self.datasette.urls.path(f"/-/threadkit-static/{load_static()[name].version}/{name}"))

    def in_language(self, language: str) -> str:
        """Return the address of this very page in another language."""
        kept = [(name, value) for name in self.request.args for value in self.request.args.getlist(name) if name != "lang"]
        return f"{self._here()}?{urlencode([*kept, ('lang', language)])}"

    def here(self, **changed: object) -> str:
        """Return the address of this page with some parameters changed; None takes one away."""
        kept = {name: self.request.args.get(name) for name in self.request.args if name != "lang"} | changed
        wanted = [(name, value) for name, value in kept.items() if value is not None]
        return f"{self._here()}{f'?{urlencode(wanted)}' if wanted else ''}"

    def _here(self) -> str:
        parts = str(self.request.url_vars.get("rest") or "").strip("/")
        return f"{self.url()}{f'/{quote(parts)}' if parts else ''}"

    # ------------------------------------------------------------------ how it is shown

    @property
    def texts(self) -> Texts:
        """The words that the command line uses too: kinds of findings, standings, roles."""
        return load_texts(self.language)

    @property
    def catalogue(self) -> Catalogue:
        """The words of the pages."""
        return load_catalogue(self.language)

    def say(self, message: str, /, **values: object) -> str:
        """Return a text of the pages in the reader's language, its places filled. The result is plain text."""
        text = self.catalogue.text(message)
        return text.format(**values) if values else text

    def show(self, template: str, /, *, status: int = 200, **values: object) -> Response:
        """Return the page that a template makes of some values."""
        text = load_environment(self.language).get_template(f"threadkit/{template}").render(room=self, texts=self.texts, **values)
        return answers.page(text, status)

    def missing(self, what: str) -> NotFound:
        """Return what to raise where the archive has no such row."""
        return NotFound(what)
