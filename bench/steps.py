"""Count the steps that Python takes to read a conversation: bytecodes, which no other work of the machine makes more or fewer.

What C does in one step (a pattern, a sort, a search) counts as one. So the figure says less than a time, and its change more: a rule that looks
at every line shows, on a busy machine too. It is the same each time for one version of Python.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from types import CodeType, FrameType
from typing import Any

from threadkit.parse import parse_source
from threadkit.records import Source
from threadkit.words import load_words

_SHOWN = 4


def tell_steps(first: Sequence[Source], counted: Sequence[Source]) -> dict[str, Any]:
    """Return the steps that each of some conversations takes, after `first` have filled what is kept for all; and the functions with most of them."""
    words = load_words()
    for source in first:
        parse_source(source, words)
    steps = _count(counted)
    most = {code.co_qualname: count / len(counted) for code, count in steps.most_common(_SHOWN)}
    return {"steps": steps.total() / len(counted), "lines": sum(source.text.count("\n") for source in counted) / len(counted), "most": most}


def _count(sources: Sequence[Source]) -> Counter[CodeType]:
    """Return how many bytecodes of each function are run to read some sources."""
    words, steps = load_words(), Counter[CodeType]()

    def trace(frame: FrameType, event: str, argument: Any) -> Any:  # noqa: ARG001 - the names are the protocol's
        if event == "call":
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        elif event == "opcode":
            steps[frame.f_code] += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        for source in sources:
            parse_source(source, words)
    finally:
        sys.settrace(before)
    return steps
