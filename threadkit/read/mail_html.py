"""Turn the HTML of a mail into the text that a reader sees: lines where they break, quotations behind `>`, nothing that is run or loaded."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from threadkit.words import load_words

_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "svg", "math", "iframe", "textarea", "select"})
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form", "h1",
        "h2", "h3", "h4", "h5", "h6", "header", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "thead", "tr", "ul",
    }
)  # fmt: skip
_APART = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "table", "ul"})
_BLANKS = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_RULE = "_" * 32
_DEEPEST = 40
_MANY_BLANK_LINES = re.compile(r"\n{3,}")


@cache
def _quoting() -> frozenset[str]:
    """Return the classes and types by which mail programs mark a quotation."""
    return frozenset(load_words().folded_terms("html-quotation"))


@cache
def _tight() -> frozenset[str]:
    """Return the classes of paragraphs that are single lines."""
    return frozenset(load_words().folded_terms("html-tight-paragraph"))


def text_of_html(html: str) -> str:
    """Return the text of an HTML body.

    Scripts, styles, forms and pictures are left out; a table's cells stand on one line with a tab between; a horizontal rule is a line of
    underscores, as Outlook writes it. Links keep their text alone. Never runs, never loads.
    """
    root = LexborHTMLParser(html.replace("\0", "\ufffd")).root
    writer = _Writer()
    node: Any = root
    open_nodes: list[Any] = []
    while node is not None:
        inner = writer.open(node)
        child = node.child if inner else None
        if child is not None:
            open_nodes.append(node)
            node = child
            continue
        writer.close(node)
        while node.next is None and open_nodes:
            node = open_nodes.pop()
            writer.close(node)
        node = node.next if open_nodes else None
    return writer.text()


class _Writer:
    """Writes lines while a tree is gone through."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._depth = 0
        self._kept = 0
        self._gap = False

    def open(self, node: Any) -> bool:
        """Begin a node; return whether what is inside it is shown."""
        tag: str = node.tag
        if tag == "-text":
            self._add(node.text_content or "")
            return False
        if tag in _UNSEEN or tag.startswith(("-", "!")):
            return tag in ("-document", "-undef")
        if tag == "br":
            self._end_line()
        elif tag == "hr":
            self._break(apart=False)
            self._line.append(_RULE)
            self._end_line()
        elif tag in _BLOCKS:
            self._break(apart=tag in _APART and not _is_tight(node))
            self._depth += tag == "blockquote" and _is_quotation(node)
            self._kept += tag == "pre"
            if tag == "li":
                self._line.append("- ")
        elif tag in ("td", "th") and "".join(self._line).strip():
            self._line.append("\t")
        return True

    def close(self, node: Any) -> None:
        """End a node."""
        tag: str = node.tag
        if tag in _BLOCKS:
            self._break(apart=tag in _APART and not _is_tight(node))
            self._depth -= tag == "blockquote" and _is_quotation(node)
            self._kept -= tag == "pre"

    def text(self) -> str:
        """Return what was written."""
        self._break(apart=False)
        while self._lines and not self._lines[-1].strip("> "):
            self._lines.pop()
        return _MANY_BLANK_LINES.sub("\n\n", "\n".join(self._lines).lstrip("\n")) + "\n" if self._lines else ""

    def _add(self, text: str) -> None:
        if self._kept:
            first, *rest = text.split("\n")
            self._line.append(first)
            for line in rest:
                self._end_line()
                self._line.append(line)
            return
        is_empty_line = "\u00a0" in text and not text.strip() and not "".join(self._line).strip()
        text = _BLANKS.sub(" ", text)
        self._gap = self._gap or is_empty_line
        if text == " " and (not self._line or self._line[-1].endswith((" ", "\t"))):
            return
        self._line.append(text.lstrip(" ") if not self._line or self._line[-1].endswith(" ") else text)

    def _break(self, *, apart: bool) -> None:
        """End the line if anything stands on it, and ask for a blank line above the next one where the block stands apart."""
        if "".join(self._line).strip(" "):
            self._end_line()
        else:
            self._line.clear()
        self._gap = self._gap or apart

    def _end_line(self) -> None:
        prefix = "> " * min(self._depth, _DEEPEST)
        if self._gap and self._lines and self._lines[-1].strip("> "):
            self._lines.append(prefix.rstrip())
        self._gap = False
        line = "".join(self._line)
        self._lines.append((prefix + (line if self._kept else line.strip(" "))).rstrip())
        self._line.clear()


def _is_quotation(node: Any) -> bool:
    named = node.attributes
    marks = [*(named.get("class") or "").lower().split(), (named.get("type") or "").lower()]
    return not _quoting().isdisjoint(marks)


def _is_tight(node: Any) -> bool:
    return not _tight().isdisjoint((node.attributes.get("class") or "").lower().split())
