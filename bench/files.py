"""Measure the reading of files: the text of a PDF against PDFium alone, and many files with two processes against one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, process_time

from bench.corpus import Generator
from bench.rows import LeftOut, Row, ratio
from tests.pdfs import PdfSheet, pdf_of
from threadkit.importing import ImportOptions, import_paths
from threadkit.intake import take_files
from threadkit.read import ReadOptions, find_sources, read_bytes
from threadkit.read.given import Given
from threadkit.read.pdf_records import PdfPage
from threadkit.read.pdf_source import source_of

ROUNDS = 7
_ROUNDS_OF_MANY = 3
_PAGES = 200
_LINES_A_PAGE = 52
_FILES, _MESSAGES_A_FILE = 40, 400
_PDF_ROW, _JOBS_ROW = "text of a PDF against pypdfium2 alone", "reading and parsing many files, two processes against one"


def measure_files(generator: Generator, scratch: Path) -> Iterator[Row | LeftOut]:
    """Yield the rows of PDFs and of several processes."""
    yield from _measure_pdf(generator)
    yield from _measure_jobs(generator, scratch)


def make_pdf(text: str, pages: int) -> bytes:
    """Return a PDF that prints the start of a text, one line of it a line."""
    lines = text.encode("cp1252", "replace").decode("cp1252").replace("\f", "").split("\n")
    sheets = []
    for first in range(0, min(len(lines), pages * _LINES_A_PAGE), _LINES_A_PAGE):
        sheet = PdfSheet()
        sheet.lines(40, 740, lines[first : first + _LINES_A_PAGE], size=9)
        sheets.append(sheet)
    return pdf_of(sheets)


def _measure_pdf(generator: Generator) -> Iterator[Row | LeftOut]:
    if find_spec("pypdfium2") is None:
        yield LeftOut(_PDF_ROW, "pypdfium2 is not installed (the extra pdf)")
        return
    content = make_pdf(generator.dump(0, 2500).text, _PAGES)
    own, alone = _in_turns(lambda: _read_pages(content), lambda: _read_with_pdfium(content), process_time)
    start = perf_counter()
    source = read_bytes(content, "release.pdf")
    whole = perf_counter() - start
    pages = len(source.pages)
    note = (
        f"{pages} pages, {pages / min(own):,.0f} a second against {pages / min(alone):,.0f}; blank lines, places, links, hidden words and "
        f"labels included; in its own process, with its start, {whole:.2f} s"
    )
    yield Row(_PDF_ROW, ratio(own, alone), target=1.5, note=note)


def _in_turns(
    one: Callable[[], object], other: Callable[[], object], clock: Callable[[], float], rounds: int = ROUNDS
) -> tuple[list[float], list[float]]:
    taken: tuple[list[float], list[float]] = ([], [])
    for measured in range(rounds + 1):
        for series, call in zip(taken, (one, other), strict=True):
            start = clock()
            call()
            if measured:
                series.append(clock() - start)
    return taken


def _read_pages(content: bytes) -> None:
    from threadkit.read.pdf_child import answers  # noqa: PLC0415 - needs the extra pdf

    found = list(answers(content, "read"))
    source_of(Given.of(content, "release.pdf"), content, [page for page in found if isinstance(page, PdfPage)], ())


def _read_with_pdfium(content: bytes) -> None:
    import pypdfium2  # noqa: PLC0415 - the same

    document = pypdfium2.PdfDocument(content)
    for page in document:
        text_page = page.get_textpage()
        text_page.get_text_range()
        text_page.close()
        page.close()
    document.close()


def _measure_jobs(generator: Generator, scratch: Path) -> Iterator[Row]:
    folder = scratch / "files"
    folder.mkdir(exist_ok=True)
    for number in range(_FILES):
        (folder / f"{number:02d}.txt").write_text(generator.dump(number, _MESSAGES_A_FILE).text, encoding="utf-8", newline="")
    files, _ = find_sources([folder])
    one, two = _in_turns(lambda: _take(files, 1), lambda: _take(files, 2), perf_counter, _ROUNDS_OF_MANY)
    whole = [_import(folder, scratch / f"jobs-{jobs}.db", jobs) for jobs in (1, 2)]
    size = sum(file.path.stat().st_size for file in files) / 1e6
    note = (
        f"{len(files)} files, {size:,.1f} MB: {min(one):.2f} s with one, {min(two):.2f} s with two; "
        f"the whole import {whole[0]:.2f} s and {whole[1]:.2f} s ({whole[0] / whole[1]:.2f} times)"
    )
    yield Row(_JOBS_ROW, min(one) / min(two), target=1.5, at_least=True, note=note)


def _take(files: Sequence[object], jobs: int) -> None:
    for _, outcomes in take_files(files, ReadOptions(), frozenset(), jobs):  # type: ignore[arg-type]
        for _ in outcomes:
            pass


def _import(folder: Path, archive: Path, jobs: int) -> float:
    archive.unlink(missing_ok=True)
    start = perf_counter()
    import_paths([folder], archive, ImportOptions(jobs=jobs))
    return perf_counter() - start
