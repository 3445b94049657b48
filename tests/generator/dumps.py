"""Dumps with known truth: the same number gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tests.generator.audit_truth import write_planted
from tests.generator.audited import make_audited
from tests.generator.chance import Chance
from tests.generator.damage import damage, draw_damage, draw_layout_damage
from tests.generator.gaps import make_gaps
from tests.generator.gaps_truth import write_gaps
from tests.generator.release import Release, make_negative, make_release
from tests.generator.stock import read_profile
from tests.generator.truth import line_text, write_truth

Stratum = Literal["whole", "damaged", "negative", "audited", "gaps"]


@dataclass(frozen=True, slots=True)
class Dump:
    """One dump: its text, and its truth as a file of tests/accuracy has it."""

    name: str
    text: str
    truth: dict[str, Any]
    damages: frozenset[str]


def make_dump(seed: object, damages: frozenset[str] | None = frozenset(), make: Callable[[Chance], Release] = make_release) -> Dump:
    """Make one dump with these kinds of damage; None draws them as the profile says. `make`: what is invented."""
    chance = Chance(seed)
    release = make(chance.fork("release"))
    kinds = draw_damage(chance.fork("damage")) if damages is None else set(damages)
    sheet = release.sheet
    damage(sheet, release.pages, kinds, chance.fork("blows"))
    text = "\n".join(("\f" if line.feed else "") + line_text(line, release.pages.trailing_blank) for line in sheet.lines) + "\n"
    truth = write_truth(sheet, f"generated from seed {seed}; damage: {', '.join(sorted(kinds)) or 'none'}")
    planted = {"planted": write_gaps(sheet)} if make is make_gaps else {"planted": write_planted(sheet)} if sheet.plants else {}
    return Dump(str(seed), text, {**truth, **planted}, frozenset(kinds))


def make_numbered(stratum: Stratum, number: int) -> Dump:
    """Make one dump of the profile's sample: number 0 and on, in one of its strata."""
    seed = f"{read_profile()['sample']['seed']}-{stratum}-{number}"
    if stratum == "negative":
        return make_dump(seed, None if number % 2 else frozenset(), make_negative)
    if stratum == "audited":
        return make_dump(seed, draw_layout_damage(Chance(seed).fork("layout")) if number % 2 else frozenset(), make_audited)
    if stratum == "gaps":
        return make_dump(seed, frozenset(), make_gaps)
    return make_dump(seed, None if stratum == "damaged" else frozenset())
