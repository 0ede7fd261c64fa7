"""Who a newsletter is from, and the list it goes to."""

from campaigns.channels.mail_message import MailingList, Sender

SENDER = Sender(address="nyhetsbrev@example.no", name="HelseOmsorg21-monitoren", reply_to="redaksjonen@example.no")
LIST = MailingList(
    id="nyhetsbrev.example.no",
    name="Åpne tall",
    help_url="https://example.no/hjelp",
    archive_url="https://example.no/arkiv",
)
