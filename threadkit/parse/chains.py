"""Say of each message header whether it was printed on its own or stands quoted inside the one above, and how deep.

A quotation shows itself: a marker line above it, `>` before it, or a header of the quoted kind that goes on with the conversation above
(older, same subject, common people). A print shows itself too: a layout that only prints have, the owner's name line, a page of its own.
Where nothing tells, a message stands on its own: a missing parent is honest, a wrong one is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from threadkit.frozen import record
from threadkit.parse.comparing_headers import (
    are_dated,
    is_answered_by,
    is_later,
    is_younger,
    mailbox_keys,
    same_moment,
    same_subject,
    share_a_word,
    share_people,
    took_part,
)
from threadkit.parse.headers import Header
from threadkit.parse.judge import is_named
from threadkit.parse.lines import Lines
from threadkit.parse.page_places import stands_on_own_page
from threadkit.parse.print_columns import in_columns
from threadkit.parse.prints_below import is_below_its_answer, is_hardly_quoted, is_ruled_off, is_unlike_print
from threadkit.parse.signed_around import is_signed_around
from threadkit.parse.slips import below_slip
from threadkit.words import Words

RULES = (
    "quoted-by-marker", "quoted-by-angle", "quoted-by-intro", "quoted-goes-on", "quoted-below-columns",
    "quoted-by-place", "quoted-signed-around", "quoted-unlike-prints",
    "released-by-date", "released-by-layout", "released-by-owner-line",
    "released-first", "released-new-conversation", "released-notice",
)

#: What programs and readers answer to a mail, which that mail cannot quote.
_NOTICES = frozenset({"automatic-reply", "receipt", "recall", "meeting-response"})
_FAR = 30
_APART = 2
_CLOSE = 2
_COLONS = (":", "\uff1a")
#: So many words or more that end in a colon introduce what stands below; fewer may be a label of an answer.
_INTRODUCED_BY = 3
_DATED = 5


@record(frozen=True, slots=True)
class Place:
    """Where a message stands: `within` is the index (among the places) of the message it is quoted in.

    `words_depth` says behind how many `>` its words stand: one more than its header, where a client marked only the quoted words.
    """

    header: Header
    standing: str
    depth: int
    within: int | None
    rule: str
    words_depth: int


def find_places(
    headers: Sequence[Header], lines: Lines, furniture: Mapping[int, str], words: Words, document_between: Callable[[Header, Header], bool],
    answered_below: Callable[[int], bool],
) -> list[Place]:
    """Return the place of each header, in the order of the source.

    Args:
        headers: the headers of the source, in order.
        lines: the source's lines.
        furniture: its furniture lines.
        words: the word files.
        document_between: says whether the text between two headers ends the first one's message and begins a document.
        answered_below: says whether the sender of the message above a header has written nothing there, and signs words below those of that header.
    """
    places: list[Place] = []
    for number, header in enumerate(headers):
        stop = headers[number + 1].block.first if number + 1 < len(headers) else lines.count
        within = _outside_inserted(header, places, _innermost(places, header.block.quote_depth), words)
        above = _as_told(places, within)
        quoted, rule = _is_quoted(header, above, lines, furniture, words)
        if rule == "quoted-by-marker" and above is not None and _is_print_below_rule(header, above.header, lines):
            quoted, rule = False, "released-by-date"
        if rule in ("quoted-by-marker", "quoted-by-angle") and above is not None and is_younger(header, _dated_around(above, places)):
            quoted, rule = False, "released-by-date"
        if rule == "released-by-layout" and within == number - 1 and (places[-1].standing == "released" or places[-1].rule == "quoted-by-place"):
            quoted = is_below_its_answer(headers, number, lines, furniture, words, answered_below)
            rule = "quoted-by-place" if quoted else rule
        if rule == "released-new-conversation" and within == number - 1 and is_signed_around(header, places[-1].header, stop, lines, words):
            quoted, rule = True, "quoted-signed-around"
        if rule == "released-new-conversation" and _is_below_columns(header, places, within, lines, furniture, words):
            quoted, rule = True, "quoted-below-columns"
        if above is not None and (
            (rule == "quoted-goes-on" and _stands_alone(header, places, within, lines, furniture, words))
            or (rule in ("quoted-goes-on", "quoted-by-marker") and _is_print_after_all(header, above, rule, places, lines, words))
        ):
            quoted, rule = False, "released-new-conversation"
        if rule == "released-new-conversation" and within == number - 1 and places[-1].standing == "released":
            quoted = is_unlike_print(header, places[-1].header, lines, furniture, words)
            rule = "quoted-unlike-prints" if quoted else rule
        own_page = rule == "quoted-goes-on" and (
            stands_on_own_page(header.block.first, lines, furniture) or lines.blanks_before(header.block.first) >= _APART
        )
        if above is not None and (own_page or _may_follow_document(header, above, rule, words)) and document_between(places[-1].header, header):
            quoted, rule = False, "released-new-conversation"
        words_depth = find_words_depth(header, stop, lines) if quoted else header.block.quote_depth
        depth = 0 if not quoted else 1 if above is None else above.depth + 1
        places.append(Place(header, "quoted" if quoted else "released", depth, within if quoted else None, rule, words_depth))
    return places


def _is_below_columns(
    header: Header, places: Sequence[Place], within: int | None, lines: Lines, furniture: Mapping[int, str], words: Words
) -> bool:
    """Say whether a header stands on the page of a print in columns, itself printed without, and is no later as far as clocks tell.

    One that is later by its clock goes on with the subject, which the message above answers.
    """
    first = header.block.first
    page = lines.starts_page(first) or lines.previous_text(first - 1) in furniture if lines.hard_start else stands_on_own_page(first, lines, furniture)
    if within is None or page or in_columns(header, lines) is not False:
        return False
    around = places[within].header
    if not are_dated(header, around) or is_younger(header, around):
        return False
    if is_later(header, around) and (around.relation is None or not same_subject(header, around, words)):
        return False
    top = within
    while (outer := places[top].within) is not None:
        top = outer
    return in_columns(places[top].header, lines) is True


def _innermost(places: Sequence[Place], quote_depth: int) -> int | None:
    """Return the last message whose words a line behind so many `>` still belongs to: those quoted behind more are left."""
    within = len(places) - 1 if places else None
    while within is not None and quote_depth < places[within].words_depth:
        within = places[within].within
    return within


def _outside_inserted(header: Header, places: Sequence[Place], within: int | None, words: Words) -> int | None:
    """Return the message that a header goes on with where the quotation right above it is a mail that somebody inserted into his own words.

    An inserted mail has nobody in common with what follows it, which the one who inserted it answers.
    """
    if within is None or header.is_intro or places[within].within is None:
        return within
    above, outer = places[within], places[within].within
    if above.header.relation is not None or above.header.is_intro or above.header.block.quote_depth != header.block.quote_depth or outer is None:
        return within
    return outer if not share_people(header, above.header, words) and is_answered_by(header, places[outer].header, words) else within


def find_runs(places: Sequence[Place], number: int, first: int, stop: int, lines: Lines) -> list[tuple[int | None, int, int]]:
    """Divide the lines below the header of message `number`: (whose, first line, line after the last), whose None where nobody is known.

    Lines behind fewer `>` than a message's words belong to the one that quotes it: answers between quoted lines are the answerer's. Quoted
    lines right below a line that introduces them in a way that was not read are nobody's.
    """
    if not places[number].words_depth:
        return [(number, first, stop)]
    runs: list[tuple[int | None, int, int]] = []
    above, strange = first, 0
    for line in range(first, stop):
        if lines.blank[line]:
            continue
        depth = lines.quote_depth(line)
        if depth < strange:
            strange = 0
        elif not strange and _stands_below_colon(above, line, depth, lines):
            strange = depth if _introduces(lines.unquoted(above), again=any(run[0] == number for run in runs)) else 0
        above = line
        whose: int | None = number if not strange else None
        while whose is not None and depth < places[whose].words_depth:
            whose = places[whose].within
        if runs and runs[-1][0] == whose:
            runs[-1] = (whose, runs[-1][1], line + 1)
        else:
            if runs:
                runs[-1] = (runs[-1][0], runs[-1][1], line)
            runs.append((whose, line if runs else first, line + 1))
    if runs:
        runs[-1] = (runs[-1][0], runs[-1][1], stop)
    return runs or [(number, first, stop)]


def _stands_below_colon(above: int, line: int, depth: int, lines: Lines) -> bool:
    """Say whether quoted lines begin right below an own line that ends in a colon."""
    return line - above <= _CLOSE and depth > lines.quote_depth(above) and lines.stripped[above][-1:] in _COLONS


def _introduces(words: str, *, again: bool) -> bool:
    """Say whether an own line that ends in a colon introduces quoted lines, by the date that it prints: `Dixit Paul Roy (20 h 15, 4 octobre 2005) :`.

    Where the quoted author's words stand above already (`again`), such a line needs no date: `Et voici ce que j'ai répondu :`.
    """
    words = words.rstrip()[:-1]
    return (again and len(words.split()) >= _INTRODUCED_BY) or sum(map(str.isdigit, words)) >= _DATED


def _as_told(places: Sequence[Place], within: int | None) -> Place | None:
    """Return a place; one that an introduction opened prints no subject, and stands for the conversation it is quoted in."""
    if within is None:
        return None
    place = telling = places[within]
    while telling.header.subject is None and telling.rule == "quoted-by-intro" and telling.within is not None:
        telling = places[telling.within]
    if telling is place:
        return place
    header = replace(place.header, subject=telling.header.subject, subject_base=telling.header.subject_base, relation="reply")
    return replace(place, header=header)


def _may_follow_document(header: Header, above: Place, rule: str, words: Words) -> bool:
    """Say whether a document may stand between two headers although the second goes on with the first, or is an introduction far below it."""
    if rule == "quoted-by-intro":
        return not header.block.quote_depth and header.block.first - above.header.block.last > _FAR
    return rule in ("quoted-below-columns", "quoted-unlike-prints") or (rule == "quoted-goes-on" and not same_subject(header, above.header, words))


def find_words_depth(header: Header, stop: int, lines: Lines) -> int:
    """Return behind how many `>` the words below a quoted header stand.

    Below an introduction the first line tells, though that one may introduce another's words in its turn. Below a block of labels every
    line must stand behind more than the block: else the marks are those of a quotation in its words.
    """
    depth = header.block.quote_depth
    opening = lines.next_text(header.block.last + 1, limit := lines.count if header.is_intro else stop)
    if opening >= limit or lines.quote_depth(opening) <= depth:
        return depth
    if header.is_intro or all(lines.blank[line] or lines.quote_depth(line) > depth for line in range(opening, stop)):
        return depth + 1
    return depth


def _is_quoted(header: Header, above: Place | None, lines: Lines, furniture: Mapping[int, str], words: Words) -> tuple[bool, str]:
    block = header.block
    if header.is_intro:
        return True, "quoted-by-intro"
    if block.marker is not None and (above is not None or (lines.previous_text(block.marker - 1) >= 0 and not _is_owners_rule(block.marker, lines, furniture))):
        return True, "quoted-by-marker"
    if above is not None and _is_answer_on_own_page(header, above.header, lines, furniture, words):
        return False, "released-new-conversation"
    if block.quote_depth > (above.header.block.quote_depth if above else 0) or (above and block.quote_depth and above.standing == "quoted"):
        return True, "quoted-by-angle"
    if above is None:
        return False, "released-first"
    if block.owner is not None:
        return False, "released-by-owner-line"
    if header.judged.rule == "calendar-entry" and block.marker is None:
        return False, "released-by-layout"
    if header.judged.prior == "released":
        return False, "released-by-layout"
    if below_slip(block.first, lines, furniture):
        return False, "released-new-conversation"
    own_page = stands_on_own_page(block.first, lines, furniture)
    if (
        _goes_on(header, above.header, own_page, words)
        or _is_answered(header, above, own_page, words)
        or (not own_page and _is_announced(header, above.header, lines, words))
    ):
        is_apart = _is_notice_apart(header, above.header, words, is_print=own_page or in_columns(header, lines) is True)
        return not is_apart, "released-notice" if is_apart else "quoted-goes-on"
    return False, "released-new-conversation"


def _is_owners_rule(marker: int, lines: Lines, furniture: Mapping[int, str]) -> bool:
    """Say whether a marker is the rule that a print has below the one line of its mailbox's owner, with which a page begins."""
    owner = marker - 1
    if is_named(marker, lines) or owner < 0 or lines.blank[owner]:
        return False
    above = lines.previous_text(owner - 1)
    return above < 0 or lines.starts_page(owner) or above in furniture


def _is_notice_apart(header: Header, above: Header, words: Words, *, is_print: bool) -> bool:
    """Say whether a notice stands on its own although its subject is the one above, or a print stands below a notice.

    What quotes a notice has the notice's words in its subject (`TR: Réponse automatique : Budget`); and a notice quotes no print.
    """
    if header.kind in _NOTICES:
        letters = words.folding.letters
        return not letters(above.subject or "").endswith(letters(header.subject or ""))
    return is_print and above.kind in _NOTICES and above.kind != "meeting-response"


def _is_answer_on_own_page(header: Header, above: Header, lines: Lines, furniture: Mapping[int, str], words: Words) -> bool:
    """Say whether a header behind `>` begins a page and answers the subject that the one above begins: that one cannot quote it."""
    answers = above.relation is None and above.subject_base is not None and header.relation is not None and same_subject(header, above, words)
    return answers and stands_on_own_page(header.block.first, lines, furniture)


def _is_print_below_rule(header: Header, above: Header, lines: Lines) -> bool:
    """Say whether the marker is but a line of signs, below which stands a print in columns that is later than the message above."""
    marker = header.block.marker
    return marker is not None and not is_named(marker, lines) and is_later(header, above) and in_columns(header, lines) is True


def _goes_on(header: Header, above: Header, own_page: bool, words: Words) -> bool:
    """Say whether a header continues the conversation of the one above it.

    Older or equal in time, and the same base subject (but a mail without prefix quotes no reply to itself). Where the subjects differ (one
    was changed on the way) both must be dated, no page may begin between them, and either the one above is a print whose author took
    part in the one below, or the subjects share a word and the one above answers or forwards the one below. An English print has the
    same layout as an English quotation: there the subject must agree. At the head of a page, a header whose date
    cannot be read must be one that the mail above answers.
    """
    if is_later(header, above) or (own_page and not are_dated(header, header) and not is_answered_by(header, above, words)):
        return False
    if header.kind in _NOTICES and above.kind not in _NOTICES and above.relation is None:
        return False
    if same_subject(header, above, words):
        if above.relation is None and header.relation is not None:
            return False
        if own_page and above.relation == "reply":
            return took_part(header, above, words)
        return not own_page or above.relation is not None or share_people(header, above, words)
    if own_page or not are_dated(header, above):
        return False
    if above.judged.prior == "released" and took_part(header, above, words):
        return True
    forwards = above.relation == "forward" and took_part(header, above, words)
    return share_a_word(header, above, words) and (forwards or is_answered_by(header, above, words))


def _stands_alone(
    header: Header, places: Sequence[Place], within: int | None, lines: Lines, furniture: Mapping[int, str], words: Words,
) -> bool:
    """Say whether a header that could go on with the one above is a print: it is the message right above again, or leaves `>` marks on a page of its own."""
    if within != len(places) - 1 and (stands_on_own_page(header.block.first, lines, furniture) or lines.blanks_before(header.block.first) >= _APART):
        return True
    last = places[-1].header
    same_author = mailbox_keys(header.mailbox("from"), words) & mailbox_keys(last.mailbox("from"), words)
    return same_moment(header, last) and same_subject(header, last, words) and bool(same_author)


def _is_print_after_all(header: Header, above: Place, rule: str, places: Sequence[Place], lines: Lines, words: Words) -> bool:
    """Say whether a header that goes on with the one above, or stands below a mere line of signs, is a print nevertheless."""
    top = above
    while top.within is not None:
        top = places[top.within]
    around = _dated_around(above, places)
    if rule == "quoted-goes-on":
        return is_hardly_quoted(header, above.header, around, top.header, words)
    return not is_named(header.block.marker, lines) and is_ruled_off(header, above.header, around, top.header, words)


def _is_answered(header: Header, above: Place, own_page: bool, words: Words) -> bool:
    """Say whether the quotation above answers a header right below it, whatever its subject: one more step down the chain."""
    if own_page or is_later(header, above.header) or not are_dated(header, above.header):
        return False
    if above.rule == "quoted-by-intro":
        received = {key for item in header.mailboxes if item.field != "from" for key in mailbox_keys(item.mailbox, words)}
        return bool(mailbox_keys(above.header.mailbox("from"), words) & received)
    return (above.standing == "quoted" or same_subject(header, above.header, words)) and is_answered_by(header, above.header, words)


def _dated_around(place: Place, places: Sequence[Place]) -> Header:
    """Return the header of a place or, where it has no date, of the nearest message around it that has one: what is inside is no later."""
    around = place
    while not are_dated(around.header, around.header) and around.within is not None:
        around = places[around.within]
    return around.header


def _is_announced(header: Header, above: Header, lines: Lines, words: Words) -> bool:
    """Say whether the words above end in a colon (`Luc m'écrit ceci :`) right above an older mail that their author received."""
    last = lines.previous_text(header.block.first - 1)
    told = last > above.block.last and header.block.first - last <= _APART and lines.stripped[last].endswith(":")
    return told and are_dated(header, above) and not is_later(header, above) and took_part(header, above, words)
