"""Words that mean somebody must look at once; a help, never a triage."""

import re
from collections.abc import Sequence

import pytest

from bridge.domain import safety
from bridge.domain.safety import CRISIS_WORDS, VERSION, in_crisis
from tests.domain.cells import Lines, rebound

SOMEBODY_MUST_LOOK = [
    "selvmord",
    "Jeg har tenkt på SELVMORD i det siste",
    "har mye selvmordstanker",
    "selv mord",
    "selv-mord",
    "selmord",
    "tenker på sjølmord",
    "sjølvmord",
    "s.e.l.v.m.o.r.d",
    "jeg skal ta livet av meg",
    "ta\nlivet\nav\nmeg",
    "tar livet mitt i natt",
    "bestekompisen min tok livet av seg",
    "tenker på å ta mitt eget liv",
    "vil bare dø",
    "JEG VIL BARE DØ!!!",
    "vil.. bare.. dø..",
    "vil, liksom, dø",
    "vil helst dø",
    "eg vil døy",
    "vil doe",
    "jeg vil do",
    "skulle bare dø i natt",
    "jeg vil ikke dø men det føles sånn",
    "har lyst til å dø",
    "har lyst å dø",
    "ønsker å dø",
    "håper jeg dør i søvne",
    "jeg vil ikke leve lenger",
    "vil ikke leve💔",
    "eg vil ikkje leve lenger",
    "orker ikke mer livet",
    "orker ikke livet mer",
    "Orker ikke dette livet lenger",
    "orkar ikkje leve",
    "gidder ikke leve",
    "klarer ikke å leve sånn her",
    "jeg orker ikke mer.",
    "jeg vil ikke mer",
    "det er det at jeg ikke orker å leve",
    "har ikke lyst til å leve",
    "ikkje lyst å leve",
    "vil ikke være her mer",
    "orker ikke å være her lenger",
    "vil ikke finnes mer",
    "jeg skulle ønske jeg var død",
    "skulle ønske jeg ikke fantes",
    "skulle ønske jeg aldri ble født",
    "skulle ønska eg var daud",
    "ingen hadde savna meg om jeg døde",
    "det er bedre om jeg var borte",
    "det er best om jeg ikke fantes",
    "alle hadde hatt det bedre uten meg",
    "livet er ikke verdt det",
    "det er ikke verdt å leve",
    "jævla lei av livet",
    "lei av å leve",
    "vil gjøre slutt på alt",
    "tenker på å avslutte livet",
    "har skrevet avskjedsbrev",
    "vil forsvinne for alltid",
    "vil bare sovne og aldri våkne",
    "vil ikke våkne opp igjen",
    "vil drepe meg selv",
    "skal henge meg",
    "skal hoppe fra brua",
    "tenker på å hoppe ut av vinduet",
    "hoppe foran T-banen",
    "skal ta overdose i kveld",
    "har tatt masse piller",
    "tok en haug med paracet",
    "har tatt 20 paracet",
    "svelga alle tablettene til mamma",
    "jeg kutter meg",
    "har kutta meg igjen",
    "risper meg i armene",
    "jeg skader meg selv",
    "driver med selvskading",
    "selvskader",
    "sjølskading",
    "kms",
    "I’m going to kill myself",
    "kill my self",
    "i am suicidal",
    "i want to die",
    "I wanna die",
    "wish i was dead",
    "i want to end my life",
    "just end it all",
    "I don’t want to live anymore",
    "dont wanna be here anymore",
    "everyone is better off without me",
    "i keep hurting myself",
    "cutting myself",
    "self harm",
    "han voldtok meg",
    "ble utsatt for voldtekt",
    "i was raped",
    "jeg ble misbrukt",
    "bror min blir slått av pappa",
    "stefaren min slår meg",
    "han kommer til å drepe henne",
    "redd pappa skal slå",
    "er redd for at han kommer til å skade lillesøsteren min",
    # debatable, and the protective side is chosen: an alarm too many costs a glance
    "jeg vil dø av skam",
    "mamma kommer til å drepe meg når hun ser karakteren",
    "hva skjer med lånet når jeg dør",
    "kutta meg i fingeren",
    "han slår meg i sjakk hver gang",
    "skulle dø på gymmen i dag",
]
NOBODY_NEED_COME_RUNNING = [
    "dø av latter",
    "holdt på å dø av latter",
    "kunne dø av latter",
    "vi dreper litt tid på senteret",
    "drepe tid",
    "mobilen har død batteri",
    "batteriet døde",
    "dør av kjedsomhet",
    "helt dødssliten etter trening",
    "vil ha dødsbra karakterer",
    "bestefar døde i går",
    "orker ikke mer matte",
    "orker ikke skolen",
    "gidder ikke lese til prøven",
    "har ikke lyst til å gå",
    "vil ikke være med mer",
    "jeg vil ikke hjem",
    "vil bare sove",
    "lever livet i helga",
    "livet er bra nå",
    "lei av skolen",
    "det er slutt med kjæresten",
    "gjøre det slutt med han",
    "kan jeg henge meg på i kveld?",
    "vil henge med gjengen",
    "hoppe tau",
    "hoppe i vannet fra brygga",
    "ta bussen",
    "har tatt mange bilder",
    "tok en paracet for hodepinen",
    "kutta håret i går",
    "kutta meg ut av gruppa",
    "skada kneet på fotballen",
    "scora selvmål",
    "løpe 5 kms",
    "suicide squad er en bra film",
    "killed it i dag",
    "skulle ønske jeg var rik",
    "våkna ikke til skolen",
    "bedre uten meg i forsvar",
    "laget blir slått ut av cupen",
    "redd mamma blir sur",
    "han slår opp med meg",
    "når åpner dere?",
    "kan noen bli med meg til NAV?",
]


def somebody_looks_when_they_must(lines: Sequence[str]) -> None:
    """`in_crisis`, as it would be with other lines."""
    pattern = safety._PATTERN.pattern.replace("|".join(CRISIS_WORDS), "|".join(lines))
    look = rebound(in_crisis, _PATTERN=re.compile(pattern))
    missed = [said for said in SOMEBODY_MUST_LOOK if not look(said)]
    assert missed == []


CELLS = (
    Lines(
        name="safety.CRISIS_WORDS",
        lines=CRISIS_WORDS,
        stranger="pannekaker",
        holds=somebody_looks_when_they_must,
    ),
)


@pytest.mark.parametrize("said", SOMEBODY_MUST_LOOK)
def test_somebody_looks_at_once(said: str) -> None:
    """A youth who says this at 23:40 must get the numbers, and the team an alarm."""
    assert in_crisis(said)


@pytest.mark.parametrize("said", NOBODY_NEED_COME_RUNNING)
def test_everyday_talk_is_everyday_talk(said: str) -> None:
    """A team that is called for everything stops coming."""
    assert not in_crisis(said)


def test_letters_that_only_look_different_are_the_same() -> None:
    """A phone may write å as two characters, and a full-width letter is a letter."""
    assert in_crisis("lyst til a\u030a dø")
    assert in_crisis("ｓｅｌｖｍｏｒｄ")


def test_the_list_says_which_it_is() -> None:
    """What was looked for on a given day must be found again afterwards."""
    assert VERSION.startswith("nb-")


def test_every_line_of_the_list_is_a_pattern_of_its_own() -> None:
    """One stray bracket would swallow the lines after it."""
    for line in CRISIS_WORDS:
        assert not re.compile(line).match("")
