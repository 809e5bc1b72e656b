"""What the doctor says, as a person reads it."""

from collections.abc import Sequence

from bridge.doctor.facts import Facts
from bridge.doctor.findings import Finding, Level
from bridge.doctor.promises import promises
from bridge.doctor.rules import findings


def described(facts: Facts) -> tuple[str, bool]:
    """The whole report, and whether anything in it is red."""
    found = findings(facts)
    lines = [*_findings(found), "", "Løftene, med disse nøklene:"]
    for promise in promises(facts):
        holds = "svakere: " + "; ".join(promise.because) if promise.because else "holder"
        lines.append(f"  {promise.number:2}. {promise.says} – {holds}")
    red = any(finding.level is Level.RED for finding in found)
    lines += ["", "Noe må rettes: se ✗ over." if red else "Alt som må være på plass, er det."]
    return "\n".join(lines), red


def _findings(found: Sequence[Finding]) -> list[str]:
    lines: list[str] = []
    for area in dict.fromkeys(finding.area for finding in found):
        lines += ["", area] if lines else [area]
        for finding in found:
            if finding.area == area:
                lines.append(f"  {finding.level} {finding.says}")
                if finding.do:
                    lines.append(f"    → {finding.do}")
    return lines
