"""The few words a chart's text alternatives are made of, in bokmål, nynorsk and English."""

from dataclasses import dataclass

from chart_renderer.spec import FigureType


@dataclass(frozen=True)
class Words:
    """One language's words. Sentences are put together in ``alt_text``."""

    chart: dict[FigureType, str]
    showing: str
    in_period: str
    against: str
    source: str
    provisional: str
    period: str
    year: str
    category: str
    key_figure: str
    value: str
    change: str
    remark: str
    total: str
    range: str
    first: str
    last: str
    highest: str
    lowest: str
    largest_change: str
    missing: str
    break_mark: str
    break_note: str
    earlier: str
    correction: str
    published: str
    parts: str
    highlighted: str


_NB = Words(
    chart={
        FigureType.LINE: "Linjediagram",
        FigureType.AREA: "Arealdiagram",
        FigureType.COLUMN: "Søylediagram",
        FigureType.GROUPED_COLUMN: "Gruppert søylediagram",
        FigureType.STACKED_COLUMN: "Stablet søylediagram",
        FigureType.SHARE_COLUMN: "Stablet søylediagram i prosent",
        FigureType.BAR: "Liggende stolpediagram",
        FigureType.DONUT: "Smultringdiagram",
        FigureType.TREEMAP: "Trekart",
        FigureType.MATRIX: "Tabell med fargede ruter",
        FigureType.DUMBBELL: "Punktdiagram",
        FigureType.SLOPE: "Linjediagram for to år",
        FigureType.INDEXED: "Linjediagram med indeks",
        FigureType.MULTIPLES: "Små linjediagram",
    },
    showing="som viser",
    in_period="i",
    against="mot",
    source="Kilde",
    provisional="foreløpig",
    period="Periode",
    year="År",
    category="Kategori",
    key_figure="Nøkkeltall",
    value="Verdi",
    change="Endring",
    remark="Merknad",
    total="til sammen",
    range="Figuren dekker {first}–{last}.",
    first="fra {value} i {period}",
    last="til {value} i {period}",
    highest="høyest {value} i {period}",
    lowest="lavest {value} i {period}",
    largest_change="størst endring fra {earlier} til {later} ({value})",
    missing="uten tall for {periods}",
    break_mark="Brudd",
    break_note="Brudd i tidsserien mellom {earlier} og {later}.",
    earlier="Tidligere oppgitt",
    correction="Rettelse",
    published="Før",
    parts="Andel",
    highlighted="Uthevet: {name}.",
)
_NN = Words(
    chart={
        FigureType.LINE: "Linjediagram",
        FigureType.AREA: "Arealdiagram",
        FigureType.COLUMN: "Søylediagram",
        FigureType.GROUPED_COLUMN: "Gruppert søylediagram",
        FigureType.STACKED_COLUMN: "Stabla søylediagram",
        FigureType.SHARE_COLUMN: "Stabla søylediagram i prosent",
        FigureType.BAR: "Liggjande stolpediagram",
        FigureType.DONUT: "Smultringdiagram",
        FigureType.TREEMAP: "Trekart",
        FigureType.MATRIX: "Tabell med farga ruter",
        FigureType.DUMBBELL: "Punktdiagram",
        FigureType.SLOPE: "Linjediagram for to år",
        FigureType.INDEXED: "Linjediagram med indeks",
        FigureType.MULTIPLES: "Små linjediagram",
    },
    showing="som viser",
    in_period="i",
    against="mot",
    source="Kjelde",
    provisional="førebels",
    period="Periode",
    year="År",
    category="Kategori",
    key_figure="Nøkkeltal",
    value="Verdi",
    change="Endring",
    remark="Merknad",
    total="til saman",
    range="Figuren dekkjer {first}–{last}.",
    first="frå {value} i {period}",
    last="til {value} i {period}",
    highest="høgast {value} i {period}",
    lowest="lågast {value} i {period}",
    largest_change="størst endring frå {earlier} til {later} ({value})",
    missing="utan tal for {periods}",
    break_mark="Brot",
    break_note="Brot i tidsserien mellom {earlier} og {later}.",
    earlier="Tidlegare oppgitt",
    correction="Retting",
    published="Før",
    parts="Del",
    highlighted="Framheva: {name}.",
)
_EN = Words(
    chart={
        FigureType.LINE: "Line chart",
        FigureType.AREA: "Area chart",
        FigureType.COLUMN: "Column chart",
        FigureType.GROUPED_COLUMN: "Grouped column chart",
        FigureType.STACKED_COLUMN: "Stacked column chart",
        FigureType.SHARE_COLUMN: "Column chart stacked to 100 per cent",
        FigureType.BAR: "Bar chart",
        FigureType.DONUT: "Donut chart",
        FigureType.TREEMAP: "Treemap",
        FigureType.MATRIX: "Table with shaded cells",
        FigureType.DUMBBELL: "Dot chart",
        FigureType.SLOPE: "Slope chart",
        FigureType.INDEXED: "Indexed line chart",
        FigureType.MULTIPLES: "Small line charts",
    },
    showing="showing",
    in_period="in",
    against="compared with",
    source="Source",
    provisional="provisional",
    period="Period",
    year="Year",
    category="Category",
    key_figure="Key figure",
    value="Value",
    change="Change",
    remark="Remark",
    total="in all",
    range="The chart covers {first}–{last}.",
    first="from {value} in {period}",
    last="to {value} in {period}",
    highest="highest {value} in {period}",
    lowest="lowest {value} in {period}",
    largest_change="largest change from {earlier} to {later} ({value})",
    missing="no figures for {periods}",
    break_mark="Break",
    break_note="Break in the series between {earlier} and {later}.",
    earlier="Published before",
    correction="Correction",
    published="Before",
    parts="Share",
    highlighted="Highlighted: {name}.",
)
WORDS = {"nb": _NB, "nn": _NN, "en": _EN}
