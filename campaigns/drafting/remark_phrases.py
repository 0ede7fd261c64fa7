"""The fixed words of remarks: what is said of a figure beside its level and its change. For whoever reads proof.

Each statement has two forms: ``alone``, which names what it is about, and ``after``, which follows the sentence that
did. Nothing says why: there is no «fordi», «derfor» or «som følge av», and a test looks for them. Past tense and
«nivået» keep clear of agreement: a measure may be singular or plural.
"""

from collections.abc import Mapping

from campaigns.language import Language

_NB, _NN, _EN = Language.BOKMAAL, Language.NYNORSK, Language.ENGLISH

REMARKS: Mapping[Language, Mapping[str, str]] = {
    _NB: {
        "extreme_alone": "{in_period} var {measure} på det {extreme} nivået {reach}.",
        "extreme_after": "Det er det {extreme} nivået {reach}.",
        "largest_change_alone": "{the_change} i {measure} fra {base} til {period} er den {largest} {reach}.",
        "largest_change_after": "Det er den {largest} {change_word} {reach}.",
        "turn_up_alone": "Fra {base} til {period} økte {measure} for første gang {reach}.",
        "turn_down_alone": "Fra {base} til {period} sank {measure} for første gang {reach}.",
        "turn_up_after": "Det er første økning {reach}.",
        "turn_down_after": "Det er første nedgang {reach}.",
        "trend_up_alone": "{measure} økte {times} ganger på rad, fra {start_value} {in_start} til {value} {in_period}.",
        "trend_down_alone": (
            "{measure} sank {times} ganger på rad, fra {start_value} {in_start} til {value} {in_period}."
        ),
        "trend_up_after": "Det er {nth} økning på rad.",
        "trend_down_after": "Det er {nth} nedgang på rad.",
        "trend_up_after_uneven": "Det er {nth} måling på rad med økning.",
        "trend_down_after_uneven": "Det er {nth} måling på rad med nedgang.",
        "crossing_up_alone": "{measure} passerte {threshold} {in_period}{for_first}.",
        "crossing_down_alone": "{measure} kom under {threshold} {in_period}{for_first}.",
        "crossing_exact_alone": "{measure} nådde {threshold} {in_period}{for_first}.",
        "crossing_up_after": "Nivået passerte {threshold}{for_first}.",
        "crossing_down_after": "Nivået kom under {threshold}{for_first}.",
        "crossing_exact_after": "Nivået nådde {threshold}{for_first}.",
        "for_first": " for første gang {reach}",
        "year_ago_up_alone": "{in_period} var {measure} {change} høyere enn {in_base}.",
        "year_ago_down_alone": "{in_period} var {measure} {change} lavere enn {in_base}.",
        "year_ago_same_alone": "{in_period} var {measure} på samme nivå som {in_base}.",
        "year_ago_up_after": "Det er {change} høyere enn {in_base}.",
        "year_ago_down_after": "Det er {change} lavere enn {in_base}.",
        "year_ago_same_after": "Det er det samme nivået som {in_base}.",
        "mover_up_alone": "Størst økning i {measure} fra {base} til {period} hadde {part}, fra {before} til {value}.",
        "mover_down_alone": (
            "Størst nedgang i {measure} fra {base} til {period} hadde {part}, fra {before} til {value}."
        ),
        "mover_up_after": "Størst økning hadde {part}, fra {before} til {value}.",
        "mover_down_after": "Størst nedgang hadde {part}, fra {before} til {value}.",
        "apart_alone": (
            "Fra {base} til {period} økte {risen} fra {risen_before} til {risen_after},"
            " mens {fallen} gikk ned fra {fallen_before} til {fallen_after}."
        ),
        "apart_after": (
            "{risen} økte fra {risen_before} til {risen_after},"
            " mens {fallen} gikk ned fra {fallen_before} til {fallen_after}."
        ),
        "share": "{part} utgjorde {share} av {whole} {in_period}.",
        "share_more": "{part} utgjorde {share} av {whole} {in_period}, mot {before} {in_base}.",
        "contrast_alone": "{own}, mens {other}.",
        "contrast_up": "{measure} økte med {change} fra {base} til {period}",
        "contrast_down": "{measure} gikk ned med {change} fra {base} til {period}",
        "contrast_same": "{measure} var uendret fra {base} til {period}",
        "contrast_other_up": "{measure} økte med {change}",
        "contrast_other_down": "{measure} gikk ned med {change}",
        "contrast_other_same": "{measure} var uendret",
        "contrast_up_after": "I samme periode økte {measure} med {change}.",
        "contrast_down_after": "I samme periode gikk {measure} ned med {change}.",
        "contrast_same_after": "I samme periode var {measure} uendret.",
        "since": "siden {since}",
        "of_all": "i en tallserie som går tilbake til {first}",
        "from": "i tallene fra og med {first}",
        "provisional": " (foreløpige tall)",
    },
    _NN: {
        "extreme_alone": "{in_period} var {measure} på det {extreme} nivået {reach}.",
        "extreme_after": "Det er det {extreme} nivået {reach}.",
        "largest_change_alone": "{the_change} i {measure} frå {base} til {period} er den {largest} {reach}.",
        "largest_change_after": "Det er den {largest} {change_word} {reach}.",
        "turn_up_alone": "Frå {base} til {period} auka {measure} for første gong {reach}.",
        "turn_down_alone": "Frå {base} til {period} minka {measure} for første gong {reach}.",
        "turn_up_after": "Det er første auke {reach}.",
        "turn_down_after": "Det er første nedgang {reach}.",
        "trend_up_alone": "{measure} auka {times} gonger på rad, frå {start_value} {in_start} til {value} {in_period}.",
        "trend_down_alone": (
            "{measure} minka {times} gonger på rad, frå {start_value} {in_start} til {value} {in_period}."
        ),
        "trend_up_after": "Det er {nth} auke på rad.",
        "trend_down_after": "Det er {nth} nedgang på rad.",
        "trend_up_after_uneven": "Det er {nth} måling på rad med auke.",
        "trend_down_after_uneven": "Det er {nth} måling på rad med nedgang.",
        "crossing_up_alone": "{measure} passerte {threshold} {in_period}{for_first}.",
        "crossing_down_alone": "{measure} kom under {threshold} {in_period}{for_first}.",
        "crossing_exact_alone": "{measure} nådde {threshold} {in_period}{for_first}.",
        "crossing_up_after": "Nivået passerte {threshold}{for_first}.",
        "crossing_down_after": "Nivået kom under {threshold}{for_first}.",
        "crossing_exact_after": "Nivået nådde {threshold}{for_first}.",
        "for_first": " for første gong {reach}",
        "year_ago_up_alone": "{in_period} var {measure} {change} høgare enn {in_base}.",
        "year_ago_down_alone": "{in_period} var {measure} {change} lågare enn {in_base}.",
        "year_ago_same_alone": "{in_period} var {measure} på same nivå som {in_base}.",
        "year_ago_up_after": "Det er {change} høgare enn {in_base}.",
        "year_ago_down_after": "Det er {change} lågare enn {in_base}.",
        "year_ago_same_after": "Det er det same nivået som {in_base}.",
        "mover_up_alone": "Størst auke i {measure} frå {base} til {period} hadde {part}, frå {before} til {value}.",
        "mover_down_alone": (
            "Størst nedgang i {measure} frå {base} til {period} hadde {part}, frå {before} til {value}."
        ),
        "mover_up_after": "Størst auke hadde {part}, frå {before} til {value}.",
        "mover_down_after": "Størst nedgang hadde {part}, frå {before} til {value}.",
        "apart_alone": (
            "Frå {base} til {period} auka {risen} frå {risen_before} til {risen_after},"
            " medan {fallen} gjekk ned frå {fallen_before} til {fallen_after}."
        ),
        "apart_after": (
            "{risen} auka frå {risen_before} til {risen_after},"
            " medan {fallen} gjekk ned frå {fallen_before} til {fallen_after}."
        ),
        "share": "{part} utgjorde {share} av {whole} {in_period}.",
        "share_more": "{part} utgjorde {share} av {whole} {in_period}, mot {before} {in_base}.",
        "contrast_alone": "{own}, medan {other}.",
        "contrast_up": "{measure} auka med {change} frå {base} til {period}",
        "contrast_down": "{measure} gjekk ned med {change} frå {base} til {period}",
        "contrast_same": "{measure} var uendra frå {base} til {period}",
        "contrast_other_up": "{measure} auka med {change}",
        "contrast_other_down": "{measure} gjekk ned med {change}",
        "contrast_other_same": "{measure} var uendra",
        "contrast_up_after": "I same periode auka {measure} med {change}.",
        "contrast_down_after": "I same periode gjekk {measure} ned med {change}.",
        "contrast_same_after": "I same periode var {measure} uendra.",
        "since": "sidan {since}",
        "of_all": "i ein talserie som går tilbake til {first}",
        "from": "i tala frå og med {first}",
        "provisional": " (førebelse tal)",
    },
    _EN: {
        "extreme_alone": "{in_period}, {measure} stood at the {extreme} level {reach}.",
        "extreme_after": "That is the {extreme} level {reach}.",
        "largest_change_alone": "{the_change} in {measure} from {base} to {period} is the {largest} {reach}.",
        "largest_change_after": "That is the {largest} {change_word} {reach}.",
        "turn_up_alone": "From {base} to {period}, {measure} rose for the first time {reach}.",
        "turn_down_alone": "From {base} to {period}, {measure} fell for the first time {reach}.",
        "turn_up_after": "That is the first increase {reach}.",
        "turn_down_after": "That is the first decrease {reach}.",
        "trend_up_alone": (
            "{measure} rose {times} times in a row, from {start_value} {in_start} to {value} {in_period}."
        ),
        "trend_down_alone": (
            "{measure} fell {times} times in a row, from {start_value} {in_start} to {value} {in_period}."
        ),
        "trend_up_after": "That is the {nth} increase in a row.",
        "trend_down_after": "That is the {nth} decrease in a row.",
        "trend_up_after_uneven": "It is the {nth} set of figures in a row to show an increase.",
        "trend_down_after_uneven": "It is the {nth} set of figures in a row to show a decrease.",
        "crossing_up_alone": "{measure} passed {threshold} {in_period}{for_first}.",
        "crossing_down_alone": "{measure} fell below {threshold} {in_period}{for_first}.",
        "crossing_exact_alone": "{measure} reached {threshold} {in_period}{for_first}.",
        "crossing_up_after": "The level passed {threshold}{for_first}.",
        "crossing_down_after": "The level fell below {threshold}{for_first}.",
        "crossing_exact_after": "The level reached {threshold}{for_first}.",
        "for_first": " for the first time {reach}",
        "year_ago_up_alone": "{in_period}, {measure} stood {change} higher than {in_base}.",
        "year_ago_down_alone": "{in_period}, {measure} stood {change} lower than {in_base}.",
        "year_ago_same_alone": "{in_period}, {measure} stood at the same level as {in_base}.",
        "year_ago_up_after": "That is {change} higher than {in_base}.",
        "year_ago_down_after": "That is {change} lower than {in_base}.",
        "year_ago_same_after": "That is the same level as {in_base}.",
        "mover_up_alone": (
            "The largest increase in {measure} from {base} to {period} was in {part}, from {before} to {value}."
        ),
        "mover_down_alone": (
            "The largest decrease in {measure} from {base} to {period} was in {part}, from {before} to {value}."
        ),
        "mover_up_after": "The largest increase was in {part}, from {before} to {value}.",
        "mover_down_after": "The largest decrease was in {part}, from {before} to {value}.",
        "apart_alone": (
            "From {base} to {period}, {risen} rose from {risen_before} to {risen_after},"
            " while {fallen} fell from {fallen_before} to {fallen_after}."
        ),
        "apart_after": (
            "{risen} rose from {risen_before} to {risen_after},"
            " while {fallen} fell from {fallen_before} to {fallen_after}."
        ),
        "share": "{part} accounted for {share} of {whole} {in_period}.",
        "share_more": "{part} accounted for {share} of {whole} {in_period}, compared with {before} {in_base}.",
        "contrast_alone": "{own}, while {other}.",
        "contrast_up": "{measure} rose by {change} from {base} to {period}",
        "contrast_down": "{measure} fell by {change} from {base} to {period}",
        "contrast_same": "{measure} stood unchanged from {base} to {period}",
        "contrast_other_up": "{measure} rose by {change}",
        "contrast_other_down": "{measure} fell by {change}",
        "contrast_other_same": "{measure} stood unchanged",
        "contrast_up_after": "Over the same period, {measure} rose by {change}.",
        "contrast_down_after": "Over the same period, {measure} fell by {change}.",
        "contrast_same_after": "Over the same period, {measure} stood unchanged.",
        "since": "since {since}",
        "of_all": "in a series going back to {first}",
        "from": "in the figures from {first} onwards",
        "provisional": " (provisional figures)",
    },
}

# What fills the phrases above, apart from figures, names and periods.
WORDS: Mapping[Language, Mapping[str, str]] = {
    _NB: {
        "highest": "høyeste",
        "lowest": "laveste",
        "largest": "største",
        "largest_relative": "største prosentvise",
        "the_up": "Økningen",
        "the_down": "Nedgangen",
        "up": "økningen",
        "down": "nedgangen",
        "largest_alone": "største",
        "largest_relative_alone": "største i prosent",
    },
    _NN: {
        "highest": "høgaste",
        "lowest": "lågaste",
        "largest": "største",
        "largest_relative": "største prosentvise",
        "the_up": "Auken",
        "the_down": "Nedgangen",
        "up": "auken",
        "down": "nedgangen",
        "largest_alone": "største",
        "largest_relative_alone": "største i prosent",
    },
    _EN: {
        "highest": "highest",
        "lowest": "lowest",
        "largest": "largest",
        "largest_relative": "largest percentage",
        "the_up": "The increase",
        "the_down": "The decrease",
        "up": "increase",
        "down": "decrease",
        "largest_alone": "largest",
        "largest_relative_alone": "largest in per cent",
    },
}
