"""Reference values for tests/spec/survival.rs, made by an established package.

    pip install lifelines==0.30.3
    python3 tests/data/survival.py > tests/data/survival.txt

A line of spans in minutes (`7+`: still waiting after 7), then what lifelines makes of them: spans
within which 1, 2.5, 5, 7.5 and 9 of 10 were answered, and the share that waits longer than some spans.
"""

import random

from lifelines import KaplanMeierFitter

SHARES = [0.1, 0.25, 0.5, 0.75, 0.9]
chance = random.Random(2026)


def drawn(count, last, waiting):
    """Spans by chance, of which that share still waits."""
    return [(chance.randint(1, last), chance.random() < waiting) for _ in range(count)]


# Freireich and others, 1963: remissions under 6-mercaptopurine and under placebo, in weeks.
MERCAPTOPURINE = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def read(line):
    return [(int(one.strip("+")), one.endswith("+")) for one in line.split()]


SETS = {
    "mercaptopurine": read(MERCAPTOPURINE),
    "placebo": read(PLACEBO),
    "one answered": [(30, False)],
    "one waiting": [(30, True)],
    "none answered": drawn(25, 3000, 1.0),
    "all answered": drawn(25, 3000, 0.0),
    "at once": [(0, False), (0, False), (0, True), (10, False)],
    "ties": drawn(120, 12, 0.3),
    "few waiting": drawn(200, 5000, 0.05),
    "half waiting": drawn(200, 5000, 0.5),
    "heavy censoring": drawn(200, 5000, 0.9),
    "ends in waiting": drawn(40, 500, 0.2) + [(900, True)] * 30,
    "exactly half": [(10, False), (20, False), (30, True), (40, True)],
    "exactly nine of ten": [(n, n == 10) for n in range(1, 11)],
}

for name, observed in SETS.items():
    spans = [span for span, _ in observed]
    km = KaplanMeierFitter().fit(spans, [not waiting for _, waiting in observed])
    print(f"== {name}")
    print("observed", *(f"{span}{'+' if waiting else ''}" for span, waiting in observed))
    for share in SHARES:
        # To within what products of fractions are rounded: 0.9 may be 0.9000000000000001.
        within = km.percentile(1 - share + 1e-9)
        print(f"within {share} {'-' if within == float('inf') else int(within)}")
    for span in sorted({0, *spans, *(chance.randint(0, max(spans) + 5) for _ in range(5))}):
        print(f"waiting_after {span} {km.predict(span):.12f}")
