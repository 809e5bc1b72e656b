"""What whoever has asked Meta for deletion reads at the address that we gave."""

from datetime import date
from html import escape
from typing import Final

MONTHS: Final = (
    "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober",
    "november", "desember",
)  # fmt: skip

PAGE: Final = """<!doctype html>
<html lang="nb">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Ønske om sletting</title>
</head>
<body>
<main>
<h1>Ønske om sletting</h1>
{told}
</main>
</body>
</html>
"""

KNOWN: Final = """<p>Vi fikk ønsket ditt fra Meta {day}. Koden din er <strong>{code}</strong>.</p>
<h2>Hva som har skjedd</h2>
<p>De som jobber hos oss, får beskjed. <strong>Ingenting er slettet av dette alene.</strong>
Meta sier ikke til oss hvem du er. Vi får bare et nummer, og det kan vi ikke koble til noe som er
skrevet.</p>
<h2>Slik får du det slettet</h2>
<p>Skriv <strong>SLETT</strong> til oss der du pleier å skrive, og så koden. Da ser lederen vår på
det, og du får svar der. Noe kan vi ha plikt til å ta vare på. Er det slik, sier vi hvorfor.</p>
<h2>Det som står i chatten</h2>
<p>Det som står i Messenger, på Instagram eller i WhatsApp, er det bare du som kan slette. Det gjør
du i appen.</p>
<h2>Har du aldri skrevet til oss?</h2>
<p>Da har vi ingenting om deg herfra.</p>
<p>Denne siden vet ikke hva som har skjedd siden. Svaret får du der du skriver til oss.</p>"""

UNKNOWN: Final = """<p>Vi kjenner ikke igjen denne koden. Se om hele adressen kom med.</p>
<p>Du kan alltid skrive <strong>SLETT</strong> til oss der du pleier å skrive.</p>"""


def shown(code: str, asked_on: date | None) -> bytes:
    """`asked_on` None: no code of ours."""
    if asked_on is None:
        return PAGE.format(told=UNKNOWN).encode()
    day = f"{asked_on.day}. {MONTHS[asked_on.month - 1]} {asked_on.year}"
    return PAGE.format(told=KNOWN.format(code=escape(code), day=day)).encode()
