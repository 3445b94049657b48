"""Read the time of day of a printed date from what a form found: `10:33`, `10 h 33 min 12 s`, `9:05 PM`."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["printed_clock"]

_LAST_HOUR = 23


def printed_clock(printed: Mapping[str, str | None]) -> str | None:
    """Return "T10:33" or "T10:33:05", "" where no time is printed, None where it cannot be."""
    hour, minute, second, half = printed.get("hour"), printed.get("minute"), printed.get("second"), printed.get("half")
    if whole := printed.get("whole_hour"):
        return f"T{int(whole):02d}:00" if int(whole) <= _LAST_HOUR else None
    if hour is None or minute is None:
        return ""
    if (len(minute) == 1 or printed.get("minute_word") or second) and not _is_whole_clock(printed):
        return None
    value = int(hour)
    if half and (value == 0 or (half == "a" and value > 12)):
        return None
    if half and value <= 12:
        value = value % 12 + (12 if half == "p" else 0)
    if value > 23 or int(minute) > 59 or int(second or 0) > 59:
        return None
    return f"T{value:02d}:{int(minute):02d}" + (f":{int(second):02d}" if second else "")


def _is_whole_clock(printed: Mapping[str, str | None]) -> bool:
    """Tell whether minutes and seconds are both in digits with colons, two each, or both in the words' form (10 h 5 min 3 s)."""
    minute, second, gap = printed["minute"] or "", printed["second"] or "", printed.get("second_gap", ":") or ""
    if minute_word := printed.get("minute_word"):
        second_word = printed.get("second_word")
        even = minute_word.startswith(" ") == (gap == " ") and (not second_word or second_word.startswith(" ") == (gap == " "))
        return bool(second) and not gap.strip() and even and not printed.get("fraction") and (len(second) == 2 or bool(second_word))
    return len(minute) == len(second) == 2 and bool(gap.strip()) and not printed.get("second_word")


def lacks_zero(printed: Mapping[str, str | None]) -> bool:
    """Tell whether digits are a day below ten without a zero, a month with one, a whole year and a clock: `6/05/2019 8:50 AM`.

    So some systems print the day first, or a digit is lost.
    """
    if printed.get("first_mark") != "/" or printed.get("second_mark") != "/" or not printed_clock(printed):
        return False
    if any(printed.get(further) for further in ("weekday", "rest", "zone", "offset")):
        return False
    day, month, year = printed["day"] or "", printed["month"] or "", printed["year"] or ""
    return len(day) == 1 and day != "0" and len(month) == len("05") and month[0] == "0" and month != "00" and len(year) == len("2019")
