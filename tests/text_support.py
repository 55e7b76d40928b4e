"""Pages of all kinds, for the tests of normalisation: furniture, prose, awkward characters, corrections."""

from __future__ import annotations

from hypothesis import strategies as st

from vouchbank.text import KEPT_ROLES, REMOVED_ROLES, Correction, default_rules
from vouchbank.text.ending import default_ending

RULES = default_rules()
SIGNS = default_ending().signs
EXAMPLES = [line for one in (*RULES, *SIGNS) for line in (*one.matches, *one.near_misses)]
PROSE = [
    "The river rose overnight, and by the morning the bridge that joins the two halves of the town was shut.",
    "“We had hoped for a dry spring,” the mayor said, “but the water came weeks early, from the south.”",
]
TITLE = "Water closes the bridge in the old town"
AWKWARD = [
    *("\n", "\r\n", "\r", "\n\n", "\v", "\f", "\x85", "\u2028", "\u2029"),
    *(" ", "  ", "\t", "\xa0", "\u2003", "\u202f", "\u3000"),
    *(
        "\u200b",
        "\u200c",
        "\u200d",
        "\u200e",
        "\u202a",
        "\u2060",
        "\u2066",
        "\xad",
        "\ufeff",
        "\x00",
        "\x1f",
        "\x7f",
    ),
    *(
        "e\u0301",
        "\u0301",
        "\u0327",
        "\u0338",
        "\u0345",
        "A\u030a",
        "\u212b",
        "\u2126",
        "\u0958",
        "\u2adc",
        "\ufb1d",
    ),
    *("\u1100", "\u1161", "\u11a8", "각", "\u0cc6", "\u0cc2", "\u0cd5", "\u1d15f", "\U0001d15f"),
    *(
        "نامه",
        "\u0645\u06cc\u200c",
        "क\u094d\u200d",
        "👩\u200d🚀",
        "🏳\ufe0f\u200d🌈",
        "☃",
        "=",
        "\ud800",
        "\udfff",
    ),
    *("It\xe2\x80\x99s", "\xc3\x85", "Â ", "Ã la", "â€œ", "\x93", "\x81", "donâ\x80\xa8t", "ÃƒÂ©", "œ", "\xed\xa0\xbd"),
    *("‘", "’", "“", "”", "'", '"', "Trump‘s", "s", "t", ".", "—", "Home", "(AP)", "WASHINGTON"),
]

pieces = st.one_of(
    st.sampled_from(AWKWARD),
    st.sampled_from([line + "\n" for line in EXAMPLES]),
    st.sampled_from(EXAMPLES),
    st.sampled_from([line + "\n" for line in (*PROSE, TITLE, f"HomeWorld{TITLE}")]),
    st.text(max_size=5),
)
pages = st.one_of(st.text(), st.lists(pieces, max_size=25).map("".join))


@st.composite
def corrected_pages(draw: st.DrawFn) -> tuple[str, list[Correction]]:
    raw = draw(pages)
    places = draw(st.lists(st.integers(0, len(raw)), max_size=6, unique=True).map(sorted))
    roles = st.sampled_from(KEPT_ROLES + REMOVED_ROLES)
    return raw, [Correction(a, b, draw(roles)) for a, b in zip(places[::2], places[1::2], strict=False)]
