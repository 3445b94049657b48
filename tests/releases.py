"""Releases drawn from few people, subjects, files and texts, so that what one source says meets what another says, in every way at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

_PEOPLE = (
    "Roy, Anne (DRH)", "Roy, Anne (DTI)", "Roy, Anne", "Anne Roy <anne.roy@voirie.example>", "Roy, Anne <aroy@ville.example>",
    "Anne Roy <anne.roy@ville.example>", "Côté, Odile <odile.cote@rivage.example>", "Côté, Odile", "C?t?, Odile", "ODILE COTE",
    "Diagne, Fatou (SCP)", "Fatou Diagne <fatou.diagne@voirie.example>", "DL-Tous", "Accueil <info@voirie.example>", "[caviardé]",
    "odile.cote@rivage.example", "Raу, Paul", "Roy, Paul <paul.roy@voirie.example>", "Paul Roy", "",
)  # fmt: skip
_SUBJECTS = ("Bonjour", "Bouées", "Réunion du comité", "R?union du comit?", "Budget 2024", "", "Relevé d'été", "Suivi")
_MANY_SUBJECTS = tuple(f"Dossier {number}" for number in range(101, 113))
_DATES = (
    "14 mars 2024 09:12", "14 mars 2024 09:12:30", "15 mars 2024 10:00", "16 mars 2024", "18 mars 2024 08:00", "25 mars 2024 16:40",
    "2 avril 2024 11:05", "hier",
)  # fmt: skip
_FILES = (
    "Rapport annuel 2023.docx", "Rapport_annuel_2023.pdf", "Plan d'action 2024.docx", "Bilan des travaux.docx", "image001.png",
    "PV comité 2024-03-14.pdf", "Plan.pdf", "bilan_des_travaux.docx", "Entente 4512 Rivage.pdf",
)  # fmt: skip
_BODIES = (
    "La visite des quais est remise à jeudi, à cause des vents forts qui soufflent.",
    "Entendu pour jeudi.",
    "Voir ci-joint le document demandé.",
    "Les bouées sont à l'eau depuis mardi, toutes les huit, et la neuvième suit.",
    "Merci de [caviardé] avant vendredi.",
    "Oui.",
    "",
)
_SIGNATURES = (
    "Odile Côté\nodile.cote@rivage.example", "Anne Roy\nanne.roy@ville.example", "Anne Roy\nDirection\nanne.roy@voirie.example", "Paul Roy",
    "", "Fatou Diagne\nfatou.diagne@voirie.example",
)  # fmt: skip
#: Titles, and which text stands under each: two titles alike may stand over texts that differ.
_DOCUMENTS = (
    ("RAPPORT ANNUEL 2023", 1), ("RAPPORT ANNUEL 2023", 2), ("PLAN D'ACTION 2024", 3), ("PLAN D'ACTION 2024", 4), ("BILAN DES TRAVAUX", 5),
    ("Bilan des travaux", 6), ("PROCÈS-VERBAL\nComité, 14 mars 2024", 7), ("Notes diverses", 8), ("Tableau   1   2   3", 9),
    ("ENTENTE 4512 RIVAGE", 10), ("Entente 4512 Rivage\nEntre les parties", 11),
)  # fmt: skip
_WORDS = (
    "quai",
    "berge",
    "mesure",
    "dépense",
    "projet",
    "ville",
    "service",
    "travaux",
    "budget",
    "comité",
    "rapport",
    "année",
    "suivi",
    "réseau",
)


@dataclass(frozen=True)
class _Pools:
    """What a release is drawn from: the fewer things, the more of them meet. `named`: how many of ten mails name files; `texts`: are followed
    by a text.
    """

    people: Sequence[str] = _PEOPLE
    subjects: Sequence[str] = _SUBJECTS
    dates: Sequence[str] = _DATES
    files: Sequence[str] = _FILES
    bodies: Sequence[str] = _BODIES
    signatures: Sequence[str] = _SIGNATURES
    documents: Sequence[tuple[str, int]] = _DOCUMENTS
    named: int = 4
    texts: int = 4
    most_files: int = 2


_POOLS = (
    _Pools(),
    # One name under which several texts stand, by title or by place; copies of a message followed by different texts.
    _Pools(
        people=_PEOPLE[6:8], subjects=_MANY_SUBJECTS, dates=_DATES[:2], files=("Rapport annuel 2023.docx", "Rapport_annuel_2023.docx", "Bilan.pdf"),
        bodies=_BODIES[:3], documents=(*_DOCUMENTS[:2], *_DOCUMENTS[7:9], ("Bilan", 12)), named=9, texts=8, most_files=1,
    ),
    # Namesakes, told apart by copies, signatures and answers, or not.
    _Pools(
        people=("Roy, Anne (DRH)", "Roy, Anne (DTI)", *_PEOPLE[2:7], "Bec, Anne Roy", "A. Roy <anne.roy@ville.example>"),
        subjects=_MANY_SUBJECTS, dates=_DATES[:2], bodies=(*_BODIES[:2], _BODIES[3]),
        signatures=(*_SIGNATURES[1:3], "Anne Roy\naroy@ville.example\nanne@ville.example"),
        named=0, texts=0,
    ),
)  # fmt: skip


def draw_source(seed: int, number: int) -> str:
    """Return source `number` of the release `seed`."""
    rng, pools = Random(f"{seed}/{number}"), _POOLS[seed % len(_POOLS)]
    parts = [f"Notes\n\n{draw_prose(99, 5)}\n\n\f"] if rng.random() < 0.2 else []
    for _ in range(rng.randint(1, 4)):
        parts.append(_mail(rng, pools, 0))
        while rng.random() < 0.45 + 0.05 * (pools.texts - 4) and pools.texts:
            title, text = rng.choice(pools.documents)
            parts.append(f"\f\n{title}\n\n{draw_prose(text, rng.choice((6, 12)))}\n")
            if pools.most_files == 1:
                break
        if rng.random() < 0.5:
            parts.append("\f")
    return "\n\n\n".join(parts)


def _mail(rng: Random, pools: _Pools, depth: int) -> str:
    text = f"{_header(rng, pools)}\n\n{rng.choice(pools.bodies)}\n\n{rng.choice(pools.signatures)}\n"
    return f"{text}\n{_mail(rng, pools, depth + 1)}" if depth < 2 and rng.random() < 0.35 else text


def _header(rng: Random, pools: _Pools) -> str:
    lines = [
        f"De : {rng.choice(pools.people)}",
        f"Envoyé : {rng.choice(pools.dates)}",
        f"À : {'; '.join(rng.sample(pools.people, rng.choice((1, 1, 2))))}",
    ]
    if rng.random() < 0.3:
        lines.append(f"Cc : {rng.choice(pools.people)}")
    lines.append(f"Objet : {rng.choice(('', '', 'RE: ', 'TR: '))}{rng.choice(pools.subjects)}")
    if rng.randrange(10) < pools.named:
        lines.append(f"Pièces jointes : {'; '.join(rng.sample(pools.files, rng.choice((1, 1, pools.most_files))))}")
    return "\n".join(lines)


def draw_prose(seed: int, lines: int) -> str:
    """Return a text of so many lines; of one seed, the longer one begins as the shorter one."""
    rng = Random(seed)
    return "\n".join(" ".join(rng.choice(_WORDS) for _ in range(12)) + "." for _ in range(lines))
