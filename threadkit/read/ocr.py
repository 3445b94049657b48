"""Recognise the words of pictures and of scanned pages with Tesseract, where the user asks for it and it is installed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from shutil import which

from threadkit.read.given import Claim, Format, Found, Given, ReadOptions
from threadkit.read.isolation import Isolated, StoppedError
from threadkit.read.ocr_child import MOST_SECONDS, RecognisedLine
from threadkit.read.page_columns import Blank, Piece
from threadkit.read.page_layout import arrange
from threadkit.read.pdf_records import PdfPage
from threadkit.read.pdf_source import source_of
from threadkit.records import Phrase, ThreadkitError

PROGRAM = "tesseract"
_WANTED = ("fra", "eng")
_READER = Isolated("threadkit.read.ocr_child", MOST_SECONDS + 10)
#: Lines less sure than this are told as defects.
DOUBTFUL = 60.0
_INSTALL = Phrase("Install Tesseract with French and English (Debian, Ubuntu: apt install tesseract-ocr tesseract-ocr-fra).")


_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)


def check_ocr(*, wanted: bool) -> None:
    """Raise (exit code 1) where OCR is wanted and not installed."""
    if wanted:
        _languages()


@cache
def _languages() -> str:
    """Return the languages to recognise, as Tesseract takes them.

    Raises:
        ThreadkitError: it is not installed, or knows neither French nor English.
    """
    program = which(PROGRAM)
    if program is None:
        raise ThreadkitError("--ocr needs the program Tesseract, which is not installed.", hint=_INSTALL, exit_code=1)
    listed = subprocess.run([program, "--list-langs"], capture_output=True, timeout=60, check=False)  # noqa: S603 - found on the path
    known = listed.stdout.decode("utf-8", "replace").split()
    found = [language for language in _WANTED if language in known]
    if not found:
        raise ThreadkitError("Tesseract is installed without French and English.", hint=_INSTALL, exit_code=1)
    return "+".join(found)


@cache
def _name() -> str:
    """Return the program, its version and the languages: where recognised words come from."""
    told = subprocess.run([which(PROGRAM) or PROGRAM, "--version"], capture_output=True, timeout=60, check=False)  # noqa: S603 - the same
    return f"{told.stdout.decode('utf-8', 'replace').splitlines()[0].strip()} ({_languages()})"


def identify_picture(head: bytes, name: str) -> Claim:  # noqa: ARG001 - every format is asked alike
    """Claim the pictures that Tesseract reads."""
    return Claim.CONTENT if any(head.startswith(mark) for mark, _ in _PICTURES) else Claim.NONE


def picture_error(name: str) -> ThreadkitError:
    """Return what is said of a picture where OCR is not asked for."""
    return ThreadkitError("is a picture.", where=name, hint="If it shows pages of a release, read its words with --ocr.")


def read_picture(given: Given, options: ReadOptions) -> Iterator[Found]:
    """Yield the one source that a picture of pages is.

    Raises:
        ThreadkitError: the user has not asked for OCR, or it fails.
    """
    if not options.ocr:
        raise picture_error(given.name)
    content = bytes(given.content)
    pages = [_page(lines) for lines in _recognised(content, given.name)]
    media_type = next(media_type for mark, media_type in _PICTURES if content.startswith(mark))
    yield replace(source_of(given, content, pages or [PdfPage((), is_scan=True)], ()), media_type=media_type, encoding="ocr")


def recognise_page(picture: bytes, name: str, page: PdfPage) -> PdfPage:
    """Return a scanned page with the words that are recognised in a picture of it; as it is where none are."""
    lines = next(_recognised(picture, name), ())
    found = _page(lines)
    return replace(found, label=page.label, links=page.links, hidden=page.hidden) if found.lines else page


def _recognised(picture: bytes, name: str) -> Iterator[Sequence[RecognisedLine]]:
    languages = _languages()
    try:
        for answer in _READER.ask(which(PROGRAM) or PROGRAM, languages, picture):
            if isinstance(answer, str):
                raise ThreadkitError(Phrase("could not be recognised: {detail}.", detail=answer), where=name, hint=_CHECK)
            yield answer
    except (StoppedError, subprocess.TimeoutExpired):
        raise ThreadkitError("takes too long, or too much memory, to recognise.", where=name, hint=_CHECK) from None


_CHECK = Phrase("Check that the picture opens elsewhere.")


def _page(lines: Sequence[RecognisedLine]) -> PdfPage:
    pieces = [Piece(line.left, -line.bottom, line.right, -line.top, line.text, order) for order, line in enumerate(lines)]
    width = max((line.right for line in lines), default=0.0) + min((line.left for line in lines), default=0.0)
    arranged = arrange(pieces, width, lambda number, _: [Blank(*blank) for blank in lines[number].blanks])
    doubtful = [-(line.top + line.bottom) / 2 for line in lines if line.certainty < DOUBTFUL]
    return PdfPage(
        tuple(arranged.texts),
        tuple(arranged.middles),
        is_scan=not arranged.texts,
        is_recognised=True,
        recognised_by=_name(),
        doubtful_order=tuple(arranged.doubtful),
        doubtful=tuple(number for number, middle in enumerate(arranged.middles) if middle in doubtful),
    )


PICTURE = Format(
    "picture",
    "a picture of pages",
    "image/*",
    (".tif", ".tiff", ".jpg", ".jpeg", ".png"),
    identify_picture,
    read_picture,
    programs=(PROGRAM,),
)
