"""
Words that mean somebody must look at once.

A help, never a triage: what matches gets the crisis numbers and alarms the team; what does
not match is read by a person like everything else. Erring on the side of an alarm.
"""

import re
import unicodedata
from typing import Final

VERSION: Final = "nb-2026-11-2"

CRISIS_WORDS: Final = (
    # to die, or not to live
    r"sel[vf]? ?mord\w*",
    r"sj[øo]lv? ?mord\w*",
    r"s e l v ?m o r d",
    r"(ta|tar|tok|tatt) livet (av (meg|seg)|mitt)",
    r"(ta|tar) mitt (eget )?liv",
    r"(vil|ville|kunne|skulle|får|jeg skal) (\w+ )?(dø|døy|doe|d0|dau|dø[dt])"
    r"(?! av (latter|lykke|sult))",
    r"(vil|ville) (bare )?do",
    r"(lyst|ønsker|ønskjer|håper|klar) (til |for )?(å|jeg) (bare )?(dør?|døy|døde)",
    r"(orker|orkar|gidder|klarer|klarar|makter) (ikke|ikkje) (mer |mere |å |dette )*"
    r"(leve|livet|finnes|eksistere)",
    r"(orker|orkar|klarer|vil) (ikke|ikkje) (mere?|meir|lenger|lengre) ?$",
    r"(vil|ønsker|ønskjer) (\w+ )?(ikke|ikkje) (\w+ )?leve",
    r"(ikke|ikkje) (\w+ )?(vil|orker|ønsker) (å )?leve",
    r"(ikke|ikkje) (\w+ )?lyst (til )?(å )?leve",
    r"(vil|ønsker|orker|klarer) (ikke|ikkje) (å )?(være|vere|finnes)( her)? "
    r"(mere?|meir|lenger|lengre)",
    r"(ønsker?|ønska) (at )?(jeg|eg) "
    r"(var (død|daud)|ikke fantes|ikkje fanst|aldri (ble|blei|vart) fød[td])",
    r"(om|hvis|når) (jeg|eg) (dør|døde|er død|var død)",
    r"(best|bedre|betre) (om|hvis|at) (jeg|eg) (ikke fantes|var borte|forsvant)",
    r"(alle|verden|dere|familien) (\w+ ){1,3}bedre uten meg",
    r"livet er (ikke|ikkje) verdt",
    r"(ikke|ikkje) verdt å leve",
    r"lei( av)? (å leve|livet|dette livet)",
    r"slutt på (livet|alt sammen|alt ?$)",
    r"avslutte?r? livet",
    r"avskjedsbrev\w*",
    r"forsvinne for (alltid|godt)",
    r"sovne (inn )?og (aldri|ikke|ikkje) (mer )?våkn\w+",
    r"(aldri|ikke|ikkje) våkn[ea] (opp )?(igjen|mer)",
    # ways to do it
    r"dreper? meg",
    r"henger? meg(?! (på|opp i))",
    r"hoppe (fra|av|utfor|ut av|ned fra) (bru|brua|broa|broen|taket|vinduet|balkongen)",
    r"hoppe foran (tog|toget|t ?banen|bilen|bussen|trikken)",
    r"overdoser?",
    r"(ta|tar|tok|tatt|svelg\w+) (\w+ )?(masse|mange|alle|haug med|\d\d+) "
    r"(pill|tablett|sovepill|paracet|ibux|medisin)\w*",
    # to hurt oneself
    r"(kutt(e|er|a|et)|skjærer?|skar|risp(e|er|a|et)) (i )?meg(?! ut)",
    r"skad(e|er|a|et|de) meg selv",
    r"sel[vf] ?skad\w*",
    r"sj[øo]lv? ?skad\w*",
    # the same in English
    r"(?<!\d )kms",
    r"kill(ing)? my ?self",
    r"suicid(e|al)(?! squad)",
    r"(want to|wanna) die",
    r"wish i (was|were) dead",
    r"end (my life|it all)",
    r"don'?t (want to|wanna) (live|exist|be (alive|here))",
    r"better off (dead|without me)",
    r"(hurt|cut|harm)(t?ing)? my ?self",
    r"self ?harm\w*",
    # violence
    r"voldt(ok|att|ekt\w*)",
    r"raped",
    r"(ble|blir|blei) misbrukt",
    r"blir (slått|banka|banket)(?! (ut|i))",
    r"(pappa|mamma|faren min|moren min|stefaren min|kjæresten( min)?|han|hun) "
    r"(slår|slo|banker|banka|sparker) meg",
    r"(skal|vil|kommer til å) drepe (oss|han|ham|henne|hun|dem|noen)",
    r"redd (for )?(at )?(han|hun|de|noen|pappa|mamma|kjæresten) (skal|vil|kommer til å) "
    r"(skade|slå)",
)

_PATTERN: Final = re.compile(r"(?<!\w)(?:" + "|".join(CRISIS_WORDS) + r")(?!\w)")


def in_crisis(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    # Soft hyphens and joiners hide words; emoji, brackets and strokes stand between them.
    seen = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    return _PATTERN.search(" ".join(re.split(r"[^\w']+", seen))) is not None
