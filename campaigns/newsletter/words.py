"""The newsletter's own few words, in the three languages it is written in."""

from dataclasses import dataclass

from campaigns.language import Language


@dataclass(frozen=True, kw_only=True)
class Words:
    """What stands around the content."""

    newsletter: str
    read_online: str
    see_figure: str
    why: str  # {monitor}
    unsubscribe: str
    preferences: str
    and_more: str  # {title}, {count}
    when: str
    where: str
    more_about: str
    hearing: str
    sent_to: str  # {recipient}
    sent_to_on: str  # {recipient}, {date}
    sent_on: str  # {date}
    read_statement: str
    quote: str  # {text}


WORDS = {
    Language.BOKMAAL: Words(
        newsletter="Nyhetsbrev",
        read_online="Les på nettet",
        see_figure="Se figuren og tallene bak",
        why="Du får denne e-posten fordi du har bedt om nyhetsbrevet fra {monitor}.",
        unsubscribe="Meld deg av",
        preferences="Endre innstillinger",
        and_more="{title} – og {count} til",
        when="Når",
        where="Hvor",
        more_about="Les mer om arrangementet",
        hearing="Høringsuttalelse",
        sent_to="Sendt til {recipient}",
        sent_to_on="Sendt til {recipient} {date}",
        sent_on="Sendt {date}",
        read_statement="Les uttalelsen",
        quote="«{text}»",
    ),
    Language.NYNORSK: Words(
        newsletter="Nyheitsbrev",
        read_online="Les på nettet",
        see_figure="Sjå figuren og tala bak",
        why="Du får denne e-posten fordi du har bede om nyheitsbrevet frå {monitor}.",
        unsubscribe="Meld deg av",
        preferences="Endre innstillingar",
        and_more="{title} – og {count} til",
        when="Når",
        where="Kvar",
        more_about="Les meir om arrangementet",
        hearing="Høyringsfråsegn",
        sent_to="Sendt til {recipient}",
        sent_to_on="Sendt til {recipient} {date}",
        sent_on="Sendt {date}",
        read_statement="Les fråsegna",
        quote="«{text}»",
    ),
    Language.ENGLISH: Words(
        newsletter="Newsletter",
        read_online="Read online",
        see_figure="See the figure and its data",
        why="You receive this e-mail because you asked for the newsletter from {monitor}.",
        unsubscribe="Unsubscribe",
        preferences="Change preferences",
        and_more="{title} – and {count} more",
        when="When",
        where="Where",
        more_about="More about the event",
        hearing="Consultation response",
        sent_to="Sent to {recipient}",
        sent_to_on="Sent to {recipient} on {date}",
        sent_on="Sent on {date}",
        read_statement="Read the response",
        quote="“{text}”",
    ),
}
