"""What stands between mails: attached texts, the letter, the notice, cover sheets."""

from __future__ import annotations

from dataclasses import dataclass

from tests.generator.chance import Chance
from tests.generator.lines import Document, Line, Sheet
from tests.generator.mails import File
from tests.generator.printing import wrap
from tests.generator.prose import Writer
from tests.generator.stock import read_data


@dataclass(frozen=True, slots=True)
class Clerk:
    """Writes texts that are no mail onto one sheet."""

    sheet: Sheet
    writer: Writer
    chance: Chance
    width: int

    def attached(self, file: File, false_headers: bool) -> list[Line]:
        """Return the text of an attached file."""
        choices = [
            t for t in read_data("documents")["attached"] if t["language"] == file.language and t.get("false", False) == false_headers
        ]
        told = file.title.replace(" ", "").lower() == file.filename.rsplit(".", 1)[0].replace("_", "").replace(" ", "").lower()
        return self.text("attachment-text", self.chance.pick(choices)["lines"], file.language, file.filename, told, title=file.title)

    def text(
        self, kind: str, templates: list[str], language: str, filename: str | None = None, told: bool = False, **given: str
    ) -> list[Line]:
        """Return one document, its slots filled."""
        document = Document(len(self.sheet.documents), kind, filename, told)
        self.sheet.documents.append(document)
        return self.more(document, templates, language, **given)

    def more(self, document: Document, templates: list[str], language: str, **given: str) -> list[Line]:
        """Return further lines of a document."""
        lines = []
        for template in templates:
            if template == "{p}":
                text = self.writer.paragraph(language, 2, 5)
            else:
                sentence = {"s": self.writer.sentence(language)} if "{s}" in template else {}
                text = self.writer.fill(template, language, **sentence, **given)
            pieces = wrap(text, self.width) if self.width and "   " not in text and text else [text]
            lines += [self._line(piece, document) for piece in pieces]
        return lines

    def _line(self, text: str, document: Document) -> Line:
        return Line(text, "document", ("document",), document=document.number) if text.strip() else Line("")
