"""Write small PDFs by hand: what tests, samples and measures need, and what no print program would write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 612, 792
FONTS = {"regular": "Helvetica", "bold": "Helvetica-Bold", "fixed": "Courier"}


@dataclass
class PdfSheet:
    """One page, painted in the order of the calls; places in points from the lower left corner."""

    painted: list[bytes] = field(default_factory=list)
    links: list[tuple[tuple[float, float, float, float], str]] = field(default_factory=list)
    images: list[tuple[int, int, bytes]] = field(default_factory=list)
    more: str = ""
    annotations: list[str] = field(default_factory=list)

    def text(
        self, left: float, bottom: float, text: str, size: float = 10, font: str = "regular", color: str = "0 0 0", mode: int = 0
    ) -> None:
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")
        name = list(FONTS).index(font)
        self.painted.append(f"BT {color} rg {mode} Tr /F{name} {size} Tf {left} {bottom} Td (".encode() + escaped + b") Tj ET")

    def lines(self, left: float, top: float, lines: Iterable[str], size: float = 10, pitch: float = 12.5, font: str = "regular") -> float:
        """Write lines one below the other; return where the next would stand."""
        for line in lines:
            if line:
                self.text(left, top, line, size, font)
            top -= pitch
        return top

    def box(self, left: float, bottom: float, width: float, height: float, color: str = "0 0 0") -> None:
        self.painted.append(f"{color} rg {left} {bottom} {width} {height} re f".encode())

    def image(self, left: float, bottom: float, width: float, height: float, columns: int, rows: int, grey: bytes) -> None:
        self.images.append((columns, rows, grey))
        self.painted.append(f"q {width} 0 0 {height} {left} {bottom} cm /I{len(self.images) - 1} Do Q".encode())

    def mailto(self, left: float, bottom: float, right: float, top: float, address: str) -> None:
        self.links.append(((left, bottom, right, top), f"mailto:{address}"))


class _Objects:
    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def add(self, body: str | bytes) -> int:
        self.bodies.append(body if isinstance(body, bytes) else body.encode("latin-1"))
        return len(self.bodies)

    def stream(self, dictionary: str, content: bytes) -> int:
        return self.add(f"<< {dictionary} /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream")


def pdf_of(
    sheets: Sequence[PdfSheet], labels: str = "", outline: Sequence[tuple[str, int, float]] = (), trailer: str = "", title: str = ""
) -> bytes:
    """Return the bytes of a PDF.

    Args:
        sheets: its pages.
        labels: the content of its /PageLabels, such as `/Nums [0 << /P (A-) /S /D >>]`.
        outline: (title, page from 0, height) of each bookmark.
        trailer: what else stands in the trailer, such as /Encrypt.
        title: of the document.
    """
    objects = _Objects()
    catalog, tree = objects.add(""), objects.add("")
    fonts = " ".join(
        f"/F{n} {objects.add(f'<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>')} 0 R"
        for n, name in enumerate(FONTS.values())
    )
    pages = [_page(objects, sheet, tree, fonts) for sheet in sheets]
    objects.bodies[tree - 1] = f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{n} 0 R' for n in pages)}] >>".encode()
    more = f" /PageLabels << {labels} >>" if labels else ""
    more += f" /Outlines {_outline(objects, outline, pages)} 0 R" if outline else ""
    objects.bodies[catalog - 1] = f"<< /Type /Catalog /Pages {tree} 0 R{more} >>".encode()
    if title:
        trailer += f" /Info {objects.add(f'<< /Title ({title}) >>')} 0 R"
    return _file(objects, catalog, trailer)


def _page(objects: _Objects, sheet: PdfSheet, tree: int, fonts: str) -> int:
    content = objects.stream("", b"\n".join(sheet.painted))
    images = " ".join(
        f"/I{n} {objects.stream(f'/Type /XObject /Subtype /Image /Width {w} /Height {h} /ColorSpace /DeviceGray /BitsPerComponent 8', grey)} 0 R"
        for n, (w, h, grey) in enumerate(sheet.images)
    )
    annotations = [objects.add(body) for body in sheet.annotations]
    for box, address in sheet.links:
        rect = " ".join(map(str, box))
        action = f"/A << /S /URI /URI ({address}) >>"
        annotations.append(objects.add(f"<< /Type /Annot /Subtype /Link /Rect [{rect}] /Border [0 0 0] {action} >>"))
    annots = f" /Annots [{' '.join(f'{n} 0 R' for n in annotations)}]" if annotations else ""
    resources = f"<< /Font << {fonts} >> /XObject << {images} >> >>"
    box = f"/MediaBox [0 0 {WIDTH} {HEIGHT}]"
    return objects.add(f"<< /Type /Page /Parent {tree} 0 R {box} /Resources {resources} /Contents {content} 0 R{annots} {sheet.more} >>")


def _outline(objects: _Objects, entries: Sequence[tuple[str, int, float]], pages: Sequence[int]) -> int:
    root = objects.add("")
    first = len(objects.bodies) + 1
    for n, (title, page, height) in enumerate(entries):
        around = (f" /Prev {first + n - 1} 0 R" if n else "") + (f" /Next {first + n + 1} 0 R" if n + 1 < len(entries) else "")
        coded = ("\ufeff" + title).encode("utf-16-be").hex()
        objects.add(f"<< /Title <{coded}> /Parent {root} 0 R{around} /Dest [{pages[page]} 0 R /XYZ 0 {height} 0] >>")
    last = first + len(entries) - 1
    objects.bodies[root - 1] = f"<< /Type /Outlines /First {first} 0 R /Last {last} 0 R /Count {len(entries)} >>".encode()
    return root


def _file(objects: _Objects, catalog: int, trailer: str) -> bytes:
    written = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects.bodies, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(written)
    written += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
    written += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    written += f"trailer\n<< /Size {len(places) + 1} /Root {catalog} 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(written)
