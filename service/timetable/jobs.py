"""What each row of the timetable does: one call of a use case on the parts of this service, and what it counted."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from campaigns.delivery.reconcile_posts import reconcile_unknown
from campaigns.delivery.retention import let_go
from campaigns.delivery.returns.rates import measure
from campaigns.editorial.lapse import lapse_unapproved
from campaigns.editorial.pictures import pictures_in_use
from campaigns.indicators.listings import list_due
from campaigns.indicators.push import forget_receipts
from campaigns.indicators.refresh import poll_due
from campaigns.indicators.release_watch import attend_releases
from campaigns.indicators.watched_folder import take_dropped
from campaigns.indicators.watching import watch_due
from campaigns.newsletter.series_filling import fill_series_due
from campaigns.subscribers.list_desk import work_on_lists
from service import delivering
from service.auth.housekeeping import forget_old_sign_ins
from service.bootstrap import Service
from service.drafting import run_drafting
from service.returned_mail import collect, read_returns

# By the machine's clock, as the files' own ages are.
_PICTURES_UNWANTED = timedelta(days=30)


def poll(service: Service) -> dict[str, int]:
    scope = service.database.session_scope
    list_due(scope, service.clock, service.source_client)
    results = poll_due(scope, service.clock, service.source_client, blobs=service.folders.source_blobs)
    return dict(Counter(result.outcome.value for result in results if result.outcome))


def watch(service: Service) -> dict[str, int]:
    read = watch_due(service.database.session_scope, service.clock, service.source_client)
    return {
        "read": sum(each.outcome is not None for each in read),
        "new": sum(each.new for each in read),
        "woken": sum(each.woken for each in read),
    }


def release_plan(service: Service) -> dict[str, int]:
    with service.database.session_scope() as session:
        return attend_releases(session, service.clock)


def take_dropped_files(service: Service) -> dict[str, int]:
    scope = service.database.session_scope
    counted = take_dropped(scope, service.clock, inbox=service.folders.inbox, blobs=service.folders.source_blobs)
    return {what: number for what, number in counted.items() if what != "waiting"}


def draft(service: Service) -> dict[str, int]:
    return {name: len(draft_ids) for name, draft_ids in run_drafting(service)._asdict().items()}


def fill_series(service: Service) -> dict[str, int]:
    filled = fill_series_due(service.database.session_scope, service.clock)
    return {"issues": len(filled.issues), "empty": filled.empty, "passed": filled.passed}


def publish(service: Service) -> dict[str, int]:
    with service.database.session_scope() as session:
        unapproved = lapse_unapproved(session, service.clock)
    planned = delivering.plan(service)
    return {
        "issues": len(planned.issues),
        "mails": planned.mails,
        "account_mails": planned.account_mails,
        "posts": planned.posts,
        "missed": len(planned.missed) + len(unapproved),
        "held": len(planned.held),
    }


def subscriber_lists(service: Service) -> dict[str, int]:
    """Whoever reads a million lines is not in the way of others: this row has a thread of its own."""
    return work_on_lists(
        service.database.session_scope, service.clock, service.folders.brought_lists, keys=service.keyring
    )


def deliver_mail(service: Service) -> dict[str, int]:
    return {"accepted": delivering.send_mails(service)}


def returned_mail(service: Service) -> dict[str, int]:
    return read_returns(service)


def collect_returned_mail(service: Service) -> dict[str, int]:
    return collect(service)


def return_rates(service: Service) -> dict[str, int]:
    measured = measure(service.database.session_scope, service.clock)
    return {"warnings": int(not measured.well)}


def deliver_posts(service: Service) -> dict[str, int]:
    return {"published": delivering.send_posts(service)}


def reconcile(service: Service) -> dict[str, int]:
    scope, channels = service.database.session_scope, service.post_channels
    looked = reconcile_unknown(
        scope, service.clock, channels, service.image_of, service.sealing, worker=service.dispatcher.holder
    )
    return {"settled": looked}


def settle(service: Service) -> dict[str, int]:
    settled = delivering.settle_finished(service)
    return {"issues": len(settled.issues), "drafts": len(settled.drafts)}


def housekeeping(service: Service) -> dict[str, int]:
    scope = service.database.session_scope
    tidied = let_go(scope, service.clock, keys=service.keyring, kept=service.kept)
    with scope() as session:
        tidied |= forget_old_sign_ins(session, service.clock)
        tidied |= {"receipts": forget_receipts(session, service.clock)}
    service.database.forget_removed()
    return tidied | {"pictures": _collect_pictures(service)}


def _collect_pictures(service: Service) -> int:
    """What no draft and nothing that was sent in points at goes a month after it was last wanted."""
    with service.database.session_scope(read_only=True) as session:
        used = pictures_in_use(session)
    return service.images.collect(used, unwanted_for=_PICTURES_UNWANTED, now=datetime.now(UTC)).files
