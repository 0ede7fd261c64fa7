"""A figure that has been published: two years of studies, on a page of its own."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from PIL import Image

from campaigns.editorial.draft import ChannelName, Draft, DraftKind, DraftStatus, Variant
from chart_renderer.spec import FigureSpec, FigureType, NumberStyle, Series
from tests.factories.public_site import Site


def studies(last: int | None = 1300) -> FigureSpec:
    """A line through two years; the last one may lack its figure."""
    return FigureSpec(
        type=FigureType.LINE,
        language="nb",
        title="Søkte kliniske studier",
        periods=("2021", "2022"),
        series=(Series(name="Kommersielle", values=(Decimal(1234), None if last is None else Decimal(last))),),
        style=NumberStyle(unit="studier"),
        source="Kilde: DMP. Eksempeldata.",
    )


def share_figure(
    site: Site,
    *,
    spec: FigureSpec,
    slug: str,
    status: DraftStatus = DraftStatus.PUBLISHED,
    in_hours: float = -1,
) -> str:
    """The draft that carries it and its post; the name of the picture."""
    picture = BytesIO()
    Image.new("RGB", (8, 4), "white").save(picture, "PNG")
    sha256 = site.service.images.put(picture.getvalue())
    block = {"kind": "figure", "spec": spec.model_dump(mode="json"), "alt_text": "Linje", "description": "Den går opp."}
    now = site.clock.now()
    with site.service.database.session_scope() as session:
        session.add(
            Draft(
                id=1, idempotency_key="figur", kind=DraftKind.NEWS, status=status, title="Kliniske studier",
                blocks=[block], slug=slug, slot_at=now + timedelta(hours=in_hours),
                content_sha256="a" * 64, approved_sha256="a" * 64, created_at=now, updated_at=now,
            )
        )  # fmt: skip
        session.flush()
        session.add(
            Variant(draft_id=1, channel=ChannelName.LINKEDIN, image_sha256=sha256, alt_text="To søyler & en linje")
        )
    return sha256
