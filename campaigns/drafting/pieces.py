"""The blocks drafts are put together from."""

from campaigns.drafting.figures import Origin
from campaigns.drafting.material import Shown
from campaigns.drafting.plan import DraftingPlan
from campaigns.drafting.wording import Told, panel_item
from campaigns.editorial.blocks import FigureBlock, KeyFiguresBlock, LinkBlock, TextBlock
from campaigns.language import Language
from chart_renderer.alt_text import alt_text, description
from chart_renderer.spec import FigureSpec

_LINK = {
    Language.BOKMAAL: ("Se figuren i {monitor}", "Gå til {monitor}"),
    Language.NYNORSK: ("Sjå figuren i {monitor}", "Gå til {monitor}"),
    Language.ENGLISH: ("See the chart in {monitor}", "Go to {monitor}"),
}
_PANEL = {
    Language.BOKMAAL: "Nøkkeltall for {period}",
    Language.NYNORSK: "Nøkkeltal for {period}",
    Language.ENGLISH: "Key figures for {period}",
}


def text_block(text: str) -> TextBlock:
    return TextBlock(text=text)


def figure_block(shown: Shown) -> FigureBlock:
    """The chart with its text alternatives."""
    assert shown.spec is not None
    return chart_block(shown.spec, shown.link)


def chart_block(spec: FigureSpec, url: str | None) -> FigureBlock:
    return FigureBlock(spec=spec, alt_text=alt_text(spec), description=description(spec), figure_url=url)


def panel_block(told: list[Told], origin: Origin) -> KeyFiguresBlock:
    """All the key figures in one panel."""
    title = panel_title(told)
    return KeyFiguresBlock(title=title, items=tuple(panel_item(one) for one in told), source=origin.line)


def panel_title(told: list[Told]) -> str:
    """«Nøkkeltall for 2021»"""
    return _PANEL[told[0].language].format(period=told[0].period)


def link_block(url: str, plan: DraftingPlan, language: Language, *, figure: bool) -> LinkBlock:
    with_figure, without = _LINK[language]
    return LinkBlock(url=url, text=(with_figure if figure else without).format(monitor=plan.monitor_name))
